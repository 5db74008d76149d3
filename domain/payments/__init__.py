"""Charges, their authorizations and captures, and disputes."""
