"""The history of the relational tables, one file per change."""
