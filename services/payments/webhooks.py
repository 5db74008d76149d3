"""Events that a payment provider sends. The shop handles each event once, in any order of arrival."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from datasources.kit.database import Database, Tx
from datasources.orders import lives as order_lives
from datasources.orders import open_payments
from datasources.orders import reads as orders
from datasources.payments import disputes, webhooks
from domain.kit.refusals import Unavailable
from domain.payments.disputes import DisputeReport
from domain.payments.records import ChargeState, PaymentEvent, PaymentState
from services.kit.batching import GroupCommit, QueueFull
from services.kit.clock import utc_now
from services.orders.authorized_money import PROVIDER
from services.orders.payment_outcomes import OrderService

KEPT_SECONDS = 30 * 86_400
_BATCH = 500
# No buyer waits for these events.
GATHER_SECONDS = 0.05
# In these states a capture changes nothing.
_RECORDED = (PaymentState.CAPTURED, PaymentState.REFUNDED)
# An event, and the key of its charge.
_Told = tuple[PaymentEvent, str]


class Receipt(StrEnum):
    """The outcome of an event. TOO_EARLY: its order is not known yet, so the provider must send the event again."""

    HANDLED = "HANDLED"
    DUPLICATE = "DUPLICATE"
    IGNORED = "IGNORED"
    TOO_EARLY = "TOO_EARLY"


class WebhookService:
    """Records an event and moves its order in one transaction, so that both happen or neither.

    Nearly all events are about a capture that the shop has recorded or is waiting for. Those that arrive together share
    a transaction; every other event has its own.
    """

    def __init__(self, database: Database, provider: str, orders: OrderService) -> None:
        self._database = database
        self._provider = provider
        self._orders = orders
        self._captures = GroupCommit[_Told, Receipt | None](
            self._receive_captures, gather_seconds=GATHER_SECONDS, shared=(Unavailable,)
        )

    async def receive(self, event: PaymentEvent) -> Receipt:
        """Handles one verified event. If the database is out of reach, raises `Unavailable` and records nothing."""
        key = event.key
        if (dispute := event.dispute) is not None:
            return await self._database.transact(lambda tx: self._dispute(tx, event, dispute))
        event = replace(event, charge=replace(event.charge, key=key))
        if key is None or (event.charge.state is ChargeState.UNKNOWN and not event.has_refunds):
            return Receipt.IGNORED
        if event.charge.state is ChargeState.CAPTURED and not event.has_refunds:
            try:
                receipt = await self._captures((event, key))
            except QueueFull as full:
                raise Unavailable("WEBHOOKS_WAIT", "Too many webhooks are waiting.", full.poll_after) from full
            if receipt is not None:
                return receipt
        return await self._database.transact(lambda tx: self._receive(tx, event, key))

    async def forget_old(self) -> int:
        """Removes events received over 30 days ago, which no provider sends again; returns their number."""
        forgotten = batch = await self._forget_batch()
        while batch == _BATCH:
            batch = await self._forget_batch()
            forgotten += batch
        return forgotten

    async def _forget_batch(self) -> int:
        return await self._database.transact(lambda tx: webhooks.forget(tx, KEPT_SECONDS, _BATCH))

    async def _receive_captures(self, told: Sequence[_Told]) -> list[Receipt | Exception | None]:
        return await self._database.transact(lambda tx: self._receive_together(tx, told))

    async def _receive_together(self, tx: Tx, told: Sequence[_Told]) -> list[Receipt | Exception | None]:
        """HANDLED for new events of captures that the shop has recorded or is waiting for; None for all others."""
        known = await webhooks.known(tx, self._provider, [event.id for event, _ in told])
        new = [(event, key) for event, key in told if event.id not in known]
        recorded = await self._recorded(tx, new)
        handled = {event.id: event for event, key in new if key in recorded}
        await webhooks.remember_all(tx, self._provider, list(handled.values()), utc_now())
        return [Receipt.HANDLED if handled.pop(event.id, None) else None for event, _ in told]

    async def _recorded(self, tx: Tx, told: Sequence[_Told]) -> set[str]:
        """Records the captures that the shop is waiting for; returns the keys of all recorded captures, old and new."""
        found = await webhooks.payments_of(tx, self._provider, [key for _, key in told])
        recorded = {key for key, payment in found.items() if payment.state in _RECORDED}
        charges = {found[key].order_id: event.charge for event, key in told if key in found and key not in recorded}
        if not charges:
            return recorded
        paid = await self._orders.capture_all_within(tx, charges)
        if len(paid) < len(charges):
            # The answer to the charge may have arrived a moment earlier and recorded the capture meanwhile.
            found = await webhooks.payments_of(tx, self._provider, list(found))
        return {key for key, payment in found.items() if payment.order_id in paid or payment.state in _RECORDED}

    async def _receive(self, tx: Tx, event: PaymentEvent, key: str) -> Receipt:
        order_id = await webhooks.order_of(tx, self._provider, key)
        replaced = None
        if order_id is None:
            replaced = await open_payments.order_of_replaced(tx, self._provider, key)
        if order_id is None and replaced is None:
            return Receipt.TOO_EARLY
        if not await webhooks.remember(tx, self._provider, event, utc_now()):
            return Receipt.DUPLICATE
        if order_id is not None:
            await self._move(tx, event, order_id)
        elif replaced is not None and event.charge.state is ChargeState.CAPTURED:
            await self._move_replaced(tx, event, replaced)
        return Receipt.HANDLED

    async def _dispute(self, tx: Tx, event: PaymentEvent, dispute: DisputeReport) -> Receipt:
        """Records a dispute, which moves neither the order nor its money: staff answer it at the provider."""
        order_id = None
        if event.key is not None:
            order_id = await webhooks.order_of(tx, self._provider, event.key)
            if order_id is None:
                return Receipt.TOO_EARLY
        elif dispute.reference is not None:
            order_id = await disputes.order_of_reference(tx, self._provider, dispute.reference)
        if order_id is None:
            # Other systems may charge through the same account.
            return Receipt.IGNORED
        now = utc_now()
        if not await webhooks.remember(tx, self._provider, event, now):
            return Receipt.DUPLICATE
        life = await order_lives.lock(tx, order_id)
        if life is not None and await disputes.record(tx, self._provider, order_id, dispute, now):
            reason = f"dispute of the payment: {dispute.state.lower().replace('_', ' ')}"
            note = f"{dispute.id}: {dispute.reason}"[:255]
            await orders.record_event(tx, order_id, life.order.status, PROVIDER, reason, now, note)
        return Receipt.HANDLED

    async def _move_replaced(self, tx: Tx, event: PaymentEvent, order_id: int) -> None:
        """A charge that the provider had ended took money nevertheless: a worker pays it back."""
        await self._orders.replaced_within(tx, order_id, event.charge, PaymentState.CAPTURED)
        if event.refunded:
            await self._orders.replaced_within(tx, order_id, event.charge, PaymentState.REFUNDED)

    async def _move(self, tx: Tx, event: PaymentEvent, order_id: int) -> None:
        """A refund implies a capture, so a refund that arrives first records the capture too."""
        if event.charge.state is ChargeState.DECLINED:
            await self._orders.fail_within(tx, order_id, event.charge)
            return
        if event.charge.state is ChargeState.ACTION_REQUIRED:
            await self._orders.require_action_within(tx, order_id, event.charge)
            return
        await self._orders.capture_within(tx, order_id, event.charge)
        reason = f"reported by the provider: {event.kind}"[:255]
        if event.refunded:
            await self._orders.refunded_within(tx, order_id, reason)
        elif event.has_refunds and event.charge.refunded is not None:
            await self._orders.partly_refunded_within(tx, order_id, event.charge.refunded, reason)
