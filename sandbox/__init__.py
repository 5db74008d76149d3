"""A payment provider to develop and test against: its own process, its own durable store, the faults of real ones."""
