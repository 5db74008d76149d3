"""Answers that need no execution."""
