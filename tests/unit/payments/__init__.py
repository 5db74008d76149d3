"""The payment provider without its process."""
