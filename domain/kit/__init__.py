"""Mechanisms of this layer that belong to no domain."""
