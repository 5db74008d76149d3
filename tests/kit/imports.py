"""Products and past orders as imports write them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.records import Product, ProductContent, ProductStatus, Variant
from domain.orders.life import OrderStatus
from domain.orders.records import PastLine, PastOrder
from domain.territories.markets import Territories, Territory

GB, US = Territory("GB", "UK", "GBP", countries=("GB",)), Territory("US", "USA", "USD", Decimal("1.25"), ("US",))
MARKETS = Territories((GB, US))


SMALL = VariantDraft("MUG-S", ("S",), 950, 1200, inventory=7)


LARGE = VariantDraft("MUG-L", ("L",), 1450, inventory=3)


MUG = ProductDraft(
    handle="mug",
    title="Mug",
    vendor="Potter",
    product_type="Kitchen",
    status=ProductStatus.ACTIVE,
    option_names=("Size",),
    variants=(SMALL, LARGE),
    html="<p>A mug.</p>",
    collections=(("kitchen", "Kitchen"),),
)


ORDER = PastOrder(
    name="#1",
    email="ann@example.com",
    country="US",
    currency="GBP",
    status=OrderStatus.FULFILLED,
    created_at=datetime(2010, 3, 1, 9, 30, tzinfo=UTC),
    cancelled_at=None,
    lines=(PastLine("MUG-S", "Mug", 2, 950), PastLine("POST", "Postage", 1, 450)),
)


class Contents:
    """Keeps contents in memory; `fails` makes the next write fail."""

    def __init__(self) -> None:
        self.kept: dict[int, ProductContent] = {}
        self.fails = False

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Kept contents, empty where none is."""
        return [self.kept.get(key) or ProductContent(key) for key in ids]

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        if self.fails:
            raise ConnectionError("the document store is away")
        self.kept |= contents


async def stored_rows(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        name: sorted(map(repr, await database.all(sa.select(table)))) for name, table in tables.metadata.tables.items()
    }


async def stored_product(database: Database, handle: str = "mug") -> Product:
    (product,) = await Catalog(database, MARKETS).products.by_handle([handle])
    assert product is not None
    return product


async def stored_variants(database: Database, territory: Territory = GB) -> dict[str, Variant]:
    """The variants for sale by title, with their price in a territory."""
    product = await stored_product(database)
    (found,) = await Catalog(database, MARKETS).variants.by_product([product.id], territory)
    return {variant.title: variant for variant in found}
