"""Measures the shop as its users meet it: over HTTP, beside a floor of ready bytes on the same machine."""
