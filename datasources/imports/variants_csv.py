"""One row of Shopify's product CSV as a variant."""

from collections.abc import Mapping

from datasources.imports.cells import NOT_STOCKED, BadCell, code, flag, money, needed, rounded, whole
from datasources.imports.columns import OF_VARIANT, OPTIONS, Header
from datasources.imports.heads_csv import metafields_of
from datasources.imports.pictures_csv import variant_image
from domain.catalog.drafts import MarketPrice, VariantDraft

MAX_UNITS = 10**9
MAX_GRAMS = 2**31 - 1
DEFAULT = "Default Title"
_NAMING = ("Variant Price", "Option1 Value", "Variant SKU")
_QUANTITY = "Variant Inventory Qty"
_COMPARE_AT = "Variant Compare At Price"
_FIRST_MARKET = {
    "minor": "the price of the first territory is Variant Price: another price of its market was left out",
    "compare_at_minor": (
        "the compare-at price of the first territory is Variant Compare At Price: another of its market was left out"
    ),
}
_NOT_ABOVE = "the compare-at price of a market is not above its price: it was left out"
_NO_MARKET_PRICE = "a market without a price of its own has no compare-at price of its own: it was left out"
# Today's template asks whether to continue, the older export for a policy.
_CONTINUES = {"": False, "deny": False, "continue": True}
_CONTINUES |= {"true": True, "false": False, "yes": True, "no": False}


def has_variants(header: Header) -> bool:
    """Whether a file says anything about variants."""
    return bool(header.known & OF_VARIANT.keys()) or any(
        market.field != "included" for market in header.markets.values()
    )


def is_variant(cells: dict[str, str], header: Header, *, is_first: bool) -> bool:
    """Whether the row describes a variant. Other rows only add a picture or a collection."""
    if header.known.isdisjoint(("Variant Price", "Option1 Value")):
        columns = [*OF_VARIANT, *header.markets]
        return has_variants(header) and (is_first or any(cells.get(column) for column in columns))
    return any(cells.get(column) for column in _NAMING)


def variant_of(
    cells: dict[str, str], names: tuple[str, ...], currency: str, header: Header
) -> tuple[VariantDraft, list[str]]:
    """The variant and the corrections made. Raises `BadCell`.

    Stock without a tracker, or with the policy `continue`, never sells out. A negative count of stock that does sell
    out is read as 0. A compare-at price not above the price is left out.
    """
    warnings: list[str] = []
    price = money(cells, "Variant Price", currency)
    compare_at = _compare_at(cells, price, currency, warnings)
    tracked = bool(cells.get("Variant Inventory Tracker", cells.get(_QUANTITY)))
    continues = _continues(cells)
    variant = VariantDraft(
        sku=code(cells, "Variant SKU"),
        option_values=_option_values(cells, names, header, warnings),
        price_minor=price or 0,
        has_price=price is not None,
        compare_at_minor=compare_at,
        inventory=_inventory(cells, tracked, continues, warnings),
        units_unknown=header.as_in_file(_units_unknown(cells, tracked)),
        tracked=tracked,
        continues=continues,
        grams=rounded(cells, "Variant Grams", MAX_GRAMS) or 0,
        taxable=flag(cells, "Variant Taxable", True),
        requires_shipping=flag(cells, "Variant Requires Shipping", True),
        barcode=code(cells, "Variant Barcode"),
        image_url=variant_image(cells, warnings),
        market_prices=_market_prices(cells, header, {"minor": price, "compare_at_minor": compare_at}, warnings),
        metafields=metafields_of(cells, header, of_variant=True),
    )
    return variant, warnings


def _option_values(
    cells: dict[str, str], names: tuple[str, ...], header: Header, warnings: list[str]
) -> tuple[str, ...]:
    """The values of the options that the file has columns for; empty where it has none."""
    given = [f"Option{number} Value" for number in OPTIONS if f"Option{number} Value" in header.known]
    if not given:
        return ()
    wanted = given[: len(names)]
    if any(cells[column] for column in given[len(names) :]):
        warnings.append("an option has a value but no name: it was left out")
    if len(names) == 1 and not cells[wanted[0]]:
        return (DEFAULT,)
    return tuple(needed(cells, column) for column in wanted)


def _compare_at(cells: dict[str, str], price: int | None, currency: str, warnings: list[str]) -> int | None:
    compare_at = money(cells, _COMPARE_AT, currency)
    if compare_at is None or price is None or compare_at > price:
        return compare_at
    warnings.append(f"{_COMPARE_AT} is not above the price: it was left out")
    return None


def _continues(cells: dict[str, str]) -> bool:
    try:
        return _CONTINUES[cells.get("Variant Inventory Policy", "").lower()]
    except KeyError:
        raise BadCell("Variant Inventory Policy must be deny or continue") from None


def _is_not_stocked(cells: dict[str, str]) -> bool:
    return cells.get(_QUANTITY, "").lower() == NOT_STOCKED


def _units_unknown(cells: dict[str, str], tracked: bool) -> str:
    """What to say of a new variant without a count; nothing of a stored one, whose units stay."""
    if not tracked or (cells.get(_QUANTITY) != "" and not _is_not_stocked(cells)):
        return ""
    return f"{_QUANTITY} is {NOT_STOCKED if _is_not_stocked(cells) else 'blank'}: a new variant starts with 0"


def _inventory(cells: dict[str, str], tracked: bool, continues: bool, warnings: list[str]) -> int:
    """The first units of a variant. Those of a stored one do not change."""
    units = 0 if _is_not_stocked(cells) else whole(cells, _QUANTITY, MAX_UNITS) or 0
    if units < 0 and tracked and not continues:
        warnings.append(f"{_QUANTITY} is negative: taken as 0")
        return 0
    return units


def _market_prices(
    cells: dict[str, str], header: Header, own: Mapping[str, int | None], warnings: list[str]
) -> tuple[MarketPrice, ...]:
    """The prices of markets, in their currencies; blank cells remove theirs.

    Those of the first territory are the `own` prices of the variant, from which other territories are exchanged: a cell
    of that market neither removes nor replaces them.
    """
    found: dict[tuple[str, str], int | None] = {}
    for column, market in header.markets.items():
        if market.field == "included":
            continue
        value = money(cells, column, market.territory.currency)
        if not market.is_first:
            found[market.territory.code, market.field] = value
        elif value not in (None, own[market.field]):
            warnings.append(_FIRST_MARKET[market.field])
    for (territory, name), value in list(found.items()):
        if name == "minor" or value is None or (territory, "minor") not in found:
            continue
        price = found[territory, "minor"]
        if price is None or value <= price:
            warnings.append(_NO_MARKET_PRICE if price is None else _NOT_ABOVE)
            found[territory, name] = None
    return tuple(MarketPrice(territory, name, value) for (territory, name), value in found.items())
