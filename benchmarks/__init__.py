"""Measures the shop as its users see it: over HTTP, beside a floor of ready bytes on the same machine."""
