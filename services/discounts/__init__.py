"""Discounts, and the uses of whatever has a limit."""
