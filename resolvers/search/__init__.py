"""Search, and lists of products with a query."""
