"""Backups of all stores of a shop, and their return."""
