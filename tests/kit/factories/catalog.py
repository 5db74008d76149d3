"""Products with variants, prices and stock, inserted as rows."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bff.settings.territories import demo_territories
from datasources import tables
from datasources.catalog.shown_prices import ListOrders, keys_of
from datasources.inventory import levels as inventory
from datasources.kit.database import Tx
from datasources.kit.rows import inserted_key
from domain.catalog.records import ProductStatus
from domain.inventory import DEFAULT_LOCATION, Movement, StockKey
from domain.kit.folding import collation_key
from domain.territories.markets import Territories

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TERRITORIES = Territories(tuple(territory.market() for territory in demo_territories()))
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Added:
    """Keys of a product and of its variants, in their order."""

    product_id: int
    handle: str
    variant_ids: tuple[int, ...]

    @property
    def variant_id(self) -> int:
        """The first variant."""
        return self.variant_ids[0]


async def add_product(
    tx: Tx,
    *,
    product_id: int | None = None,
    handle: str | None = None,
    title: str = "Mug",
    vendor: str = "Acme",
    product_type: str = "Mugs",
    status: ProductStatus = ProductStatus.ACTIVE,
    variants: Sequence[str] = ("Default Title",),
    price: int = 1_000,
    stock: int = 10,
    sells_out: bool = True,
    territory: str = "GB",
    now: datetime = NOW,
) -> Added:
    """A product whose variants all cost `price` minor units in `territory` and have `stock` units each."""
    handle = handle or f"product-{next(_numbers)}"
    row = {
        "handle": handle,
        "title": title,
        "vendor": vendor,
        "product_type": product_type,
        "status": status.value,
        "options": [{"name": "Title", "values": list(variants)}],
        "min_minor": price,
        "fingerprint": "",
        "published_at": now,
        "created_at": now,
        "updated_at": now,
        **keys_of(title, vendor, product_type),
    }
    known = {} if product_id is None else {"id": product_id}
    product_id = inserted_key(await tx.run(sa.insert(tables.products).values(row | known)))
    variant_ids = [
        await _add_variant(tx, product_id, position, name, sells_out) for position, name in enumerate(variants, 1)
    ]
    prices = [{"variant_id": key, "territory": territory, "minor": price} for key in variant_ids]
    await tx.run(sa.insert(tables.prices), prices)
    await ListOrders(tx.dialect, TERRITORIES).write(tx, [product_id])
    await add_stock(tx, dict.fromkeys(variant_ids, stock), sells_out=sells_out, now=now)
    return Added(product_id, handle, tuple(variant_ids))


async def _add_variant(tx: Tx, product_id: int, position: int, name: str, sells_out: bool) -> int:
    row = {
        "product_id": product_id,
        "position": position,
        "sku": f"SKU-{product_id}-{position}",
        "title": name,
        "option_key": name,
        "options": [["Title", name]],
        "sells_out": sells_out,
        "tracked": sells_out,
        "grams": 100,
        "taxable": True,
        "requires_shipping": True,
    }
    return inserted_key(await tx.run(sa.insert(tables.variants).values(row)))


async def add_stock(tx: Tx, units: dict[int, int], *, sells_out: bool = True, now: datetime = NOW) -> None:
    """Stock rows of variants in the main warehouse with the movement that explains them."""
    counts = {"location_id": DEFAULT_LOCATION, "available": 0, "reserved": 0, "sold": 0, "sells_out": sells_out}
    await tx.run(sa.insert(tables.stock_levels), [{"variant_id": key} | counts for key in sorted(units)])
    lacking = await inventory.move(tx, Movement.INITIAL, at_main(units), now, "test", "initial stock")
    assert lacking is None


def at_main(units: Mapping[int, int]) -> dict[StockKey, int]:
    """Units of variants in the main warehouse."""
    return {(variant_id, DEFAULT_LOCATION): count for variant_id, count in units.items()}


async def add_collection(tx: Tx, product_ids: Sequence[int], *, handle: str | None = None, title: str = "Mugs") -> int:
    """A collection of these products in this order; answers its key."""
    row = {
        "handle": handle or f"collection-{next(_numbers)}",
        "title": title,
        "title_key": collation_key(title),
        "created_at": NOW,
        "updated_at": NOW,
    }
    collection_id = inserted_key(await tx.run(sa.insert(tables.collections).values(row)))
    members = [
        {"collection_id": collection_id, "product_id": product_id, "position": position}
        for position, product_id in enumerate(product_ids)
    ]
    if members:
        await tx.run(sa.insert(tables.collection_products), members)
    return collection_id
