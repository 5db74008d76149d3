"""This checkout beside another one: both run on the same machine, and take turns under the same load."""
