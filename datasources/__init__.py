"""Stores behind batch methods. Each domain has one class; the classes do not use each other."""
