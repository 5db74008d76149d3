"""Mails: those that wait, and the ways to send them."""
