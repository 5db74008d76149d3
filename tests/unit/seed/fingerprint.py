"""Prints a digest of everything the demo shop is made of; run as a program to compare processes."""

import hashlib
from datetime import date

from bff.settings.variables import Settings
from domain.homepage.keys import Platform
from services.seed.drafts import drafts
from services.seed.homepages import sections_of
from services.seed.lists import content_of, listings
from services.seed.menus import menus
from services.seed.pages import pages, policies
from services.seed.past_orders import past_orders
from services.seed.people import demo_accounts, shoppers

TODAY = date(2026, 6, 30)


def fingerprint() -> str:
    """SHA-256 of all drafts, orders, accounts, texts and homepages; permissions are sets, so they are sorted."""
    territories = Settings().markets()
    products = drafts(territories)
    told = hashlib.sha256()
    for part in (
        products,
        past_orders(products, territories, TODAY),
        shoppers(),
        [(demo.account, sorted(demo.permissions)) for demo in demo_accounts()],
        [content_of(listing, number) for number, listing in enumerate(listings())],
        menus({listing.handle: number for number, listing in enumerate(listings())}),
        (pages(), policies()),
        [sections_of(platform) for platform in Platform],
    ):
        told.update(repr(part).encode())
    return told.hexdigest()


if __name__ == "__main__":
    print(fingerprint())  # noqa: T201  # the answer of the program
