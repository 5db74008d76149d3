"""Outgoing webhooks, with the names of the Admin API."""
