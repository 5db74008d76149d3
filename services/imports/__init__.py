"""Files of other shops, read and written."""
