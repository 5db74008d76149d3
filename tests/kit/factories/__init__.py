"""Small builders of rows, so that a test names only the values that matter to it."""
