"""Writes: each call is one transaction and checks permissions itself; what is not granted is denied."""
