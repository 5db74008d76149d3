"""Turning a cart into an order: a shared transaction that takes the stock, then the payment outside any lock."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from datasources.catalog.reads import Catalog
from datasources.checkout import gate as stock_gate
from datasources.checkout.gate import Entry, StockGate
from datasources.kit.database import Database
from datasources.orders.reads import orders_by_id
from domain.accounts import Viewer
from domain.checkout.commands import (
    ActionRequired,
    AlreadyAccepted,
    PaymentDeclined,
    SubmitCart,
    Submitted,
    Throttled,
)
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Refused, Unavailable, refuse
from domain.orders.life import SOLD, OrderStatus
from domain.orders.records import Order
from domain.payments.keys import with_code
from domain.territories.markets import Territories
from services.checkout.attempt_limits import AttemptLimits, TooManyHeld
from services.checkout.batch_reads import Attempt
from services.checkout.batches import Accepted, Decided, SoldOutCart, Submits
from services.checkout.open_holds import OpenHolds
from services.kit.batching import GroupCommit, QueueFull
from services.payments.charges import ChargeOutcome, PaymentService

MAX_TOKEN = 255
MAX_CART_ID = 64
_CODE = re.compile("[0-9]{6}")
_TRIES = 3


class CheckoutService:
    """Submits carts. An order exists if and only if its stock was taken. It is charged at most once."""

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        territories: Territories,
        payments: PaymentService,
        *,
        hold_seconds: int,
        gate: StockGate | None = None,
        queue: int = 2_000,
        limits: AttemptLimits | None = None,
    ) -> None:
        self._limits = limits
        self._open_holds = None if limits is None else OpenHolds(limits, self._ended_of)
        self._database = database
        self._payments = payments
        self._gate = gate
        self._submits = Submits(catalog, territories, payments.provider_name, hold_seconds, limits)
        self._accept = GroupCommit[Attempt, Accepted](self._commit, queue=queue, shared=(Unavailable,))

    def busy(self) -> float | None:
        """Seconds after which to retry if the queue is full; None if it admits submits."""
        return self._accept.poll_after

    async def submit(
        self, viewer: Viewer, command: SubmitCart, address: str = ""
    ) -> Submitted | ActionRequired | AlreadyAccepted | Throttled:
        """The order of this attempt, charged; still PENDING_PAYMENT if the provider's answer was lost.

        `ActionRequired`: the buyer must confirm the payment first.

        Refused: INVALID, CART_NOT_FOUND, CART_EMPTY, MERCHANDISE_NOT_FOUND, OUT_OF_STOCK, MAXIMUM_EXCEEDED,
        CUSTOMER_LIMIT_REACHED, BUYER_IDENTITY_REQUIRED, DELIVERY_ADDRESS_REQUIRED, DELIVERY_ADDRESS_INCOMPLETE,
        DELIVERY_NOT_AVAILABLE, PRICE_CHANGED, PAYMENT_METHOD_NOT_AVAILABLE, TOTAL_TOO_HIGH,
        ATTEMPT_TOKEN_REUSED, PAYMENT_DECLINED, ORDER_EXPIRED.

        Raises `LimitReached` after too many declined payments, and while a guest holds too many units.
        """
        _check(command)
        device = device_of(viewer)
        if self._limits is not None:
            self._limits.admit(command.cart_id, device, address)
        entry = Entry() if self._gate is None else await self._gate.enter(command.cart_id)
        if entry.refused:
            raise Refused(*(_out_of_stock(position) for position in entry.refused))
        attempt = Attempt(viewer, command, entry.mark, address)
        try:
            try:
                accepted = await self._accept(attempt)
            except TooManyHeld as full:
                accepted = await self._accepted_again(attempt, full)
        except QueueFull as full:
            return Throttled(full.poll_after)
        if accepted.another:
            return AlreadyAccepted(accepted.order)
        order, outcome = await self._charged(accepted, command)
        if order.status in SOLD:
            return Submitted(order, accepted.replayed)
        if refusal := await self._refusal(order, outcome):
            if self._limits is not None and refusal.code is RefusalCode.PAYMENT_DECLINED and not accepted.replayed:
                self._limits.declined(command.cart_id, device, address)
            raise Refused(refusal)
        if outcome is not None and outcome.needs_action:
            return ActionRequired(order, accepted.replayed)
        return Submitted(order, accepted.replayed)

    @property
    def refuses_again(self) -> bool:
        """Whether `refused_again` may refuse any cart at this moment."""
        return self._gate is not None and self._gate.has_marks

    async def refused_again(self, command: SubmitCart) -> tuple[Refusal, ...]:
        """The refusals that `submit` would repeat for a cart refused a moment ago; empty if the database must decide.

        Only for buyers without an account: only the database knows whether a login has ended.
        """
        if self._gate is None or not _is_complete(command):
            return ()
        return tuple(_out_of_stock(position) for position in await self._gate.refused(command.cart_id))

    async def _accepted_again(self, attempt: Attempt, full: TooManyHeld) -> Accepted:
        """The outcome of an attempt if orders that left no room for its units have ended. Raises `TooManyHeld`."""
        if self._open_holds is None or not await self._open_holds.settle(full.hold):
            raise full
        return await self._accept(attempt)

    async def _ended_of(self, order_ids: Collection[int]) -> Collection[int]:
        found = await orders_by_id(self._database, list(order_ids))
        waiting = {order.id for order in found if order is not None and order.status is OrderStatus.PENDING_PAYMENT}
        return set(order_ids) - waiting

    async def _charged(self, accepted: Accepted, command: SubmitCart) -> tuple[Order, ChargeOutcome | None]:
        """The order after its charge; without an outcome if it did not wait for one.

        What a guest holds counts for as long as the order waits.
        """
        order, hold = accepted.order, accepted.hold
        if order.status is not OrderStatus.PENDING_PAYMENT:
            return order, None
        token, base = command.payment_token, command.base
        if accepted.replayed:
            outcome = await self._payments.again(order, token, base)
            return replace(order, status=outcome.status), outcome
        if self._limits is not None and hold is not None:
            self._limits.hold(hold)
        outcome = await self._payments.charge(order, token, base, accepted.charge_key)
        if self._limits is not None and self._open_holds is not None and hold is not None:
            if outcome.status is OrderStatus.PENDING_PAYMENT:
                self._open_holds.add(order.id, hold)
            else:
                self._limits.release(hold)
        return replace(order, status=outcome.status), outcome

    async def _refusal(self, order: Order, outcome: ChargeOutcome | None) -> Refusal | None:
        """Why an order bought nothing, if so, whatever its state became afterwards."""
        if order.status is OrderStatus.PAYMENT_FAILED or (outcome is not None and outcome.may_retry):
            return declined(order)
        is_given_up = order.status in (OrderStatus.EXPIRED, OrderStatus.EXCEPTION)
        may_be = order.status in (OrderStatus.CANCELLED, OrderStatus.REFUNDED)
        if is_given_up or (may_be and not await self._payments.was_paid(order.id)):
            return Refusal(
                RefusalCode.ORDER_EXPIRED, "The order ended before it was paid; nothing was bought.", ("payment_token",)
            )
        return None

    async def _commit(self, attempts: Sequence[Attempt]) -> list[Accepted | Exception]:
        """One transaction for all. If another process has used a token in between, it runs again to find that order."""
        try:
            decided = await self._decide(attempts)
        except Unavailable:
            await self._ordered(attempts)
            raise
        refused = [
            stock_gate.GateRefusal(attempt.command.cart_id, attempt.mark, outcome.positions)
            for attempt, outcome in zip(attempts, decided.outcomes, strict=True)
            if isinstance(outcome, SoldOutCart)
        ]
        if self._gate is not None:
            self._gate.told(decided.left)
            if refused:
                await self._gate.remember(refused)
        made = zip(attempts, decided.outcomes, strict=True)
        await self._ordered([attempt for attempt, outcome in made if isinstance(outcome, Accepted)])
        return [outcome.refused if isinstance(outcome, SoldOutCart) else outcome for outcome in decided.outcomes]

    async def _ordered(self, attempts: Sequence[Attempt]) -> None:
        """Keeps the gate from refusing carts that have become orders, or may have."""
        if self._gate is not None and attempts:
            await self._gate.changed(*{attempt.command.cart_id for attempt in attempts})

    async def _decide(self, attempts: Sequence[Attempt]) -> Decided:
        for _ in range(_TRIES - 1):
            try:
                return await self._database.transact(lambda tx: self._submits.run(tx, attempts))
            except IntegrityError:
                continue
        return await self._database.transact(lambda tx: self._submits.run(tx, attempts))


def payment_token_of(token: str, code: str) -> str:
    """The token of a payment with the code that the buyer added to it. Refused: INVALID."""
    if not _CODE.fullmatch(code):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have 6 digits.", "payment_code")
    return with_code(token, code)


def declined(order: Order) -> PaymentDeclined:
    """The refusal of a declined payment; it names the order that still waits for another one."""
    waits = order.status is OrderStatus.PENDING_PAYMENT
    message = "The payment was declined."
    return PaymentDeclined(RefusalCode.PAYMENT_DECLINED, message, ("payment_token",), order if waits else None)


def device_of(viewer: Viewer) -> str | None:
    """The account of the buyer, else their device, if it has a name."""
    return viewer.device_id if viewer.customer_id is None else f"customer:{viewer.customer_id}"


def _is_complete(command: SubmitCart) -> bool:
    tokens = (command.attempt_token, command.payment_token)
    return len(command.cart_id) <= MAX_CART_ID and all(0 < len(token) <= MAX_TOKEN for token in tokens)


def _check(command: SubmitCart) -> None:
    if len(command.cart_id) > MAX_CART_ID:
        raise refuse(RefusalCode.CART_NOT_FOUND, "The specified cart does not exist.", "cart")
    for name, value in (("attempt_token", command.attempt_token), ("payment_token", command.payment_token)):
        if not 0 < len(value) <= MAX_TOKEN:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must have 1 to {MAX_TOKEN} characters.", name)


def _out_of_stock(position: int) -> Refusal:
    return Refusal(RefusalCode.OUT_OF_STOCK, "There are not enough units left.", ("cart", "lines", position))
