"""Mails and their templates."""
