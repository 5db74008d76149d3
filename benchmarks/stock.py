"""Stock that no benchmark sells out, put into the database of the measured shop."""

from pathlib import Path

from bff.settings.variables import Settings
from bff.stores.embedded import resolve
from bff.stores.wiring import Stores, open_stores
from datasources.inventory import levels as inventory
from datasources.kit.database import Tx
from domain.inventory import DEFAULT_LOCATION, Movement
from services.kit.clock import utc_now

UNITS = 10_000_000


async def add(directory: Path, handle: str) -> None:
    """Adds units to every variant of a product of the shop that runs in a directory."""
    async with open_stores(resolve(Settings(data_dir=directory))) as stores:
        units = {(variant_id, DEFAULT_LOCATION): UNITS for variant_id in await _variants(stores, handle)}

        async def deliver(tx: Tx) -> None:
            await inventory.move(tx, Movement.ADJUSTMENT, units, utc_now(), "benchmark", "stock for a benchmark")

        await stores.database.transact(deliver)


async def _variants(stores: Stores, handle: str) -> list[int]:
    product = (await stores.catalog.products.by_handle([handle]))[0]
    if product is None:
        raise LookupError(f"no product {handle}")
    (variants,) = await stores.catalog.variants.by_product([product.id], stores.territories.default)
    return sorted(variant.id for variant in variants)
