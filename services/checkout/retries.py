"""Another payment method for an order that waits for its payment, and giving the payment up.

A new charge begins only after the provider has ended the one before it, so that an order is never paid twice.
"""

import hashlib
from dataclasses import replace

from datasources.kit.database import Database, Tx
from datasources.orders import open_payments
from datasources.orders.open_payments import OpenPayments
from datasources.orders.reads import orders_by_id
from domain.accounts import Viewer
from domain.checkout.commands import ActionRequired, AlreadyAccepted, RetryPayment, Submitted
from domain.kit.refusals import INPUT, RefusalCode, Refused, refuse
from domain.orders.life import SOLD, OrderStatus
from domain.orders.records import Order
from domain.payments.keys import charge_key, only_authorizes
from domain.payments.records import ChargeState, OpenPayment
from domain.territories.markets import Territories
from services.checkout.attempt_limits import AttemptLimits
from services.checkout.batches import method_of
from services.checkout.submit import MAX_TOKEN, declined, device_of
from services.kit.clock import utc_now
from services.payments.charges import ChargeOutcome, PaymentService


class PaymentRetries:
    """Both need access to the order, which the caller checks."""

    def __init__(
        self,
        database: Database,
        territories: Territories,
        payments: PaymentService,
        limits: AttemptLimits | None = None,
    ) -> None:
        self._database = database
        self._territories = territories
        self._reads = OpenPayments(database)
        self._payments = payments
        self._limits = limits

    async def retry(
        self, viewer: Viewer, order: Order, command: RetryPayment, address: str = ""
    ) -> Submitted | ActionRequired | AlreadyAccepted:
        """Ends the current charge of the order and charges the buyer by another method, for the same units.

        `AlreadyAccepted`: the order is paid. Refused: INVALID, ATTEMPT_TOKEN_REUSED, ORDER_EXPIRED, PAYMENT_DECLINED,
        PAYMENT_NOT_RETRYABLE, PAYMENT_METHOD_NOT_AVAILABLE. Raises `LimitReached` after too many declined payments.
        """
        _check(command)
        subject, device = f"order:{order.id}", device_of(viewer)
        if self._limits is not None:
            self._limits.admit(subject, device, address)
        payment = await self._waiting(order)
        if payment is None:
            return _over(await self._now(order))
        attempt = _digest(command.attempt_token.rstrip(" "))
        fingerprint = _digest(f"{command.payment_method or ''} {command.payment_token}")
        replayed = await self._replayed(order, payment, command, attempt, fingerprint)
        outcome = replayed or await self._charged(order, payment, command, attempt, fingerprint)
        if outcome is None:
            return _over(await self._now(order))
        order = replace(order, status=outcome.status)
        if outcome.may_retry or outcome.status is OrderStatus.PAYMENT_FAILED:
            if self._limits is not None and replayed is None:
                self._limits.declined(subject, device, address)
            raise Refused(declined(order))
        if outcome.needs_action:
            return ActionRequired(order, replayed is not None)
        if order.status in (OrderStatus.PENDING_PAYMENT, *SOLD):
            return Submitted(order, replayed is not None)
        raise _expired()

    def return_url(self, order_id: int, base: str) -> str:
        """Where the buyer goes after the script of the provider: the shop then records what came of it."""
        return self._payments.return_url(order_id, base)

    async def abandon(self, order: Order) -> Order:
        """Ends the charge and the order at once: its units are back, and its cart is open again.

        An order that does not wait for its payment stays as it is. Refused: PAYMENT_NOT_RETRYABLE.
        """
        payment = await self._waiting(order)
        if payment is None:
            return await self._now(order)
        outcome = await self._payments.give_up(order.id, payment.charge_key)
        if outcome.charge not in (ChargeState.DECLINED, ChargeState.CAPTURED, ChargeState.AUTHORIZED):
            raise _undecided()
        return replace(order, status=outcome.status)

    async def _now(self, order: Order) -> Order:
        return (await orders_by_id(self._database, [order.id]))[0] or order

    async def _waiting(self, order: Order) -> OpenPayment | None:
        return (await self._reads.by_order([order.id]))[0]

    async def _charged(
        self, order: Order, payment: OpenPayment, command: RetryPayment, attempt: str, fingerprint: str
    ) -> ChargeOutcome | None:
        """The outcome of a new charge; None for an order that needs none any more, such as one that is paid."""
        if not payment.may_retry:
            raise _undecided()
        provider, authorizes = self._provider_of(payment, command)
        ended = await self._payments.abandoned(order.id, payment.charge_key)
        if ended.state in (ChargeState.CAPTURED, ChargeState.AUTHORIZED):
            await self._payments.record(order.id, ended)
            return None
        if ended.state is not ChargeState.DECLINED:
            raise _undecided()
        key = await self._database.transact(
            lambda tx: self._begin(tx, payment, (provider, authorizes), attempt, fingerprint)
        )
        if key is None:
            # The charge that was just ended may have reserved money and paid the order in between.
            await self._payments.record(order.id, ended)
            return None
        return await self._payments.charge(order, command.payment_token, command.base, key)

    async def _replayed(
        self, order: Order, payment: OpenPayment, command: RetryPayment, attempt: str, fingerprint: str
    ) -> ChargeOutcome | None:
        """The outcome of an attempt that was made before; None for a new one."""
        current, content = await open_payments.attempt_of(self._database, order.id)
        if current != attempt:
            is_old = await open_payments.was_replaced(self._database, order.id, attempt)
            return await self._payments.complete(order.id) if is_old else None
        if content != fingerprint:
            message = f"{INPUT} was used before with different content; use a new one."
            raise refuse(RefusalCode.ATTEMPT_TOKEN_REUSED, message, "attempt_token")
        if payment.action is not None or payment.is_declined:
            return await self._payments.complete(order.id)
        token, base = command.payment_token, command.base
        return await self._payments.charge(order, token, base, payment.charge_key)

    def _provider_of(self, payment: OpenPayment, command: RetryPayment) -> tuple[str, bool]:
        """A provider, and whether it only reserves the money; by default as in the charge before it."""
        if command.payment_method is None:
            return payment.provider, only_authorizes(payment.charge_key)
        method = method_of(self._territories.of_code(payment.territory), command.payment_method)
        return method.provider, method.authorizes

    async def _begin(
        self, tx: Tx, payment: OpenPayment, by: tuple[str, bool], attempt: str, fingerprint: str
    ) -> str | None:
        """Puts the new charge in the place of the one that the provider has ended; returns its key.

        None if the order no longer waits.
        Of two attempts at once, with different tokens, one is refused; with the same token they make the same charge.
        """
        now = await open_payments.lock(tx, payment.order_id)
        if now is None:
            return None
        if now.charge_key == payment.charge_key:
            provider, authorizes = by
            named = "" if provider == self._payments.provider_name else provider
            key = charge_key(now.order_id, now.number + 1, named, authorizes)
            await open_payments.replace_charge(tx, now, key, provider, attempt, fingerprint, utc_now())
            return key
        if await open_payments.attempt_of(tx, now.order_id) != (attempt, fingerprint):
            raise _undecided()
        return now.charge_key


def _over(order: Order) -> AlreadyAccepted:
    if order.status not in SOLD:
        raise _expired()
    return AlreadyAccepted(order)


def _expired() -> Refused:
    message = "The order no longer waits for its payment; nothing was bought."
    return refuse(RefusalCode.ORDER_EXPIRED, message, "order_id")


def _undecided() -> Refused:
    message = (
        "The payment of the order cannot be changed now: its last charge is not decided yet, or there were too many."
    )
    return refuse(RefusalCode.PAYMENT_NOT_RETRYABLE, message, "order_id")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _check(command: RetryPayment) -> None:
    for name, value in (("attempt_token", command.attempt_token), ("payment_token", command.payment_token)):
        if not 0 < len(value) <= MAX_TOKEN:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must have 1 to {MAX_TOKEN} characters.", name)
