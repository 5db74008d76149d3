"""What the demo shop sells: products, collections, and prices of its territories."""
