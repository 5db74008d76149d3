"""Stock levels, locations and movements."""
