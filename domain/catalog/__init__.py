"""Products, variants and collections."""
