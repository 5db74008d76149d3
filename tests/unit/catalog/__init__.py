"""The catalog's own rules."""
