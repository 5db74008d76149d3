"""Submits that arrive together: decided in their order of arrival, and written in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from datasources.catalog.reads import Catalog
from datasources.checkout import submits
from datasources.discounts import usages
from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Tx
from datasources.orders import batches as order_batches
from datasources.orders.batches import NewOrder
from domain.cart import Cart, CartLine, may_use, units_by_variant
from domain.checkout.commands import PriceChanged
from domain.checkout.offers import Offer, for_sale, limits, offer_of, out_of_stock, reasons, uses
from domain.events import AvailabilityChanged, Event, OrderPlaced
from domain.inventory import Movement
from domain.kit.limits import LimitReached
from domain.kit.mailboxes import mailbox
from domain.kit.refusals import INPUT, RefusalCode, Refused, refuse
from domain.orders.records import Order, OrderLine
from domain.payments.keys import charge_key
from domain.payments.records import PaymentMethod
from domain.territories.markets import Territories, Territory
from services.checkout.attempt_limits import AttemptLimits, Hold
from services.checkout.batch_reads import Attempt, Seen, SubmitReads
from services.checkout.drafts import draft
from services.checkout.offers import buyer_of, customer_of, knowledge


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome of an attempt: its order, new or known, or the order of an earlier attempt with the cart.

    A new order of a guest holds units. That of a replayed attempt is charged under the key that its payment has.
    """

    order: Order
    replayed: bool = False
    another: bool = False
    hold: Hold | None = None
    charge_key: str = ""


@dataclass(frozen=True, slots=True)
class SoldOutCart:
    """A cart that was refused as sold out, with the positions of its lines by variant."""

    refused: Refused
    positions: dict[int, list[int]]


@dataclass(slots=True)
class Decided:
    """Outcomes in the order of the attempts, and the remaining stock of the requested variants that sell out."""

    outcomes: list[Accepted | Refused | LimitReached | SoldOutCart] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)


class Submits:
    """Decides and writes batches of attempts."""

    def __init__(
        self,
        catalog: Catalog,
        territories: Territories,
        provider: str,
        hold_seconds: int,
        limits: AttemptLimits | None = None,
    ) -> None:
        self._limits = limits
        self._reads = SubmitReads(catalog, territories)
        self._default = territories.default
        self._provider = provider
        self._hold_seconds = hold_seconds

    async def run(self, tx: Tx, attempts: Sequence[Attempt]) -> Decided:
        """Accepts or refuses each attempt on its own; a refused attempt changes nothing."""
        seen = await self._reads.read(tx, attempts)
        decided = Decided()
        for attempt in attempts:
            try:
                decided.outcomes.append(self._decide(seen, attempt))
            except (Refused, LimitReached) as refused:
                decided.outcomes.append(refused)
        if seen.new:
            await self._write(tx, seen)
        decided.left = seen.stock.left
        return decided

    def _decide(self, seen: Seen, attempt: Attempt) -> Accepted | SoldOutCart:
        cart = seen.carts.get(attempt.command.cart_id)
        if cart is None or not may_use(attempt.viewer, cart):
            raise refuse(RefusalCode.CART_NOT_FOUND, "The specified cart does not exist.", "cart")
        return _earlier(seen, attempt, cart) or self._offered(seen, attempt, cart)

    def _offered(self, seen: Seen, attempt: Attempt, cart: Cart) -> Accepted | SoldOutCart:
        """Turns the cart into an order at the current price, whatever price the buyer has seen."""
        territory = self._reads.territory(attempt, cart)
        variants = seen.variants[territory.code]
        units = units_by_variant(cart.lines)
        sold = {variant_id: count for variant_id, count in units.items() if variant_id in variants}
        if short := seen.stock.short(sold, territory.code):
            shown = for_sale(cart, variants)
            return SoldOutCart(Refused(*out_of_stock(shown, short)), _positions(shown))
        known = knowledge(cart, variants, seen.discounts, seen.used)
        offer = offer_of(cart, territory, self._default, buyer_of(attempt.viewer, cart), known)
        if refusals := reasons(offer):
            raise Refused(*refusals)
        _check_agreed(attempt, offer)
        provider, authorizes = self._payment_of(attempt, territory)
        customer_id = customer_of(attempt.viewer, cart)
        email = cart.email or (None if customer_id is None else seen.emails.get(customer_id))
        hold = self._hold(seen, attempt, customer_id, email, sum(units.values()))
        order, lines = draft(offer, seen.titles, customer_id, email, seen.now)
        seen.stock.take(order.id, units, territory.code)
        key = charge_key(order.id, 1, "" if provider == self._provider else provider, authorizes)
        _take(seen, attempt, offer, order, lines, key, provider)
        return Accepted(order, hold=hold, charge_key=key)

    def _payment_of(self, attempt: Attempt, territory: Territory) -> tuple[str, bool]:
        """The provider of the method that an attempt names, and whether that only reserves the money."""
        handle, known = attempt.command.payment_method, territory.payment_methods
        if handle is None and not known:
            return self._provider, False
        method = known[0] if handle is None else method_of(territory, handle)
        return method.provider, method.authorizes

    def _hold(
        self, seen: Seen, attempt: Attempt, customer_id: int | None, email: str | None, units: int
    ) -> Hold | None:
        """What a guest's order will hold. Raises `LimitReached` when that is too much."""
        if self._limits is None or customer_id is not None:
            return None
        buyer = None if email is None else mailbox(email)
        hold = Hold(units, attempt.viewer.device_id, buyer, attempt.address)
        self._limits.require_room(hold, seen.held)
        return hold

    async def _write(self, tx: Tx, seen: Seen) -> None:
        await submits.claim(tx, seen.claimed)
        lacking = await inventory.move_orders(tx, Movement.RESERVATION, seen.stock.taken, seen.now, "checkout")
        if lacking is not None:
            # The guard of the UPDATE has the last word, even over rows that were read under lock.
            raise refuse(RefusalCode.OUT_OF_STOCK, "There are not enough units left.", "cart")
        await order_batches.insert(tx, seen.new, self._hold_seconds)
        if any(seen.taken.values()) and await usages.take(tx, seen.taken, seen.limits) is not None:
            message = "A discount code or a variant of the cart has reached its limit of uses."
            raise refuse(RefusalCode.CUSTOMER_LIMIT_REACHED, message, "cart")
        events: list[Event] = [OrderPlaced(new.order.id) for new in seen.new]
        if gone := seen.stock.gone:
            events.append(AvailabilityChanged(await inventory.products_of(tx, gone)))
        await outbox.add(tx, *events)


def _earlier(seen: Seen, attempt: Attempt, cart: Cart) -> Accepted | None:
    """The order of an earlier submit of this attempt, or of another attempt with the same cart."""
    if known := seen.attempts.get(attempt.key):
        fingerprint, order_id = known
        if fingerprint != attempt.fingerprint:
            message = f"{INPUT} was used before with different content; use a new one."
            raise refuse(RefusalCode.ATTEMPT_TOKEN_REUSED, message, "attempt_token")
        return Accepted(seen.orders[order_id], replayed=True)
    bound = cart.order_id or seen.claimed.get(cart.id)
    if bound is None:
        return None
    order = seen.orders[bound]
    if order.customer_id not in (None, attempt.viewer.customer_id):
        # Knowing the cart does not prove access to the account that bought it.
        raise refuse(RefusalCode.CART_COMPLETED, "This cart has already become an order.", "cart")
    return Accepted(order, another=True)


def _check_agreed(attempt: Attempt, offer: Offer) -> None:
    """Refused: PRICE_CHANGED, with the current total, if the buyer agreed to a different one."""
    agreed, total = attempt.command.expected or offer.cart.quote, offer.price.total
    if agreed is not None and agreed != total:
        message = f"The total is now {total.decimal} {total.currency}."
        raise Refused(PriceChanged(RefusalCode.PRICE_CHANGED, message, ("cart", "cost", "total_amount"), total))


def _take(
    seen: Seen, attempt: Attempt, offer: Offer, order: Order, lines: Sequence[OrderLine], key: str, provider: str
) -> None:
    """Adds the order to the data that later attempts of the batch see."""
    cart = offer.cart
    seen.taken[order.id] = uses(offer)
    for usage, count in seen.taken[order.id].items():
        seen.used[usage] += count
    seen.limits |= limits(offer)
    buyer, token = attempt.key
    fingerprint, where = attempt.fingerprint, offer.territory.code
    seen.new.append(NewOrder(order, lines, cart.id, where, buyer, token, fingerprint, key, provider))
    seen.attempts[attempt.key] = (fingerprint, order.id)
    seen.claimed[cart.id] = order.id
    seen.orders[order.id] = order


def method_of(territory: Territory, handle: str) -> PaymentMethod:
    """The payment method of a territory. Refused: PAYMENT_METHOD_NOT_AVAILABLE."""
    method = next((each for each in territory.payment_methods if each.handle == handle), None)
    if method is None:
        known = ", ".join(each.handle for each in territory.payment_methods) or "none"
        message = f"{INPUT} must be a payment method of the territory: {known}."
        raise refuse(RefusalCode.PAYMENT_METHOD_NOT_AVAILABLE, message, "payment_method")
    return method


def _positions(lines: Sequence[CartLine]) -> dict[int, list[int]]:
    positions: dict[int, list[int]] = {}
    for position, line in enumerate(lines):
        positions.setdefault(line.variant_id, []).append(position)
    return positions
