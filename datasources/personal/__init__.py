"""Tastes in Redis, and the rows of accounts that they are copied from."""
