"""Mechanisms of stores that belong to no domain."""
