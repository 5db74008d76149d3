"""Backups of all stores, and their return."""
