"""Sends webhooks: from events to deliveries, and from deliveries to endpoints."""
