"""Pictures of the demo shop: drawn from names alone, so the same name is the same bytes on every machine."""
