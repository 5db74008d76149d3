"""What every part of the demo shop uses: its data files, and chance that is the same on every machine."""
