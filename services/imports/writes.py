"""Writes products and past orders that come from elsewhere; what is stored already is left alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import stamina
from sqlalchemy.exc import IntegrityError

from datasources.catalog import collection_writes as collections_store
from datasources.catalog import product_writes as products_store
from datasources.catalog import variant_writes as variants_store
from datasources.catalog.product_writes import Overtaken, Planned
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.orders import past_orders as orders_store
from domain.catalog.records import ProductContent, ProductDraft
from domain.events import CollectionsChanged, OrdersImported, ProductsChanged, SalesCounted
from domain.imports import OrderWritten, Outcome, Written
from domain.kit.ids import new_id
from domain.orders.life import may_become
from domain.orders.records import PastOrder
from domain.territories.markets import Territories
from services.kit.clock import utc_now

# Sizes at which one transaction takes well under a second, so that the shop's own writes get their turn.
PRODUCTS_AT_ONCE = 200
ORDERS_AT_ONCE = 500
_ATTEMPTS = 3
_NOT_OURS = "an order placed in this shop has the same name"
_OTHER_CONTENT = "an order of the same name is stored with other lines, time, country or currency"


class ProductContents(Protocol):
    """Where the content part of products goes."""

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        """Replaces contents by product id."""


class ProductWriter:
    """Writes product drafts, at most some hundreds in one call; equal drafts change nothing, not even a row's time.

    Stock is set for new variants only: what was sold since must not come back. A stored variant that a draft no longer
    has loses its prices: without a price it is neither shown nor sold, while carts, orders and the stock ledger keep
    what they point to; when it comes back it is the same variant. A product belongs to exactly the collections of
    its draft.
    """

    def __init__(self, database: Database, contents: ProductContents, territories: Territories) -> None:
        self._database = database
        self._contents = contents
        self._territory = territories.default.code

    async def write(self, drafts: Sequence[ProductDraft]) -> list[Written]:
        """Rows in one transaction; what became of each draft, in their order. Their handles must differ.

        Documents are written before the rows: if the rows fail, the next run finds the products changed still. When
        staff changed one of them meanwhile, all are written again, documents too.
        """
        async for attempt in stamina.retry_context(on=(IntegrityError, Overtaken), attempts=_ATTEMPTS, timeout=None):
            with attempt:
                return await self._write(drafts)
        raise AssertionError("stamina ends by returning or raising")

    async def _write(self, drafts: Sequence[ProductDraft]) -> list[Written]:
        planned: list[Planned] = []
        written: list[Written] = []
        known = await products_store.known(self._database, [draft.handle for draft in drafts])
        for draft in drafts:
            stored = known.get(draft.handle)
            digest = products_store.fingerprint(draft, self._territory)
            key = new_id() if stored is None else stored.id
            outcome = Outcome.CREATED if stored is None else Outcome.UPDATED
            if stored is not None and stored.fingerprint == digest:
                outcome = Outcome.UNCHANGED
            else:
                planned.append(Planned(key, draft, digest, stored))
            written.append(Written(draft.handle, key, outcome))
        if planned:
            await self._contents.put_products({plan.id: _content(plan) for plan in planned})
            await self._database.transact(lambda tx: self._write_rows(tx, planned))
        return written

    async def _write_rows(self, tx: Tx, planned: Sequence[Planned]) -> None:
        now = utc_now()
        # The rows of the products come first: they lock what follows.
        await products_store.write_rows(tx, planned, now)
        drafts = {plan.id: plan.draft for plan in planned}
        options = await variants_store.write(tx, drafts, self._territory, now)
        await products_store.finish_rows(tx, options, self._territory)
        named = {key: draft.collections for key, draft in drafts.items()}
        changed = set(await collections_store.set_memberships(tx, named, now))
        # A product that shoppers see from now on, or no longer, changes what its collections show.
        changed.update(handle for plan in planned if plan.appears_or_goes for handle, _ in plan.draft.collections)
        if changed:
            await outbox.add(tx, CollectionsChanged(tuple(sorted(changed))))
        await outbox.add(tx, *(ProductsChanged(ids) for ids in products_store.batches(list(drafts))))


def _content(plan: Planned) -> ProductContent:
    draft = plan.draft
    return ProductContent(
        product_id=plan.id,
        html=draft.html,
        description=draft.description,
        tags=draft.tags,
        images=draft.images,
        seo=draft.seo,
        attributes=draft.attributes,
    )


class PastOrderWriter:
    """Writes past orders, at most some hundreds in one call, and the accounts of their customers by e-mail.

    A stored order of the same name is unchanged when it is the same, updated when a later export moved its status on
    (it was refunded), and otherwise never touched. Lines lead to the one variant with their SKU, if there is one.
    """

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._territories = territories

    async def write(self, orders: Sequence[PastOrder]) -> list[OrderWritten]:
        """All in one transaction; what became of each order, in their order."""
        async for attempt in stamina.retry_context(on=IntegrityError, attempts=_ATTEMPTS, timeout=None):
            with attempt:
                return await self._database.transact(lambda tx: self._write(tx, orders))
        raise AssertionError("stamina ends by returning or raising")

    async def finish(self, imported: int) -> int:
        """To be called after the last batch with the number of orders that came or changed; counts what was sold.

        Answers how many products have other counts now; after an import that broke off these show that it did.
        """

        async def finish(tx: Tx) -> int:
            changed = await products_store.recount_units_sold(tx)
            await outbox.add(tx, *(SalesCounted(ids) for ids in products_store.batches(changed)))
            if imported or changed:
                await outbox.add(tx, OrdersImported(imported))
            return len(changed)

        return await self._database.transact(finish)

    async def _write(self, tx: Tx, orders: Sequence[PastOrder]) -> list[OrderWritten]:
        now = utc_now()
        known = await orders_store.known(tx, [order.name for order in orders])
        written: list[OrderWritten] = []
        new: dict[str, PastOrder] = {}
        changed: dict[str, PastOrder] = {}
        for order in orders:
            one = (
                OrderWritten(order.name, Outcome.REJECTED, _OTHER_CONTENT)
                if order.name in new | changed
                else _fate(order, known)
            )
            written.append(one)
            if one.outcome is Outcome.CREATED:
                new[order.name] = order
            elif one.outcome is Outcome.UPDATED:
                changed[order.name] = order
        await self._insert(tx, list(new.values()), now)
        await orders_store.set_statuses(tx, [(known[name], order) for name, order in changed.items()], now)
        return written

    async def _insert(self, tx: Tx, new: Sequence[PastOrder], now: datetime) -> None:
        if not new:
            return
        first_orders: dict[str, datetime] = {}
        for order in new:
            if order.email:
                first_orders[order.email] = min(order.created_at, first_orders.get(order.email, order.created_at))
        customer_ids = await orders_store.customers_by_email(tx, first_orders)
        skus = sorted({line.sku for order in new for line in order.lines if line.sku})
        variant_ids = await orders_store.variants_by_sku(tx, skus)
        countries = {order.country or "" for order in new}
        territories = {country: self._territories.of_country(country).code for country in countries}
        await orders_store.insert(tx, new, customer_ids, variant_ids, territories, now)


def _fate(order: PastOrder, known: Mapping[str, orders_store.StoredOrder]) -> OrderWritten:
    stored = known.get(order.name)
    if stored is None:
        return OrderWritten(order.name, Outcome.CREATED)
    if stored.source != orders_store.SOURCE:
        return OrderWritten(order.name, Outcome.REJECTED, _NOT_OURS)
    if stored.content != orders_store.content(order):
        return OrderWritten(order.name, Outcome.REJECTED, _OTHER_CONTENT)
    moved = may_become(stored.status, order.status)
    return OrderWritten(order.name, Outcome.UPDATED if moved else Outcome.UNCHANGED)
