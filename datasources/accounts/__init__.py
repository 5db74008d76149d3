"""Accounts in the database: people and staff, and their addresses."""
