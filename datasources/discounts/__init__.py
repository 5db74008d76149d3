"""Discounts, and uses of what is limited."""
