"""Small builders of rows, so that a test names only what it is about."""
