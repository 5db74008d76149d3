"""A payment provider for development and tests: its own process, its own durable store, the faults of real
providers."""
