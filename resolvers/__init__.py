"""Thin functions between the schema and everything below it: ask a loader or a service, answer a record."""
