"""Thin functions between the schema and everything below it: they call a loader or a service and return a record."""
