"""Markets, currencies, taxes and delivery."""
