"""Writes imported products and past orders, and skips those that are stored unchanged."""

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

# Sizes at which one transaction takes well under a second, so that writes of the running shop get their turn.
PRODUCTS_AT_ONCE = 200
ORDERS_AT_ONCE = 500
_ATTEMPTS = 3
_NOT_OURS = "an order placed in this shop has the same name"
_OTHER_CONTENT = "an order of the same name is stored with other lines, time, country or currency"


class ProductContents(Protocol):
    """The store for the content part of products."""

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        """Replaces contents by product id."""


class ProductWriter:
    """Writes product drafts, at most a few hundred per call; equal drafts change nothing, not even timestamps.

    Stock is set for new variants only: an import must not undo sales. A stored variant that the draft no longer has
    loses its prices. Without a price it is neither shown nor sold, but carts, orders and the stock ledger keep their
    references to it; if the draft has it again, it is the same variant. A product belongs to exactly the collections of
    its draft.
    """

    def __init__(self, database: Database, contents: ProductContents, territories: Territories) -> None:
        self._database = database
        self._contents = contents
        self._territories = territories
        self._territory = territories.default.code

    async def write(self, drafts: Sequence[ProductDraft]) -> list[Written]:
        """Writes the rows in one transaction; returns the outcome of each draft, in order. Handles must be unique.

        Documents are written before the rows. If the rows fail, the next run still finds the products changed. If staff
        changed one of them in between, all are written again, with their documents.
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
        await products_store.finish_rows(tx, options, self._territories)
        named = {key: draft.collections for key, draft in drafts.items()}
        changed = set(await collections_store.set_memberships(tx, named, now))
        # A product that shoppers start or stop seeing changes the content of its collections.
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
    """Writes past orders, at most a few hundred per call, and the accounts of their customers by e-mail.

    A stored order with the same name is unchanged if equal, updated if a later export moved its status on (such as a
    refund), refunded more, or says what it cost beside its lines, and otherwise left untouched. A line refers to the
    variant with its SKU, if exactly one has it.
    """

    def __init__(self, database: Database, territories: Territories) -> None:
        self._database = database
        self._territories = territories

    async def write(self, orders: Sequence[PastOrder]) -> list[OrderWritten]:
        """Writes all in one transaction; returns the outcome of each order, in order."""
        async for attempt in stamina.retry_context(on=IntegrityError, attempts=_ATTEMPTS, timeout=None):
            with attempt:
                return await self._database.transact(lambda tx: self._write(tx, orders))
        raise AssertionError("stamina ends by returning or raising")

    async def finish(self, imported: int) -> int:
        """Counts the units sold. Call it after the last batch, with the number of new or changed orders.

        Returns the number of products whose counts changed: more than 0 after an import that stopped before its end.
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
        updates = [(known[name], order) for name, order in changed.items()]
        moved = [(stored, order) for stored, order in updates if may_become(stored.status, order.status)]
        await orders_store.set_statuses(tx, moved, now)
        await orders_store.add_details(tx, updates, now)
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
    is_news = may_become(stored.status, order.status) or orders_store.says_more(stored, order)
    return OrderWritten(order.name, Outcome.UPDATED if is_news else Outcome.UNCHANGED)
