"""Subscriptions and deliveries of outgoing webhooks, and the requests to their endpoints."""
