"""Stores opened from the settings."""
