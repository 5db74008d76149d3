"""Discounts as staff sees and changes them, under the names of the Admin API."""
