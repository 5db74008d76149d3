"""Best sellers."""
