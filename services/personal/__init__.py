"""What shoppers do and hide."""
