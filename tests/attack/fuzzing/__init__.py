"""Requests that nobody would write: generated from the schema, with forged cursors, ids and values."""
