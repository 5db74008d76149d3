"""Accounts: people, staff, permissions, tokens and devices."""
