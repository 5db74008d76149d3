"""Homepages."""
