"""Outgoing webhooks: changes by staff, and what is sent."""
