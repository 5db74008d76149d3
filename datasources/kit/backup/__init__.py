"""Rows, documents and Redis keys as lines of text that every supported server can restore."""
