"""Menus, pages and the shop itself."""
