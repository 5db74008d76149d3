"""Data of earlier releases under this one, and both beside each other."""
