"""What the measured shop sells, and the carts that its buyers have filled beforehand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from bff.settings.variables import Settings
from bff.stores.embedded import resolve
from bff.stores.wiring import Stores, open_stores
from datasources import tables
from datasources.cart import attribute_key
from datasources.consistency.check import check
from datasources.content.writes import ContentStore
from datasources.kit.database import Tx
from domain.catalog.records import ProductDraft, ProductStatus, VariantDraft
from domain.kit.ids import global_id, new_secret
from domain.territories.delivery import Address, CartAddress
from services.imports.writes import PRODUCTS_AT_ONCE, ProductWriter

PRICE_MINOR = 1_000
_CARTS_AT_ONCE = 1_000
_PATIENCE_SECONDS = 60.0
_HOME = Address("GB", last_name="Byron", address1="12 St James's Square", city="London")


@dataclass(frozen=True, slots=True)
class Shop:
    """A running shop: its endpoint, the process that started it, its data directory and its database."""

    endpoint: str
    pid: int
    directory: Path
    database_url: str

    def settings(self) -> Settings:
        """Settings that lead to its stores, with patience for questions about all that was sold."""
        url = SecretStr(self.database_url)
        return resolve(Settings(data_dir=self.directory, database_url=url, store_seconds=_PATIENCE_SECONDS))


async def stock_up(shop: Shop, stock: Sequence[int]) -> list[int]:
    """One new product with one variant for each entry, with so many units; the ids of the variants."""
    batch = new_secret()[:8]
    drafts = [_draft(f"benchmark-{batch}-{n}", units) for n, units in enumerate(stock)]
    async with open_stores(shop.settings()) as stores:
        writer = ProductWriter(stores.database, ContentStore(stores.documents), stores.territories)
        for start in range(0, len(drafts), PRODUCTS_AT_ONCE):
            await writer.write(drafts[start : start + PRODUCTS_AT_ONCE])
        return await _variant_ids(stores, [draft.handle for draft in drafts])


async def fill_carts(shop: Shop, variant_ids: Sequence[int]) -> list[str]:
    """A guest's cart with one unit of each variant named, in their order; the carts' global ids."""
    now = datetime.now(UTC)
    keys = [new_secret() for _ in variant_ids]
    kept: dict[str, Any] = {"note": "", "attributes": [], "discount_codes": [], "created_at": now, "updated_at": now}
    kept["addresses"] = [asdict(CartAddress("home", _HOME, selected=True))]
    carts = [{"id": key, "email": f"{key[:8]}@example.com", "country": "GB", **kept} for key in keys]
    lines = [
        {"cart_id": key, "variant_id": variant_id, "quantity": 1, "attributes": [], "attribute_key": attribute_key(())}
        for key, variant_id in zip(keys, variant_ids, strict=True)
    ]

    async with open_stores(shop.settings()) as stores:
        for start in range(0, len(keys), _CARTS_AT_ONCE):
            part = slice(start, start + _CARTS_AT_ONCE)
            await stores.database.transact(partial(_insert, carts=carts[part], lines=lines[part]))
    return [global_id("Cart", key) for key in keys]


async def _variant_ids(stores: Stores, handles: Sequence[str]) -> list[int]:
    query = (
        sa.select(tables.products.c.handle, tables.variants.c.id)
        .join(tables.variants, tables.variants.c.product_id == tables.products.c.id)
        .where(tables.products.c.handle.in_(handles))
    )
    found = {row.handle: row.id for row in await stores.database.all(query)}
    return [found[handle] for handle in handles]


def _draft(handle: str, units: int) -> ProductDraft:
    variant = VariantDraft(handle, (), PRICE_MINOR, inventory=units)
    return ProductDraft(handle, handle, "Benchmark", "Goods", ProductStatus.ACTIVE, (), (variant,))


async def _insert(tx: Tx, carts: Sequence[dict[str, Any]], lines: Sequence[dict[str, Any]]) -> None:
    await tx.run(sa.insert(tables.carts), carts)
    await tx.run(sa.insert(tables.cart_lines), lines)


async def inconsistencies(shop: Shop) -> list[str]:
    """What `storefront check` says of the shop."""
    async with open_stores(shop.settings()) as stores:
        return await check(stores)
