"""Accounts: signing up and in, the profile, and addresses."""
