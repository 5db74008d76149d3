"""The demo shop: products, texts and people as files in `data/`, pictures as code, past orders from a random
generator."""
