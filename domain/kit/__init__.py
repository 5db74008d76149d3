"""Mechanisms of this layer that every domain shares."""
