"""Staff limit how many units of a variant may be bought. Earlier orders stay as they are."""

from collections.abc import Sequence

from datasources.catalog import limits as variant_limits
from datasources.catalog import products as catalog
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.catalog.records import LimitVariant, Product
from domain.events import ProductsChanged
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from services.accounts.authority import require
from services.kit.clock import utc_now

MAX_VARIANTS = 250
# GraphQL's Int has 32 bits.
MAX_LIMIT = 2**31 - 1


class VariantService:
    """Changes variants of one product, all or none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def limit(self, viewer: Viewer, product_id: int, changes: Sequence[LimitVariant]) -> Product:
        """Limits how many units may be bought; returns the product. Refused: NOT_FOUND, INVALID."""

        async def limit(tx: Tx) -> Product:
            await require(tx, viewer, Permission.PRODUCTS)
            _check(changes)
            product = await catalog.lock_product(tx, product_id, utc_now())
            if product is None:
                raise refuse(RefusalCode.NOT_FOUND, "The product does not exist.", "product_id")
            for position, change in enumerate(changes):
                if not await variant_limits.set_limits(tx, product_id, change):
                    message = "The product has no such variant."
                    raise refuse(RefusalCode.NOT_FOUND, message, "variants", position, "variant_id")
            await outbox.add(tx, ProductsChanged((product_id,)))
            return product

        return await self._database.transact(limit)


def _check(changes: Sequence[LimitVariant]) -> None:
    if not 0 < len(changes) <= MAX_VARIANTS or len({change.variant_id for change in changes}) < len(changes):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_VARIANTS} variants, each once.", "variants")
    each("variants", changes, _check_limits)


def _check_limits(change: LimitVariant) -> None:
    for term, limit in (
        ("max_per_order", change.limits.get("max_per_order")),
        ("max_per_customer", change.limits.get("max_per_customer")),
    ):
        if limit is not None and not 1 <= limit <= MAX_LIMIT:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_LIMIT}.", term)
