"""What every part of the demo shop uses: its data files, and random numbers that are the same on every machine."""
