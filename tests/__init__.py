"""Tests: unit (no stores), integration (real stores), e2e (a running shop), contracts (what outsiders rely on)."""
