"""Discounts as staff see and change them, under the names of the Admin API."""
