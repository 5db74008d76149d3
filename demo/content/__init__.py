"""Menus, pages and policies of the demo shop."""
