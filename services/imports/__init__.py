"""Imports and exports files of other shops."""
