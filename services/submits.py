"""Submits that arrive together: decided one after the other, first come first served, written in one transaction."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from datasources import cart as carts
from datasources import inventory, order_batches, orders, outbox
from datasources.catalog import Catalog
from datasources.inventory import ForSale
from datasources.mysql import Row, Tx
from datasources.order_batches import AttemptKey, NewOrder
from domain.accounts import Viewer
from domain.cart import Cart, units_by_variant
from domain.catalog import Variant
from domain.checkout import SubmitCart
from domain.events import AvailabilityChanged, Event, OrderPlaced
from domain.ids import new_id, new_secret
from domain.inventory import Movement
from domain.money import Money
from domain.orders import Order, OrderLine, OrderStatus, order_name
from domain.refusals import Refusal, Refused, refuse
from domain.territories import Territories, Territory
from services.cart import may_use
from services.payments import charge_key
from services.tokens import utc_now

MAX_TOTAL_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submit of one viewer; `mark` is what the gate let it go on with."""

    viewer: Viewer
    command: SubmitCart
    mark: str | None = None

    @property
    def key(self) -> AttemptKey:
        """Whose attempt it is, and which."""
        customer_id = self.viewer.customer_id
        buyer = f"cart:{self.command.cart_id}" if customer_id is None else f"customer:{customer_id}"
        # MySQL takes tokens for equal that differ in the spaces behind them.
        return buyer, self.command.attempt_token.rstrip(" ")

    @property
    def fingerprint(self) -> str:
        """Equal for attempts that ask for the same."""
        content = [self.command.cart_id, self.command.payment_token, self.command.territory]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an attempt came to: its order, new or known, or the order of an earlier attempt with the cart."""

    order: Order
    replayed: bool = False
    another: bool = False


@dataclass(frozen=True, slots=True)
class SoldOutCart:
    """A cart that was refused for want of stock, with the positions of its lines by variant."""

    refused: Refused
    positions: dict[int, list[int]]


@dataclass(slots=True)
class Decided:
    """Outcomes in the order of the attempts, and what is left of those variants asked for that sell out."""

    outcomes: list[Accepted | Refused | SoldOutCart] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """What the transaction has read, and what the decisions so far have made of it."""

    now: datetime
    carts: dict[str, Cart]
    orders: dict[int, Order]
    attempts: dict[AttemptKey, tuple[str, int]]
    variants: dict[tuple[str, int], Variant]
    titles: dict[int, str]
    emails: dict[int, str]
    stock: dict[int, ForSale]
    left: dict[int, int]
    claimed: dict[str, int] = field(default_factory=dict)
    new: list[NewOrder] = field(default_factory=list)


class Submits:
    """Decides and writes batches of attempts."""

    def __init__(self, catalog: Catalog, territories: Territories, provider: str, hold_seconds: int) -> None:
        self._catalog = catalog
        self._territories = territories
        self._provider = provider
        self._hold_seconds = hold_seconds

    async def run(self, tx: Tx, attempts: Sequence[Attempt]) -> Decided:
        """All attempts, each accepted or refused on its own; a refused one leaves no trace."""
        seen = await self._read(tx, attempts)
        decided = Decided()
        for attempt in attempts:
            try:
                decided.outcomes.append(self._decide(seen, attempt))
            except Refused as refused:
                decided.outcomes.append(refused)
        if seen.new:
            await self._write(tx, seen)
        decided.left = {key: left for key, left in seen.left.items() if seen.stock[key].sells_out}
        return decided

    async def _read(self, tx: Tx, attempts: Sequence[Attempt]) -> _Seen:
        """Locks the carts, then the stock; every statement answers for all attempts."""
        now = utc_now()
        found = await carts.lock_all(tx, sorted({attempt.command.cart_id for attempt in attempts}), now)
        known = await order_batches.attempts_by_key(tx, list({attempt.key for attempt in attempts}))
        earlier = {row.order_id for row in known.values()} | {c.order_id for c in found.values() if c.order_id}
        fresh = [a for a in attempts if self._is_fresh(a, found, known)]
        variants = await self._variants(tx, fresh, found)
        products = sorted({variant.product_id for variant in variants.values()})
        stock = await inventory.lock(tx, sorted({variant_id for _, variant_id in variants})) if variants else {}
        customers = {_customer_id(a, found[a.command.cart_id]) for a in fresh} - {None}
        return _Seen(
            now=now,
            carts=found,
            orders={o.id: o for o in await orders.orders_by_id(tx, sorted(earlier)) if o} if earlier else {},
            attempts={key: (row.fingerprint, row.order_id) for key, row in known.items()},
            variants=variants,
            titles=await order_batches.titles(tx, products) if products else {},
            emails=await order_batches.emails(tx, sorted(key for key in customers if key is not None)),
            stock=stock,
            left={variant_id: level.available for variant_id, level in stock.items()},
        )

    def _is_fresh(self, attempt: Attempt, found: dict[str, Cart], known: dict[AttemptKey, Row]) -> bool:
        cart = found.get(attempt.command.cart_id)
        return cart is not None and cart.order_id is None and attempt.key not in known

    async def _variants(
        self, tx: Tx, fresh: Sequence[Attempt], found: dict[str, Cart]
    ) -> dict[tuple[str, int], Variant]:
        """Variants by the territory that they are priced in."""
        wanted: dict[str, set[int]] = {}
        for attempt in fresh:
            cart = found[attempt.command.cart_id]
            wanted.setdefault(self._territory(attempt, cart).code, set()).update(line.variant_id for line in cart.lines)
        variants = {}
        for code, ids in wanted.items():
            territory = self._territories.of_code(code)
            for variant in await self._catalog.variants_for_sale(tx, sorted(ids), territory) if ids else ():
                if variant is not None:
                    variants[code, variant.id] = variant
        return variants

    def _territory(self, attempt: Attempt, cart: Cart) -> Territory:
        if cart.country is not None:
            return self._territories.of_country(cart.country)
        return self._territories.of_code(attempt.command.territory)

    def _decide(self, seen: _Seen, attempt: Attempt) -> Accepted | SoldOutCart:
        cart = seen.carts.get(attempt.command.cart_id)
        if cart is None or not may_use(attempt.viewer, cart):
            raise refuse("CART_NOT_FOUND", "The specified cart does not exist.", "cartId")
        if known := seen.attempts.get(attempt.key):
            fingerprint, order_id = known
            if fingerprint != attempt.fingerprint:
                raise refuse("ATTEMPT_TOKEN_REUSED", "This token belongs to another attempt.", "attemptToken")
            return Accepted(seen.orders[order_id], replayed=True)
        bound = cart.order_id or seen.claimed.get(cart.id)
        if bound is not None:
            order = seen.orders[bound]
            if order.customer_id not in (None, attempt.viewer.customer_id):
                # Whoever knows the cart does not know the account that bought it.
                raise refuse("CART_COMPLETED", "This cart has become an order.", "cartId")
            return Accepted(order, another=True)
        units = units_by_variant(cart.lines)
        territory = self._territory(attempt, cart)
        order, lines = _priced(seen, attempt, cart, territory)
        short = [key for key, count in units.items() if seen.stock[key].sells_out and seen.left[key] < count]
        if short:
            refusals = _refusals("OUT_OF_STOCK", "There are not enough units left.", cart, short)
            return SoldOutCart(Refused(*refusals), _positions(cart))
        _take(seen, attempt, cart, order, lines, territory)
        return Accepted(order)

    async def _write(self, tx: Tx, seen: _Seen) -> None:
        units = {new.order.id: units_by_variant(seen.carts[new.cart_id].lines) for new in seen.new}
        await order_batches.claim(tx, seen.claimed)
        stuck = await inventory.move_orders(tx, Movement.RESERVATION, units, seen.now, "checkout")
        if stuck is not None:
            # The rows were locked, yet the guard says no: the guard is right.
            raise refuse("OUT_OF_STOCK", "There are not enough units left.", "cartId")
        await order_batches.insert(tx, seen.new, self._provider, self._hold_seconds)
        events: list[Event] = [OrderPlaced(new.order.id) for new in seen.new]
        gone = sorted(key for key, left in seen.left.items() if left <= 0 < seen.stock[key].available)
        if gone:
            events.append(AvailabilityChanged(await inventory.products_of(tx, gone)))
        await outbox.add(tx, *events)


def _customer_id(attempt: Attempt, cart: Cart) -> int | None:
    return attempt.viewer.customer_id if attempt.viewer.customer_id is not None else cart.customer_id


def _priced(seen: _Seen, attempt: Attempt, cart: Cart, territory: Territory) -> tuple[Order, list[OrderLine]]:
    """The order with prices of this moment, whatever the client had been shown."""
    if not cart.lines:
        raise refuse("CART_EMPTY", "The cart is empty.", "cartId")
    missing = [line.variant_id for line in cart.lines if (territory.code, line.variant_id) not in seen.variants]
    if missing:
        raise Refused(*_refusals("MERCHANDISE_NOT_FOUND", "This product is no longer for sale.", cart, missing))
    order_id = new_id()
    variants = [seen.variants[territory.code, line.variant_id] for line in cart.lines]
    lines = [
        OrderLine(order_id, n, v.id, v.sku, seen.titles[v.product_id], v.title, line.quantity, v.price)
        for n, (line, v) in enumerate(zip(cart.lines, variants, strict=True))
    ]
    total = _total(lines)
    customer_id = _customer_id(attempt, cart)
    order = Order(
        id=order_id,
        name=order_name(order_id),
        token=new_secret(),
        customer_id=customer_id,
        email=cart.email or (None if customer_id is None else seen.emails.get(customer_id)),
        country=cart.country or next(iter(territory.countries), None),
        status=OrderStatus.PENDING_PAYMENT,
        subtotal=total,
        total=total,
        created_at=seen.now,
    )
    return order, lines


def _take(
    seen: _Seen, attempt: Attempt, cart: Cart, order: Order, lines: Sequence[OrderLine], territory: Territory
) -> None:
    """Makes the order part of what later attempts of the batch see."""
    for variant_id, count in units_by_variant(cart.lines).items():
        seen.left[variant_id] -= count
    buyer, token = attempt.key
    key, fingerprint = charge_key(order.id), attempt.fingerprint
    seen.new.append(NewOrder(order, lines, cart.id, territory.code, buyer, token, fingerprint, key))
    seen.attempts[attempt.key] = (fingerprint, order.id)
    seen.claimed[cart.id] = order.id
    seen.orders[order.id] = order


def _positions(cart: Cart) -> dict[int, list[int]]:
    positions: dict[int, list[int]] = {}
    for position, line in enumerate(cart.lines):
        positions.setdefault(line.variant_id, []).append(position)
    return positions


def _refusals(code: str, message: str, cart: Cart, variant_ids: Sequence[int]) -> list[Refusal]:
    """One refusal per line of the cart that is in the way."""
    return [
        Refusal(code, message, ("cart", "lines", str(position)))
        for position, line in enumerate(cart.lines)
        if line.variant_id in variant_ids
    ]


def _total(lines: Sequence[OrderLine]) -> Money:
    total = sum((line.total for line in lines[1:]), lines[0].total)
    if total.minor > MAX_TOTAL_MINOR:
        raise refuse("TOTAL_TOO_HIGH", "The total of this cart is too high.", "cartId")
    return total
