"""Writes imported products and past orders, and skips those that are stored unchanged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import stamina
from sqlalchemy.exc import IntegrityError

from datasources.catalog import collection_writes as collections_store
from datasources.catalog import metafields as metafields_store
from datasources.catalog import product_writes as products_store
from datasources.catalog import variant_writes as variants_store
from datasources.catalog.product_states import states
from datasources.catalog.product_writes import Overtaken, Planned, StoredProduct
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.orders import past_orders as orders_store
from datasources.webhooks.reports import report
from domain.catalog.drafts import ProductDraft, collection_of_type
from domain.catalog.metafields import MetafieldOwner
from domain.catalog.records import ProductContent
from domain.events import (
    CollectionsChanged,
    CollectionsCreated,
    OrdersImported,
    ProductsChanged,
    ProductsCreated,
    SalesCounted,
)
from domain.imports import OrderWritten, Outcome, Written
from domain.kit.ids import new_id
from domain.orders.life import may_become
from domain.orders.records import PastOrder
from domain.territories.markets import Territories
from services.imports.merging import content_merged, content_of, head_merged, was_hidden
from services.kit.clock import utc_now

# Sizes at which one transaction takes well under a second, so that writes of the running shop get their turn.
PRODUCTS_AT_ONCE = 200
ORDERS_AT_ONCE = 500
_ATTEMPTS = 3
_NO_TITLE = "the shop has no product with that handle, and the file has no Title to make one"
_WAS_HIDDEN = "an earlier version stored the product as a draft: its status is taken as active, and Published counts"
_NOT_OURS = "an order placed in this shop has the same name"
_OTHER_CONTENT = "an order of the same name is stored with other lines, time, country or currency"


class ProductContents(Protocol):
    """The store for the content part of products."""

    async def products(self, ids: Sequence[int]) -> list[ProductContent]:
        """Contents in the order of `ids`."""

    async def put_products(self, contents: Mapping[int, ProductContent]) -> None:
        """Replaces contents by product id."""


class ProductWriter:
    """Writes product drafts, at most a few hundred per call; what is stored already changes nothing, nor its times.

    A draft that was the last one to be written is skipped by its digest. Any other is compared with what is stored: an
    export, or a file with fewer columns, says the same in another way.

    What the source of a draft does not have stays as it is stored. Stock is set for new variants only: an import must
    not undo sales. A stored variant that the draft no longer has loses its prices. Without a price it is neither shown
    nor sold, but carts, orders and the stock ledger keep their references to it; if the draft has it again, it is the
    same variant. A product belongs to exactly the collections of its draft, if its source names collections.
    """

    def __init__(self, database: Database, contents: ProductContents, territories: Territories) -> None:
        self._database = database
        self._contents = contents
        self._territory = territories.default.code
        self.territories = territories

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
        known = await products_store.known(self._database, [draft.handle for draft in drafts])
        decided = [self._decided(draft, known.get(draft.handle)) for draft in drafts]
        planned = [plan for _, plan in decided if plan is not None]
        if not planned:
            return [written for written, _ in decided]
        contents, changed = await self._new_contents(planned)
        if changed:
            await self._contents.put_products({key: contents[key] for key in changed})
        notes, same = await self._database.transact(lambda tx: self._write_rows(tx, planned, changed))
        return [
            replace(
                one,
                outcome=Outcome.UNCHANGED if one.product_id in same else one.outcome,
                notes=(*one.notes, *notes.get(one.product_id, ())),
            )
            for one, _ in decided
        ]

    def _decided(self, draft: ProductDraft, stored: StoredProduct | None) -> tuple[Written, Planned | None]:
        """What becomes of a draft, and what to write, if anything."""
        if stored is None and "title" in draft.absent:
            return Written(draft.handle, 0, Outcome.REJECTED, (_NO_TITLE,)), None
        digest = products_store.fingerprint(draft, self._territory)
        if stored is None:
            plan = Planned(new_id(), draft, digest, None)
            return Written(draft.handle, plan.id, Outcome.CREATED), plan
        if stored.fingerprint == digest:
            return Written(draft.handle, stored.id, Outcome.UNCHANGED), None
        plan = Planned(stored.id, head_merged(draft, stored), digest, stored)
        notes = (_WAS_HIDDEN,) if was_hidden(draft, stored) else ()
        return Written(draft.handle, stored.id, Outcome.UPDATED, notes), plan

    async def _new_contents(self, planned: Sequence[Planned]) -> tuple[dict[int, ProductContent], set[int]]:
        """The documents, and the keys of those that differ from the stored ones."""
        merged = [plan for plan in planned if plan.stored is not None]
        stored = await self._contents.products([plan.id for plan in merged]) if merged else []
        left = await variants_store.pictures_left(self._database, {plan.id: plan.draft for plan in merged})
        kept = {
            plan.id: content_merged(plan.draft, old, left[plan.id]) for plan, old in zip(merged, stored, strict=True)
        }
        contents = {plan.id: kept.get(plan.id) or content_of(plan.draft, plan.id) for plan in planned}
        same = {plan.id for plan, old in zip(merged, stored, strict=True) if kept[plan.id] == old}
        return contents, contents.keys() - same

    async def _write_rows(
        self, tx: Tx, planned: Sequence[Planned], documents: Collection[int]
    ) -> tuple[Mapping[int, tuple[str, ...]], set[int]]:
        """Remarks by product id, and the products that were stored as their drafts and `documents` say."""
        now = utc_now()
        # The rows of the products come first: they lock what follows.
        await products_store.write_rows(tx, planned, now)
        may_be_same = [plan for plan in planned if plan.keeps_row and plan.id not in documents]
        before = await states(tx, [plan.id for plan in may_be_same])
        drafts = {plan.id: plan.draft for plan in planned}
        variants = await variants_store.write(tx, drafts, self._territory, now)
        await products_store.set_exclusions(tx, planned)
        of_products = {(MetafieldOwner.PRODUCT, plan.id): plan.draft.metafields for plan in planned}
        of_variants = {(MetafieldOwner.VARIANT, key): cells for key, cells in variants.metafields.items()}
        await metafields_store.write(tx, of_products | of_variants, now)
        in_collections, created = await self._set_collections(tx, planned, now)
        changed = set(in_collections)
        after = await states(tx, list(before))
        same = [plan for plan in may_be_same if before[plan.id] == after[plan.id]]
        await products_store.keep_times(tx, same)
        await products_store.finish_rows(tx, variants.options, self.territories)
        # A product that shoppers start or stop seeing changes the content of its collections.
        if seen := [plan.id for plan in planned if plan.appears_or_goes]:
            changed.update(await collections_store.handles_of(tx, seen))
        if created:
            await report(tx, CollectionsCreated(tuple(created)))
        if changed:
            await outbox.add(tx, CollectionsChanged(tuple(sorted(changed))))
        told = sorted(drafts.keys() - {plan.id for plan in same})
        new = sorted(plan.id for plan in planned if plan.stored is None)
        await report(tx, *(ProductsCreated(ids) for ids in products_store.batches(new)))
        await outbox.add(tx, *(ProductsChanged(ids) for ids in products_store.batches(told)))
        return variants.notes, {plan.id for plan in same}

    async def _set_collections(self, tx: Tx, planned: Sequence[Planned], now: datetime) -> tuple[list[str], list[str]]:
        """Returns the handles of the collections whose products changed, and of those that are new.

        A stored product that is not in the collection of its type stays out of it until its type changes.
        """
        same_type = {plan.id: collection_of_type(plan.draft.product_type) for plan in planned if plan.keeps_type}
        out = same_type.keys() - await collections_store.members(tx, same_type) if same_type else set()
        wanted: dict[int, Sequence[tuple[str, str]]] = {}
        leaves_only: dict[int, str] = {}
        for plan in planned:
            absent = plan.draft.absent if plan.stored is not None else frozenset()
            if {"collections", "product_type"} <= absent:
                continue
            of_type = collection_of_type(plan.draft.product_type) if "product_type" in absent else ()
            named = (*of_type, *plan.draft.collections)
            wanted[plan.id] = [pair for pair in named if plan.id not in out or pair not in same_type[plan.id]]
            if plan.stored is not None and absent & {"collections", "rows"}:
                leaves_only[plan.id] = next((key for key, _ in collection_of_type(plan.stored.product_type)), "")
        return await collections_store.set_memberships(tx, wanted, now, leaves_only) if wanted else ([], [])


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
    if stored.source != orders_store.SOURCE and (stored.content, stored.status) == (
        orders_store.content(order),
        order.status,
    ):
        return OrderWritten(order.name, Outcome.UNCHANGED)  # the shop's own export
    if stored.source != orders_store.SOURCE:
        return OrderWritten(order.name, Outcome.REJECTED, _NOT_OURS)
    if stored.content != orders_store.content(order):
        return OrderWritten(order.name, Outcome.REJECTED, _OTHER_CONTENT)
    is_news = may_become(stored.status, order.status) or orders_store.says_more(stored, order)
    return OrderWritten(order.name, Outcome.UPDATED if is_news else Outcome.UNCHANGED)
