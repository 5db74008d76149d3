"""Takes authorized money, or sets it free, never inside a transaction, and records the answer."""

from dataclasses import replace

import structlog

from datasources.kit.database import Database, Tx
from datasources.orders import authorizations
from datasources.orders import lives as order_lives
from datasources.orders import reads as orders
from datasources.orders.authorizations import Authorization, Authorizations
from domain.kit.refusals import RefusalCode, refuse
from domain.payments import AuthorizationState, Charge, ChargeState, PaymentProvider
from services.kit.clock import utc_now
from services.orders.payment_outcomes import PROVIDER, OrderService

logger = structlog.get_logger(__name__)
_UNKNOWN = Charge(ChargeState.UNKNOWN)


async def take(tx: Tx, order_id: int) -> bool:
    """Wants the money of a locked order, once; whether the provider must hear of it.

    Refused: NOT_FULFILLABLE when the provider has refused it before.
    """
    state = AuthorizationState
    if await authorizations.become(tx, order_id, state.CAPTURING, utc_now(), state.HELD):
        return True
    held = await authorizations.of_order(tx, order_id)
    if held is not None and held.state is state.FAILED:
        message = "The provider refused to give the authorized money; take it at the provider first."
        raise refuse(RefusalCode.NOT_FULFILLABLE, message, "order_id")
    return False


async def set_free(tx: Tx, order_id: int) -> bool:
    """Wants the authorization of a locked order to end; whether the provider must hear of it."""
    state = AuthorizationState
    return await authorizations.become(tx, order_id, state.VOIDING, utc_now(), state.HELD, state.FAILED)


class AuthorizationService:
    """Settles authorizations. A repeated capture takes nothing more: its key is that of the order."""

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
        if held is None:
            return
        match held.state:
            case AuthorizationState.CAPTURING:
                answer = await self._capture(held)
            case AuthorizationState.VOIDING:
                answer = await self._provider.abandon(held.charge_key)
            case AuthorizationState.HELD:
                answer = await self._provider.status(held.charge_key) or _UNKNOWN
            case _:
                return
        answer = replace(answer, key=held.charge_key)
        await self._database.transact(lambda tx: self._record(tx, held, answer))

    async def _capture(self, held: Authorization) -> Charge:
        """What became of the charge: after a refusal its state, with the reason of the refusal."""
        answer = await self._provider.capture(held.charge_key, f"capture-{held.order_id}", held.amount)
        if answer.state not in (ChargeState.DECLINED, ChargeState.UNKNOWN):
            return answer
        known = await self._provider.status(held.charge_key) or _UNKNOWN
        if answer.state is ChargeState.UNKNOWN:
            return known if known.state is ChargeState.CAPTURED else _UNKNOWN
        logger.error("capture_refused", order_id=held.order_id, reason=answer.reason)
        return replace(known, reason=answer.reason)

    async def _record(self, tx: Tx, held: Authorization, answer: Charge) -> None:
        life = await order_lives.lock(tx, held.order_id)
        current = await authorizations.of_order(tx, held.order_id)
        if life is None or current is None or current.state not in authorizations.OPEN:
            return
        now, state = utc_now(), AuthorizationState
        await authorizations.asked(tx, held.order_id, now)
        match answer.state:
            case ChargeState.CAPTURED:
                await self._orders.capture_within(tx, held.order_id, replace(answer, reason=None))
            case ChargeState.DECLINED:
                await self._orders.authorization_ended_within(tx, held.order_id, answer)
            case ChargeState.AUTHORIZED if held.state is state.CAPTURING:
                if await authorizations.become(tx, held.order_id, state.FAILED, now, state.CAPTURING):
                    reason = f"the capture failed ({answer.reason or 'no reason given'})"[:255]
                    await orders.record_event(tx, held.order_id, life.order.status, PROVIDER, reason, now)
            case _:
                pass
