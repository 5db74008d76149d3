"""Menus, pages and the shop, and what is shown while the document store is away."""
