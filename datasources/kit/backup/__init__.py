"""Rows, documents and Redis keys as lines of text that any of the supported servers can take back."""
