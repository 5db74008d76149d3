"""Prints a digest of everything the demo shop is made of; run as a program to compare processes."""

import hashlib
from datetime import date

from bff.settings.variables import Settings
from demo.accounts import demo_accounts, shoppers
from demo.catalog.collections import content_of, listings
from demo.catalog.products import drafts
from demo.content.menus import menus
from demo.content.pages import pages
from demo.content.shop import policies
from demo.homepage import homepages
from demo.orders import past_orders

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
        homepages(),
    ):
        told.update(repr(part).encode())
    return told.hexdigest()


if __name__ == "__main__":
    print(fingerprint())  # noqa: T201  # the answer of the program
