"""Orders and their life."""
