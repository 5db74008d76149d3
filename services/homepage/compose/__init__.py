"""Composing a homepage from its document."""
