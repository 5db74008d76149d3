"""Rules that must hold between rows, as queries for the rows that break them."""
