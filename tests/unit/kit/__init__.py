"""What tests rely on works itself."""
