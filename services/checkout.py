"""Turning a cart into an order: one transaction that takes the stock, then the payment outside any lock."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from datasources import accounts, inventory, orders, outbox
from datasources import cart as carts
from datasources.catalog import Catalog
from datasources.mysql import Database, Tx
from domain.accounts import Viewer
from domain.cart import Cart, units_by_variant
from domain.catalog import Variant
from domain.checkout import AlreadyAccepted, SubmitCart, Submitted
from domain.events import AvailabilityChanged, Event, OrderPlaced
from domain.ids import new_id, new_secret
from domain.inventory import Movement
from domain.money import Money
from domain.orders import Order, OrderLine, OrderStatus, order_name
from domain.refusals import Refusal, Refused, refuse
from domain.territories import Territories, Territory
from services.cart import may_use
from services.payments import PaymentService, charge_key
from services.tokens import utc_now

MAX_TOKEN = 255
MAX_TOTAL_MINOR = 10**15
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Accepted:
    """What the transaction came to: an order of this attempt, new or known, or of an earlier one of the cart."""

    order: Order
    replayed: bool = False
    another: bool = False


@dataclass(frozen=True, slots=True)
class _Priced:
    """An order to be made, with prices of this moment."""

    order: Order
    lines: list[OrderLine]
    territory: Territory


class CheckoutService:
    """Submits carts. An order exists if and only if its stock was taken, and is charged at most once."""

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        territories: Territories,
        payments: PaymentService,
        hold_seconds: int,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._territories = territories
        self._payments = payments
        self._reads = orders.Orders(database)
        self._hold_seconds = hold_seconds

    async def submit(self, viewer: Viewer, command: SubmitCart) -> Submitted | AlreadyAccepted:
        """The order of this attempt, charged; still PENDING_PAYMENT when the provider's answer was lost.

        Refused: INVALID, CART_NOT_FOUND, CART_EMPTY, MERCHANDISE_NOT_FOUND, OUT_OF_STOCK, TOTAL_TOO_HIGH,
        ATTEMPT_TOKEN_REUSED, PAYMENT_DECLINED, ORDER_EXPIRED.
        """
        _check(command)
        accepted = await self._accept(viewer, command)
        if accepted.another:
            return AlreadyAccepted(accepted.order)
        order = accepted.order
        if order.status is OrderStatus.PENDING_PAYMENT:
            await self._payments.charge(order.id, order.total, command.payment_token)
            charged = (await self._reads.orders_by_id([order.id]))[0]
            assert charged is not None
            order = charged
        if refusal := _ended(order):
            raise Refused(refusal)
        return Submitted(order, accepted.replayed)

    async def _accept(self, viewer: Viewer, command: SubmitCart) -> _Accepted:
        """Runs the transaction; when another one took the token meanwhile, again to find what it made of it."""
        for _ in range(_TRIES - 1):
            try:
                return await self._database.transact(lambda tx: self._attempt(tx, viewer, command))
            except IntegrityError:
                continue
        return await self._database.transact(lambda tx: self._attempt(tx, viewer, command))

    async def _attempt(self, tx: Tx, viewer: Viewer, command: SubmitCart) -> _Accepted:
        now = utc_now()
        cart = await carts.lock(tx, command.cart_id, now)
        if cart is None or not may_use(viewer, cart):
            raise refuse("CART_NOT_FOUND", "The specified cart does not exist.", "cartId")
        buyer = f"cart:{cart.id}" if viewer.customer_id is None else f"customer:{viewer.customer_id}"
        fingerprint = _fingerprint(command)
        if known := await orders.attempt(tx, buyer, command.attempt_token):
            if known.fingerprint != fingerprint:
                raise refuse("ATTEMPT_TOKEN_REUSED", "This token belongs to another attempt.", "attemptToken")
            return _Accepted(await _order(tx, known.order_id), replayed=True)
        if cart.order_id is not None:
            return _Accepted(await _order(tx, cart.order_id), another=True)
        priced = await self._priced(tx, viewer, cart, command, now)
        order = priced.order
        await orders.insert_attempt(tx, buyer, command.attempt_token, fingerprint, order.id, now)
        await carts.claim(tx, cart.id, order.id)
        sold_out = await self._reserve(tx, cart, order, now)
        await self._insert(tx, priced, cart)
        await outbox.add(tx, OrderPlaced(order.id), *sold_out)
        return _Accepted(order)

    async def _priced(self, tx: Tx, viewer: Viewer, cart: Cart, command: SubmitCart, now: datetime) -> _Priced:
        """The order with prices of this moment, whatever the client had been shown."""
        if not cart.lines:
            raise refuse("CART_EMPTY", "The cart is empty.", "cartId")
        territory = self._territories.of_code(command.territory)
        if cart.country is not None:
            territory = self._territories.of_country(cart.country)
        ids = list(units_by_variant(cart.lines))
        variants = {v.id: v for v in await self._catalog.variants_for_sale(tx, ids, territory) if v is not None}
        missing = [variant_id for variant_id in ids if variant_id not in variants]
        if missing:
            raise Refused(*_refusals("MERCHANDISE_NOT_FOUND", "This product is no longer for sale.", cart, missing))
        titles = await self._catalog.titles_for_sale(tx, sorted({v.product_id for v in variants.values()}))
        order_id = new_id()
        lines = _lines(order_id, cart, variants, titles)
        total = _total(lines)
        customer_id = viewer.customer_id if viewer.customer_id is not None else cart.customer_id
        order = Order(
            id=order_id,
            name=order_name(order_id),
            token=new_secret(),
            customer_id=customer_id,
            email=cart.email or await accounts.email(tx, customer_id),
            country=cart.country or next(iter(territory.countries), None),
            status=OrderStatus.PENDING_PAYMENT,
            subtotal=total,
            total=total,
            created_at=now,
        )
        return _Priced(order, lines, territory)

    async def _reserve(self, tx: Tx, cart: Cart, order: Order, now: datetime) -> list[Event]:
        """Takes the stock, variants in the order of their ids; tells which products it was the last of."""
        units = units_by_variant(cart.lines)
        stuck = await inventory.move(
            tx, Movement.RESERVATION, units, now, f"order:{order.id}", "checkout", order_id=order.id
        )
        if stuck is not None:
            short = [stuck, *await inventory.short(tx, {key: count for key, count in units.items() if key > stuck})]
            raise Refused(*_refusals("OUT_OF_STOCK", "There are not enough units left.", cart, short))
        levels = await inventory.levels(tx, list(units))
        gone = [level.variant_id for level in levels if level is not None and level.available <= 0]
        return [AvailabilityChanged(await inventory.products_of(tx, gone))] if gone else []

    async def _insert(self, tx: Tx, priced: _Priced, cart: Cart) -> None:
        order = priced.order
        await orders.insert(tx, order, priced.lines, cart.id, priced.territory.code, self._hold_seconds)
        await orders.insert_payment(tx, order, self._payments.provider_name, charge_key(order.id))
        await orders.record_event(tx, order.id, order.status, f"cart:{cart.id[:8]}", "submitted", order.created_at)


def _check(command: SubmitCart) -> None:
    for name, value in (("attemptToken", command.attempt_token), ("payment", command.payment_token)):
        if not 0 < len(value) <= MAX_TOKEN:
            raise refuse("INVALID", f"A token has 1 to {MAX_TOKEN} characters.", name)


def _fingerprint(command: SubmitCart) -> str:
    content = [command.cart_id, command.payment_token, command.territory]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _refusals(code: str, message: str, cart: Cart, variant_ids: Sequence[int]) -> list[Refusal]:
    """One refusal per line of the cart that is in the way."""
    return [
        Refusal(code, message, ("cart", "lines", str(position)))
        for position, line in enumerate(cart.lines)
        if line.variant_id in variant_ids
    ]


def _lines(order_id: int, cart: Cart, variants: dict[int, Variant], titles: dict[int, str]) -> list[OrderLine]:
    lines = []
    for position, line in enumerate(cart.lines):
        variant = variants[line.variant_id]
        title = titles[variant.product_id]
        lines.append(
            OrderLine(order_id, position, variant.id, variant.sku, title, variant.title, line.quantity, variant.price)
        )
    return lines


def _total(lines: Sequence[OrderLine]) -> Money:
    total = sum((line.total for line in lines[1:]), lines[0].total)
    if total.minor > MAX_TOTAL_MINOR:
        raise refuse("TOTAL_TOO_HIGH", "The total of this cart is too high.", "cartId")
    return total


def _ended(order: Order) -> Refusal | None:
    """Why an order came to nothing, if it did."""
    if order.status is OrderStatus.PAYMENT_FAILED:
        return Refusal("PAYMENT_DECLINED", "The payment was declined.", ("payment",))
    if order.status in (OrderStatus.EXPIRED, OrderStatus.EXCEPTION):
        return Refusal("ORDER_EXPIRED", "The payment took too long; nothing was bought.", ("payment",))
    return None


async def _order(tx: Tx, order_id: int) -> Order:
    order = (await orders.orders_by_id(tx, [order_id]))[0]
    if order is None:
        raise LookupError(f"there is no order {order_id}")
    return order
