"""Menus, pages and the shop, and their absence while the document store is down."""
