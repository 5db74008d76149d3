"""The homepage without its stores."""
