"""Takes authorized money, or sets it free, never inside a transaction, and records the answer."""

from dataclasses import replace
from datetime import datetime

import structlog

from datasources.kit.database import Database, Tx
from datasources.orders import authorizations, captures
from datasources.orders import lives as order_lives
from datasources.orders import reads as orders
from datasources.orders.authorizations import Authorization, Authorizations
from domain.kit.money import Money
from domain.kit.refusals import RefusalCode, refuse
from domain.orders.after_payment import OrderLife
from domain.orders.life import OrderStatus
from domain.payments.records import AuthorizationState, Capture, CaptureState, Charge, ChargeState, PaymentProvider
from services.kit.clock import utc_now
from services.orders.authorized_money import PROVIDER
from services.orders.payment_outcomes import OrderService

logger = structlog.get_logger(__name__)
_FAILED = AuthorizationState.FAILED
_TAKING = (AuthorizationState.HELD, AuthorizationState.CAPTURING)
_UNKNOWN = Charge(ChargeState.UNKNOWN)


async def take(tx: Tx, order_id: int, fulfillment_id: int) -> bool:
    """Wants the money of a new parcel of a locked order; whether the provider must hear of it.

    All parcels together want exactly the total, less the units that were cancelled before. Refused: NOT_FULFILLABLE
    when the provider has refused money before.
    """
    held, life = await authorizations.of_order(tx, order_id), await order_lives.lock(tx, order_id)
    if held is None or life is None:
        return False
    if held.state is AuthorizationState.FAILED:
        message = "The provider refused to give the authorized money; take it at the provider first."
        raise refuse(RefusalCode.NOT_FULFILLABLE, message, "order_id")
    if held.is_ending:
        return False
    due = life.sent_minor - held.wanted_minor
    if due <= 0:
        return await _end(tx, held, life)
    now, key = utc_now(), f"capture-{order_id}-{fulfillment_id}"
    await captures.insert(tx, order_id, key, due, now, is_final=life.sent_minor == life.wanted_minor)
    return await authorizations.become(tx, order_id, AuthorizationState.CAPTURING, now, *_TAKING)


async def release(tx: Tx, order_id: int) -> bool:
    """Wants the end of an authorization whose parcels have all their money; whether the provider must hear of it.

    Units that were cancelled before their money was taken need it no more.
    """
    held, life = await authorizations.of_order(tx, order_id), await order_lives.lock(tx, order_id)
    return held is not None and life is not None and await _end(tx, held, life)


async def _end(tx: Tx, held: Authorization, life: OrderLife) -> bool:
    if held.is_ending or held.wanted_minor < life.wanted_minor:
        return False
    if not held.wanted_minor:
        return await set_free(tx, held.order_id)
    now = utc_now()
    await captures.insert(tx, held.order_id, f"release-{held.order_id}", 0, now, is_final=True)
    return await authorizations.become(tx, held.order_id, AuthorizationState.CAPTURING, now, *_TAKING, _FAILED)


async def is_ending(tx: Tx, order_id: int) -> bool:
    """Whether the last of the reserved money of a locked order is being taken."""
    held = await authorizations.of_order(tx, order_id)
    return held is not None and held.is_ending


async def set_free(tx: Tx, order_id: int) -> bool:
    """Wants the authorization of a locked order to end; whether the provider must hear of it."""
    state = AuthorizationState
    return await authorizations.become(tx, order_id, state.VOIDING, utc_now(), state.HELD, state.FAILED)


class AuthorizationService:
    """Settles authorizations, the captures of an order one after the other.

    A repeated capture takes nothing more: its key is that of the parcel, and before each request the provider says how
    much was taken so far.
    """

    def __init__(self, database: Database, provider: PaymentProvider, orders: OrderService) -> None:
        self._database = database
        self._reads = Authorizations(database)
        self._provider = provider
        self._orders = orders

    async def unsettled(self, older_than_seconds: int, limit: int) -> list[int]:
        """Orders whose authorization waits for the provider, or was last checked some hours ago."""
        return await self._reads.unsettled(older_than_seconds, limit)

    async def settle(self, order_id: int) -> None:
        """Does with an authorization what the shop wants; checks one that it keeps. If the answer is lost, the sweep
        repeats the request."""
        held = await self._reads.of_order(order_id)
        while held is not None and await self._step(held):
            now = await self._reads.of_order(order_id)
            held = None if now is None or not now.wanted or now.wanted == held.wanted else now

    async def _step(self, held: Authorization) -> bool:
        """One request to the provider; whether there may be another one."""
        match held.state:
            case AuthorizationState.CAPTURING:
                answer = await self._capture(held)
            case AuthorizationState.VOIDING:
                answer = await self._provider.abandon(held.charge_key)
            case AuthorizationState.HELD:
                answer = await self._provider.status(held.charge_key) or _UNKNOWN
            case _:
                return False
        answer = replace(answer, key=held.charge_key)
        await self._database.transact(lambda tx: self._record(tx, held, answer))
        return held.state is AuthorizationState.CAPTURING and answer.state is not ChargeState.UNKNOWN

    async def _capture(self, held: Authorization) -> Charge:
        """What became of the charge: after a refusal its state, with the reason of the refusal.

        What was taken before, by a request whose answer was lost, is not taken again.
        """
        before = await self._provider.status(held.charge_key) or _UNKNOWN
        taken = 0 if before.captured is None else before.captured.minor
        if before.state is not ChargeState.AUTHORIZED or taken != held.captured_minor or not held.wanted:
            return before
        wanted = held.wanted[0]
        if not wanted.is_final and not before.splits:
            wanted = await self._database.transact(lambda tx: self._all_at_once(tx, held.order_id, wanted))
        answer = await self._take(held, wanted)
        if answer.state not in (ChargeState.DECLINED, ChargeState.UNKNOWN):
            return answer
        known = await self._provider.status(held.charge_key) or _UNKNOWN
        if answer.state is ChargeState.UNKNOWN:
            return known if _took_more(known, held) else _UNKNOWN
        logger.error("capture_refused", order_id=held.order_id, reason=answer.reason)
        return replace(known, reason=answer.reason)

    async def _take(self, held: Authorization, wanted: Capture) -> Charge:
        if not wanted.minor:
            return await self._provider.abandon(held.charge_key)
        amount = Money(wanted.minor, held.amount.currency)
        return await self._provider.capture(held.charge_key, wanted.key, amount, is_final=wanted.is_final)

    async def _all_at_once(self, tx: Tx, order_id: int, first: Capture) -> Capture:
        """Of a charge that can be captured only once, the first parcel takes what all of them cost."""
        life, held = await order_lives.lock(tx, order_id), await authorizations.of_order(tx, order_id)
        if life is None or held is None or not held.wanted:
            return first
        first, *others = held.wanted
        if first.is_final:
            return first
        minor = life.wanted_minor - held.captured_minor
        await captures.take_all(tx, first, others, minor, utc_now())
        return replace(first, minor=minor, is_final=True)

    async def _record(self, tx: Tx, held: Authorization, answer: Charge) -> None:
        life = await order_lives.lock(tx, held.order_id)
        current = await authorizations.of_order(tx, held.order_id)
        if life is None or current is None or current.state not in authorizations.OPEN:
            return
        now = utc_now()
        await authorizations.asked(tx, held.order_id, now)
        match answer.state:
            case ChargeState.CAPTURED:
                await self._orders.capture_within(tx, held.order_id, replace(answer, reason=None))
            case ChargeState.DECLINED:
                await self._orders.authorization_ended_within(tx, held.order_id, answer)
            case ChargeState.AUTHORIZED:
                await self._orders.capture_within(tx, held.order_id, answer)
                if answer.refunded is not None:
                    told = "refunded at the provider"
                    await self._orders.partly_refunded_within(tx, held.order_id, answer.refunded, told)
                if answer.reason is not None:
                    await self._refused(tx, held, life.order.status, answer.reason, now)
            case _:
                pass

    async def _refused(self, tx: Tx, held: Authorization, status: OrderStatus, reason: str, now: datetime) -> None:
        """The provider has refused the next capture, so staff must get the money of its parcel."""
        current = await authorizations.of_order(tx, held.order_id)
        if current is None or not held.wanted or current.wanted[:1] != held.wanted[:1]:
            return
        if await authorizations.become(tx, held.order_id, _FAILED, now, AuthorizationState.CAPTURING):
            await captures.settle(tx, [capture.id for capture in current.wanted], CaptureState.FAILED, now)
            await orders.record_event(tx, held.order_id, status, PROVIDER, f"the capture failed ({reason})"[:255], now)


def _took_more(known: Charge, held: Authorization) -> bool:
    """Whether the provider has taken more than is recorded, or all."""
    part = known.captured is not None and known.captured.minor > held.captured_minor
    return known.state is ChargeState.CAPTURED or (known.state is ChargeState.AUTHORIZED and part)
