"""Outgoing webhooks: which ones there are, when they are sent, and what is in them."""
