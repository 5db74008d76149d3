"""Reads the data for a batch of submits under locks, each statement for all submits."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from datasources import cart as carts
from datasources.catalog.reads import Catalog
from datasources.checkout import submits
from datasources.checkout.submits import AttemptKey
from datasources.discounts import codes as discounts
from datasources.discounts import usages
from datasources.inventory import levels as inventory
from datasources.inventory import locations
from datasources.kit.database import Tx
from datasources.orders import reads as orders
from datasources.orders.batches import NewOrder
from domain.accounts import Viewer
from domain.cart import Cart, territory_of
from domain.catalog.records import Variant
from domain.checkout.commands import SubmitCart
from domain.checkout.offers import usage_keys
from domain.discounts.rules import Discount
from domain.discounts.usages import UsageKey
from domain.orders.records import Order
from domain.territories.markets import Territories, Territory
from services.checkout.allocation import Allocations
from services.checkout.offers import buyer_of, customer_of
from services.kit.clock import utc_now


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submit of one viewer at an address; `mark` is the mark that the gate gave it."""

    viewer: Viewer
    command: SubmitCart
    mark: str | None = None
    address: str = ""

    @property
    def key(self) -> AttemptKey:
        """The buyer and the token of the attempt."""
        customer_id = self.viewer.customer_id
        buyer = f"cart:{self.command.cart_id}" if customer_id is None else f"customer:{customer_id}"
        # MySQL treats tokens that differ only in trailing spaces as equal.
        return buyer, self.command.attempt_token.rstrip(" ")

    @property
    def fingerprint(self) -> str:
        """Equal for attempts with the same content, whatever country the buyer's network appears to be in."""
        command, expected = self.command, self.command.expected
        content: list[object] = [command.cart_id, command.payment_token]
        if expected is not None:
            content += [expected.minor, expected.currency]
        if command.payment_method is not None:
            content.append(command.payment_method)
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(slots=True)
class Seen:
    """The data that the transaction has read, updated by the decisions so far.

    `taken` are the uses of limited things by the orders so far, `held` the units that they hold, by budget.
    """

    now: datetime
    carts: dict[str, Cart]
    orders: dict[int, Order]
    attempts: dict[AttemptKey, tuple[str, int]]
    variants: dict[str, dict[int, Variant]]
    titles: dict[int, str]
    emails: dict[int, str]
    discounts: Mapping[str, Discount]
    stock: Allocations
    used: dict[UsageKey, int]
    claimed: dict[str, int] = field(default_factory=dict)
    new: list[NewOrder] = field(default_factory=list)
    taken: dict[int, dict[UsageKey, int]] = field(default_factory=dict)
    limits: dict[UsageKey, int] = field(default_factory=dict)
    held: Counter[tuple[str, str]] = field(default_factory=Counter)


class SubmitReads:
    """Locks and reads for batches of attempts."""

    def __init__(self, catalog: Catalog, territories: Territories) -> None:
        self._catalog = catalog
        self._territories = territories

    async def read(self, tx: Tx, attempts: Sequence[Attempt]) -> Seen:
        """Locks the carts, then the stock, then the usages of limited things."""
        now = utc_now()
        found = await carts.lock_all(tx, sorted({attempt.command.cart_id for attempt in attempts}), now)
        known = await submits.attempts_by_key(tx, list({attempt.key for attempt in attempts}))
        earlier = {row.order_id for row in known.values()} | {c.order_id for c in found.values() if c.order_id}
        fresh = [
            (each, cart)
            for each in attempts
            if (cart := found.get(each.command.cart_id)) is not None and cart.order_id is None and each.key not in known
        ]
        variants = await self._variants(tx, fresh)
        sold = {variant_id for priced in variants.values() for variant_id in priced}
        products = sorted({variant.product_id for priced in variants.values() for variant in priced.values()})
        codes = [code for _, cart in fresh for code in cart.discount_codes]
        named = await discounts.by_codes(tx, codes) if codes else {}
        routes = await locations.routes(tx, set(variants)) if sold else {}
        stock = await inventory.lock(tx, sold) if sold else {}
        customers = {key for attempt, cart in fresh if (key := customer_of(attempt.viewer, cart)) is not None}
        limited = self._usage_keys(fresh, variants, named)
        return Seen(
            now=now,
            carts=found,
            orders={o.id: o for o in await orders.orders_by_id(tx, sorted(earlier)) if o} if earlier else {},
            attempts={key: (row.fingerprint, row.order_id) for key, row in known.items()},
            variants=variants,
            titles=await submits.titles(tx, products) if products else {},
            emails=await submits.emails(tx, sorted(customers)) if customers else {},
            discounts=named,
            stock=Allocations(stock, routes, _pools(variants)),
            used=await usages.lock(tx, limited) if limited else {},
        )

    def territory(self, attempt: Attempt, cart: Cart) -> Territory:
        """The territory that the buyer of a cart shops in."""
        return territory_of(cart, self._territories, self._territories.of_code(attempt.command.territory))

    async def _variants(self, tx: Tx, fresh: Sequence[tuple[Attempt, Cart]]) -> dict[str, dict[int, Variant]]:
        """Variants for sale by the territory of their prices."""
        wanted: dict[str, set[int]] = {}
        for attempt, cart in fresh:
            wanted.setdefault(self.territory(attempt, cart).code, set()).update(line.variant_id for line in cart.lines)
        variants: dict[str, dict[int, Variant]] = {}
        for code, ids in wanted.items():
            territory = self._territories.of_code(code)
            priced = await self._catalog.variants.for_sale(tx, sorted(ids), territory) if ids else ()
            variants[code] = {variant.id: variant for variant in priced if variant is not None}
        return variants

    def _usage_keys(
        self,
        fresh: Sequence[tuple[Attempt, Cart]],
        variants: Mapping[str, Mapping[int, Variant]],
        named: Mapping[str, Discount],
    ) -> set[UsageKey]:
        keys: set[UsageKey] = set()
        for attempt, cart in fresh:
            priced = variants[self.territory(attempt, cart).code]
            keys |= usage_keys(cart, buyer_of(attempt.viewer, cart), priced, named)
        return keys


def _pools(variants: Mapping[str, Mapping[int, Variant]]) -> dict[tuple[str, int], int]:
    """The pools of variants in a live flash sale: these sell from their pool only."""
    return {
        (code, variant.id): variant.flash.location_id
        for code, priced in variants.items()
        for variant in priced.values()
        if variant.flash is not None
    }
