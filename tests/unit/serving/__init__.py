"""Tests of connections as clients open them."""
