"""Mails to shoppers: who gets one, and what it says."""
