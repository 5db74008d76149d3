"""Records what a provider says of reserved money, within a transaction that has locked the order."""

from datetime import datetime

import structlog

from datasources.kit.database import Tx
from datasources.orders import authorizations, captures
from datasources.orders import lives as order_lives
from datasources.orders import reads as orders
from datasources.orders.authorizations import Authorization
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.payments.records import AuthorizationState, CaptureState, Charge, PaymentState

PROVIDER = "payment provider"
logger = structlog.get_logger(__name__)
_STATES, _AUTHORIZED = AuthorizationState, PaymentState.AUTHORIZED


async def record_reserved(tx: Tx, order_id: int, charge: Charge, now: datetime) -> None:
    """Records how much captures took so far of money of which the rest is still reserved."""
    held = await authorizations.of_order(tx, order_id)
    if held is None or charge.captured is None or await orders.payment_state(tx, order_id) is not _AUTHORIZED:
        return
    await _record_taken(tx, held, charge.captured.minor, now, is_closed=False)
    current, life = await authorizations.of_order(tx, order_id), await order_lives.lock(tx, order_id)
    if current is None or life is None or current.wanted:
        return
    await authorizations.become(tx, order_id, _STATES.HELD, now, _STATES.CAPTURING)
    if 0 < life.sent_minor <= current.captured_minor:
        # Staff have taken at the provider what it had refused.
        await authorizations.become(tx, order_id, _STATES.HELD, now, _STATES.FAILED)


async def record_closed(tx: Tx, order_id: int, charge: Charge, now: datetime) -> bool:
    """Records that captures took reserved money and nothing of it is left; False if the charge reserved none.

    If another amount was taken than the shop wanted, the payment stays AUTHORIZED: `storefront check` finds it, and
    staff put it right at the provider.
    """
    held = await authorizations.of_order(tx, order_id)
    if held is None or await orders.payment_state(tx, order_id) is not _AUTHORIZED:
        return False
    wanted = held.wanted_minor if held.is_ending else held.amount.minor
    taken = wanted if charge.amount is None else charge.amount.minor
    await _record_taken(tx, held, taken, now, is_closed=True)
    life = await order_lives.lock(tx, order_id)
    right = {wanted, held.amount.minor} | (set() if life is None else {life.wanted_minor})
    if taken in right:
        await authorizations.become(tx, order_id, _STATES.CAPTURED, now, *authorizations.OPEN)
    else:
        logger.error("captured_amount_differs", order_id=order_id)
        await authorizations.become(tx, order_id, _STATES.FAILED, now, *authorizations.OPEN)
    return True


async def record_ended(tx: Tx, order_id: int, charge: Charge, status: OrderStatus, now: datetime) -> None:
    """Records that authorized money was set free: because the shop wanted it, or by itself."""
    if await orders.payment_state(tx, order_id) is not _AUTHORIZED:
        # It ended by itself before, and the order was cancelled since.
        await authorizations.become(tx, order_id, _STATES.VOIDED, now, _STATES.VOIDING)
        return
    held = await authorizations.of_order(tx, order_id)
    if held is not None:
        await captures.settle(tx, [capture.id for capture in held.wanted], CaptureState.FAILED, now)
    wanted = await authorizations.become(tx, order_id, _STATES.VOIDED, now, _STATES.VOIDING)
    await authorizations.become(tx, order_id, _STATES.FAILED, now, _STATES.HELD, _STATES.CAPTURING)
    told = "the authorization was voided" if wanted else "the authorization ended before the money was taken"
    await orders.set_payment(tx, order_id, PaymentState.VOIDED, now, charge.reference, charge.reason)
    await orders.record_event(tx, order_id, status, PROVIDER, told, now)


async def _record_taken(tx: Tx, held: Authorization, taken: int, now: datetime, *, is_closed: bool) -> None:
    """Records the captures that `taken` covers, in their order, and what staff took beside them at the provider.

    A smaller amount than the one recorded is an old report.
    """
    reached, done = held.captured_minor, []
    if taken < reached:
        return
    for capture in held.wanted:
        if reached + capture.minor > taken or (capture.is_final and not is_closed):
            break
        reached += capture.minor
        done.append(capture.id)
    await captures.settle(tx, done, CaptureState.DONE, now)
    if is_closed:
        await captures.settle(tx, [capture.id for capture in held.wanted], CaptureState.FAILED, now)
    if by_hand := taken - reached:
        key = f"capture-{held.order_id}-at-provider-{taken}"
        await captures.insert(tx, held.order_id, key, by_hand, now, is_final=False, is_done=True)
    if taken != held.captured_minor and not is_closed:
        life = await order_lives.lock(tx, held.order_id)
        amount = Money(taken - held.captured_minor, held.amount.currency)
        reason = f"captured {amount.decimal} {amount.currency}"
        if life is not None:
            await orders.record_event(tx, held.order_id, life.order.status, PROVIDER, reason, now)
    await captures.record_total(tx, held.order_id, taken)
