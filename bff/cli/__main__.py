"""`python -m bff.cli`, the same as `storefront`."""

from bff.cli import main

main()
