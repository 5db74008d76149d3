"""A torture of the checkout: real processes, real stores and real faults, and a check of everything afterwards."""
