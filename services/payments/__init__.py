"""Payment providers, charges and their webhooks."""
