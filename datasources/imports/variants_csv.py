"""One row of Shopify's product CSV as a variant and a picture."""

import hashlib

from datasources.imports.cells import BadCell, code, flag, money, needed, text, whole
from domain.catalog.records import Image, VariantDraft

MAX_URL = 1_024
MAX_UNITS = 10**9
MAX_GRAMS = 2**31 - 1
_WEB = ("https://", "http://", "/")
_POLICIES = {"": True, "deny": True, "continue": False}


def is_variant(cells: dict[str, str]) -> bool:
    """Whether the row describes a variant. Other rows only add a picture."""
    return any(cells.get(column) for column in ("Variant Price", "Option1 Value", "Variant SKU"))


def variant_of(cells: dict[str, str], options: int, currency: str) -> tuple[VariantDraft, list[str]]:
    """The variant and the corrections made. Raises `BadCell`.

    Stock without a tracker, or with the policy `continue`, never sells out. A negative count of stock that does sell
    out is read as 0. A compare-at price not above the price is ignored.
    """
    price = money(cells, "Variant Price", currency)
    if price is None:
        raise BadCell("Variant Price is blank")
    compare_at = money(cells, "Variant Compare At Price", currency)
    policy = cells.get("Variant Inventory Policy", "").lower()
    if policy not in _POLICIES:
        raise BadCell("Variant Inventory Policy must be deny or continue")
    sells_out = _POLICIES[policy] and bool(cells.get("Variant Inventory Tracker"))
    inventory = whole(cells, "Variant Inventory Qty", MAX_UNITS) or 0
    warnings = []
    if sells_out and inventory < 0:
        warnings.append("Variant Inventory Qty is negative: taken as 0")
        inventory = 0
    picture, more = _web_address(cells, "Variant Image")
    grams = whole(cells, "Variant Grams", MAX_GRAMS) or 0
    if grams < 0:
        raise BadCell("Variant Grams is negative")
    variant = VariantDraft(
        sku=code(cells, "Variant SKU"),
        option_values=_option_values(cells, options),
        price_minor=price,
        compare_at_minor=compare_at if compare_at is not None and compare_at > price else None,
        inventory=inventory,
        sells_out=sells_out,
        grams=grams,
        taxable=flag(cells, "Variant Taxable", True),
        requires_shipping=flag(cells, "Variant Requires Shipping", True),
        barcode=code(cells, "Variant Barcode"),
        image_url=picture,
    )
    return variant, [*warnings, *more]


def _option_values(cells: dict[str, str], options: int) -> tuple[str, ...]:
    if options == 1 and not cells.get("Option1 Value"):
        return ("Default Title",)
    return tuple(needed(cells, f"Option{number} Value") for number in range(1, options + 1))


def image_of(cells: dict[str, str], next_position: int) -> tuple[Image | None, int, list[str]]:
    """The picture of a row, its position, and a note if it was left out. Raises `BadCell`."""
    url, warnings = _web_address(cells, "Image Src")
    if url is None:
        return None, next_position, warnings
    position = whole(cells, "Image Position", MAX_UNITS)
    key = hashlib.sha256(url.encode()).hexdigest()[:16]
    alt_text = text(cells, "Image Alt Text", 512) or None
    return Image(key, url, alt_text), next_position if position is None else position, warnings


def _web_address(cells: dict[str, str], column: str) -> tuple[str | None, list[str]]:
    url = cells.get(column, "")
    if not url:
        return None, []
    if len(url) > MAX_URL or not url.lower().startswith(_WEB) or any(mark in url for mark in '<>"\\ \n\r'):
        return None, [f"{column} is not a web address: the picture was left out"]
    return url, []
