"""Stores behind batch methods. One class per domain; classes here do not know each other."""
