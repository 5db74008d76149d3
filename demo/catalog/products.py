"""The products of the demo shop: read from a CSV file by the shop's own importer, completed from the data beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from datasources.imports.csv_records import CsvFile
from datasources.imports.products_csv import COLUMNS
from demo.catalog.collections import Listing, listings
from demo.catalog.prices import own_prices
from demo.kit.data import FOLDER
from demo.pictures.library import sized
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.imports import Remark
from domain.territories.markets import Territories
from services.imports.files import read_products

# Of the amounts in the file. A shop at home in another currency takes the same numbers of minor units.
_CURRENCY = "GBP"


def drafts(territories: Territories) -> tuple[ProductDraft, ...]:
    """Every product of the shop, in the order of the file; prices in the currency of the default territory."""
    collections, prices = listings(), own_prices(territories)

    def priced(variant: VariantDraft) -> VariantDraft:
        return replace(variant, prices=prices.get(variant.sku or "", ()))

    return tuple(
        replace(
            draft,
            variants=tuple(map(priced, draft.variants)),
            images=tuple(map(sized, draft.images)),
            collections=_collections(draft, collections),
        )
        for draft in _read()
    )


def _read() -> Iterator[ProductDraft]:
    with CsvFile(FOLDER / "products.csv", COLUMNS) as file:
        for found in read_products(file, _CURRENCY):
            if isinstance(found, Remark):
                raise ValueError(f"products.csv, line {found.line}: {found.reason}")
            yield found


def _collections(draft: ProductDraft, collections: Sequence[Listing]) -> tuple[tuple[str, str], ...]:
    """Handles and titles; the department comes first."""
    return tuple((one.handle, one.title) for one in collections if one.holds(draft))
