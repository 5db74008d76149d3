"""Refunds money through the payment provider, never inside a transaction, and records the answer."""

import structlog

from datasources.kit.database import Database, Tx
from datasources.mail import queue as mails
from datasources.orders import lives as order_lives
from datasources.orders import reads as orders
from datasources.orders import refunds
from datasources.orders.open_payments import OpenPayments
from datasources.orders.refunds import Refunds
from datasources.webhooks.reports import report
from domain.events import RefundSettled
from domain.mail import MailKind, NewMail
from domain.orders.after_payment import Refund, RefundState
from domain.payments.records import Charge, ChargeState, PaymentProvider, PaymentState, ReplacedCharge
from services.kit.clock import utc_now
from services.orders.authorizations import AuthorizationService
from services.orders.authorized_money import PROVIDER
from services.orders.payment_outcomes import OrderService

logger = structlog.get_logger(__name__)


class RefundService:
    """Settles refunds. A repeated request refunds nothing more: the provider identifies refunds by their key.

    Money that is only reserved is the business of `authorizations`.
    """

    def __init__(self, database: Database, provider: PaymentProvider, orders: OrderService) -> None:
        self._database = database
        self._reads = Refunds(database)
        self._replaced = OpenPayments(database)
        self._provider = provider
        self._orders = orders
        self.authorizations = AuthorizationService(database, provider, orders)

    async def unsettled(self, older_than_seconds: int, limit: int) -> list[int]:
        """Pending refunds not sent to the provider for some seconds."""
        return await self._reads.unsettled(older_than_seconds, limit)

    async def paid_twice(self, limit: int) -> list[ReplacedCharge]:
        """Replaced charges that took money nevertheless."""
        return await self._replaced.paid_twice(limit)

    async def settle_replaced(self, taken: ReplacedCharge) -> None:
        """Pays back what a replaced charge took."""
        answer = await self._provider.refund(taken.key, f"refund-{taken.key}", taken.amount)
        if answer.state is ChargeState.CAPTURED:
            charge = Charge(ChargeState.CAPTURED, key=taken.key)
            await self._orders.replaced(taken.order_id, charge, PaymentState.REFUNDED)
        else:
            logger.error("replaced_charge_not_refunded", order_id=taken.order_id, key=taken.key, reason=answer.reason)

    async def settle(self, refund_id: int) -> None:
        """Sends a refund to the provider. If the answer is lost, the refund stays PENDING and is sent again later."""
        refund = await self._reads.refund(refund_id)
        if refund is None or refund.state is not RefundState.PENDING or refund.charge_key is None:
            return
        answer = await self._provider.refund(refund.charge_key, refund.key, refund.amount)
        if answer.state is ChargeState.UNKNOWN:
            logger.warning("refund_unsettled", order_id=refund.order_id, refund_id=refund_id)
            await self._database.transact(lambda tx: refunds.asked(tx, refund_id, utc_now()))
            return
        known = None
        if answer.state is ChargeState.DECLINED:
            # Somebody may have refunded the money at the provider.
            known = await self._provider.status(refund.charge_key)
        await self._database.transact(lambda tx: self._record(tx, refund, answer, known))

    async def _record(self, tx: Tx, refund: Refund, answer: Charge, known: Charge | None) -> None:
        """Records the outcome once; a fully refunded order becomes REFUNDED."""
        life = await order_lives.lock(tx, refund.order_id)
        is_done = answer.state is ChargeState.CAPTURED
        state = RefundState.DONE if is_done else RefundState.FAILED
        now = utc_now()
        if life is None or not await refunds.settle(tx, refund.id, state, now):
            return
        if is_done and refund.amount.minor:
            await mails.add(tx, NewMail(MailKind.ORDER_REFUNDED, refund.order_id, refund.id))
        back = life.refunded_minor + refund.amount.minor
        if is_done and life.captured is not None and back >= life.captured.minor and not life.is_reserved:
            await self._orders.refunded_within(tx, refund.order_id, refund.reason)
            return
        await report(tx, RefundSettled(refund.order_id, refund.id))
        if not is_done:
            logger.error("refund_failed", order_id=refund.order_id, refund_id=refund.id, reason=answer.reason)
        told = "refunded" if is_done else f"refund failed ({answer.reason or 'no reason given'})"
        reason = f"{told}: {refund.amount.decimal} {refund.amount.currency}"
        await orders.record_event(tx, refund.order_id, life.order.status, PROVIDER, reason[:255], now)
        if known is not None and known.refunded is not None:
            await self._orders.partly_refunded_within(tx, refund.order_id, known.refunded, "refunded at the provider")
