"""Writes: each call is one transaction and checks its own authority; nothing is allowed that is not granted."""
