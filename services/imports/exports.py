"""Writes products, stock and past orders as CSV files that import to the same shop without a change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol

from datasources.imports import shop_reads
from datasources.imports.shop_reads import ShopProduct
from datasources.kit.database import Database, Row
from domain.catalog.drafts import collection_of_type
from domain.catalog.metafields import MetafieldOwner
from domain.catalog.records import ProductContent
from domain.kit.money import Money
from domain.territories.markets import Territories, Territory
from services.imports.order_cells import ORDER_COLUMNS, STATUSES, Cells, rows_of_order

Write = Callable[[Sequence[str]], Any]
_OPTIONS = (1, 2, 3)
_PRICES = ("Variant Price", "Variant Compare At Price")
_COLUMNS = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Status", "Gift Card"),
    *("SEO Title", "SEO Description"),
    *(f"Option{number} {part}" for number in _OPTIONS for part in ("Name", "Value")),
    *("Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty"),
    *("Variant Inventory Policy", *_PRICES, "Variant Requires Shipping"),
    *("Variant Taxable", "Variant Barcode", "Variant Image"),
    *("Image Src", "Image Position", "Image Alt Text", "Collection"),
)
INVENTORY_COLUMNS = (
    *("Handle", "Title", *(f"Option{number} {part}" for number in _OPTIONS for part in ("Name", "Value"))),
    *("SKU", "Location", "Committed", "Available", "On hand"),
)


class ContentReads(Protocol):
    """The store for the content part of products."""

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Contents in the order of `ids`."""


@dataclass(frozen=True, slots=True)
class Exports:
    """Each method passes a header and then rows to `write`, and returns how many items it wrote."""

    database: Database
    contents: ContentReads
    territories: Territories

    async def products(self, write: Write) -> int:
        """Every product with all that a file can hold, whatever its status."""
        names = await shop_reads.metafield_names(self.database)
        markets = [territory for territory in self.territories.all if territory is not self.territories.default]
        columns = (*_COLUMNS, *_market_columns(markets, self.territories.default), *map(_metafield, names))
        write(columns)
        count = 0
        async for page in shop_reads.shop_products(self.database):
            contents = await self.contents.products([found.row.id for found in page])
            for found, content in zip(page, contents, strict=True):
                for cells in self._rows(found, content, markets, names):
                    write([cells.get(column, "") for column in columns])
            count += len(page)
        return count

    def _rows(
        self,
        found: ShopProduct,
        content: ProductContent,
        markets: Sequence[Territory],
        names: Sequence[tuple[str, str, str, str]],
    ) -> Iterator[Cells]:
        own = [image for image in content.images if image.url not in content.only_of_variants]
        type_title = {title for _, title in collection_of_type(found.row.product_type)}
        titles = [row.title for row in found.collections if row.title not in type_title]
        first = _head(found, content) | _included(found, self.territories)
        first |= _metafields(found, names, MetafieldOwner.PRODUCT, found.row.id)
        for number, (variant, image, title) in enumerate(zip_longest(found.variants or (None,), own, titles), 1):
            cells = {"Handle": found.row.handle, "Collection": title or ""}
            if variant is not None:
                cells |= self._variant(found, variant, markets)
                cells |= _metafields(found, names, MetafieldOwner.VARIANT, variant.id)
            if image is not None:
                cells |= {"Image Src": image.url, "Image Position": str(number), "Image Alt Text": image.alt_text or ""}
            yield (first | cells) if number == 1 else cells

    def _variant(self, found: ShopProduct, row: Row, markets: Sequence[Territory]) -> Cells:
        prices = found.prices.get(row.id, {})
        cells = {f"Option{number} Value": value for number, (_, value) in enumerate(row.options, 1)}
        named = [(f"Price / {market.name}", f"Compare At Price / {market.name}", market) for market in markets]
        for price, compare_at, territory in (*named, (*_PRICES, self.territories.default)):
            if own := prices.get(territory.code):
                cells[price] = _amount(own.minor, territory)
                cells[compare_at] = _amount(own.compare_at_minor, territory)
        return cells | {
            "Variant SKU": row.sku or "",
            "Variant Grams": str(row.grams),
            "Variant Inventory Tracker": "shopify" if row.tracked else "",
            "Variant Inventory Qty": str(found.units.get(row.id, 0)),
            "Variant Inventory Policy": "continue" if row.tracked and not row.sells_out else "deny",
            "Variant Requires Shipping": _flag(row.requires_shipping),
            "Variant Taxable": _flag(row.taxable),
            "Variant Barcode": row.barcode or "",
            "Variant Image": row.image_url or "",
        }

    async def inventory(self, write: Write) -> int:
        """The stock of every variant in every warehouse that has it."""
        write(INVENTORY_COLUMNS)
        count = 0
        async for row in shop_reads.shop_levels(self.database):
            cells = {"Handle": row.handle, "Title": row.product, "SKU": row.sku or "", "Location": row.name}
            for number, (name, value) in enumerate(row.options, 1):
                cells |= {f"Option{number} Name": name, f"Option{number} Value": value}
            cells |= {"Committed": str(row.reserved), "Available": str(row.available)}
            cells["On hand"] = str(row.available + row.reserved)
            write([cells.get(column, "") for column in INVENTORY_COLUMNS])
            count += 1
        return count

    async def orders(self, write: Write) -> int:
        """Every order that was paid or cancelled, with its lines, as Shopify exports them."""
        write(ORDER_COLUMNS)
        count = 0
        async for order, lines in shop_reads.shop_orders(self.database, STATUSES):
            for cells in rows_of_order(order, lines):
                write([cells.get(column, "") for column in ORDER_COLUMNS])
            count += 1
        return count


def _head(found: ShopProduct, content: ProductContent) -> Cells:
    row = found.row
    cells = {f"Option{number} Name": option["name"] for number, option in enumerate(row.options, 1)}
    return cells | {
        "Title": row.title,
        "Body (HTML)": content.html,
        "Vendor": row.vendor,
        "Type": row.product_type,
        "Tags": ", ".join(content.tags),
        "Published": _flag(row.is_published),
        "Status": (row.own_status or row.status).lower(),
        "Gift Card": _flag(row.is_gift_card),
        "SEO Title": content.seo.title or "",
        "SEO Description": content.seo.description or "",
    }


def _market_columns(markets: Sequence[Territory], default: Territory) -> Iterator[str]:
    for market in markets:
        yield from (f"Price / {market.name}", f"Compare At Price / {market.name}")
    yield from (f"Included / {market.name}" for market in (default, *markets))


def _included(found: ShopProduct, territories: Territories) -> Cells:
    return {f"Included / {each.name}": _flag(each.code not in found.exclusions) for each in territories.all}


def _metafield(name: tuple[str, str, str, str]) -> str:
    owner, namespace, key, kind = name
    column = f"Metafield: {namespace}.{key} [{kind}]"
    return column if owner == MetafieldOwner.PRODUCT else f"Variant {column}"


def _metafields(
    found: ShopProduct, names: Sequence[tuple[str, str, str, str]], owner: MetafieldOwner, key: int
) -> Mapping[str, str]:
    return {_metafield(one): found.metafields.get((owner, key, *one[1:]), "") for one in names if one[0] == owner}


def _amount(minor: int | None, territory: Territory) -> str:
    return "" if minor is None else str(Money(minor, territory.currency).decimal)


def _flag(value: bool) -> str:
    return "true" if value else "false"
