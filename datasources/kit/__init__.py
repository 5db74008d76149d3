"""Mechanisms that serve every store and belong to no domain."""
