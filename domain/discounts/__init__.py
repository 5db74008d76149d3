"""Discounts, and usage of what is limited."""
