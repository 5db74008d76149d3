"""Checkout over real stores."""
