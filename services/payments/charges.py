"""Calls the payment provider, never inside a transaction, and records its answers."""

from datasources.orders.reads import Orders
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.payments import Charge, ChargeState, PaymentProvider
from services.orders.payment_outcomes import OrderService

# How long an order of whose charge the provider has not heard still keeps its units: a charge may be under way.
UNHEARD_SECONDS = 60
_NOTHING_DUE = Charge(ChargeState.CAPTURED, "nothing-due")


class PaymentService:
    """Charges orders, and settles charges whose answer was lost."""

    def __init__(self, provider: PaymentProvider, reads: Orders, orders: OrderService) -> None:
        self._provider = provider
        self._reads = reads
        self._orders = orders

    @property
    def provider_name(self) -> str:
        """The provider's name as stored with payments."""
        return self._provider.name

    async def charge(self, order_id: int, amount: Money, token: str) -> OrderStatus:
        """Charges an order once, however often it is called; returns the new state of the order.

        No provider accepts an amount of zero: such an order is paid at once.

        If the provider's answer is lost, the order stays PENDING_PAYMENT until the completer settles it.
        """
        is_free = amount.minor == 0
        charge = _NOTHING_DUE if is_free else await self._provider.charge(charge_key(order_id), amount, token)
        return await self._record(order_id, charge)

    async def was_paid(self, order_id: int) -> bool:
        """Whether an order was ever paid, whatever its state became afterwards."""
        return await self._reads.was_paid(order_id)

    async def settle(self, order_id: int) -> OrderStatus:
        """Settles a charge with the provider; an order still unpaid at the end of its hold expires.

        Its hold ends soon when the provider knows of no charge. `settle_late` finds a charge that arrives after that,
        and its money is refunded.
        """
        charge = await self._known(order_id)
        status = OrderStatus.PENDING_PAYMENT if charge is None else await self._record(order_id, charge)
        if status is not OrderStatus.PENDING_PAYMENT:
            return status
        if await self._orders.expire(order_id):
            return OrderStatus.EXPIRED
        if charge is None:
            await self._orders.shorten_hold(order_id, UNHEARD_SECONDS)
        await self._orders.asked(order_id)
        return status

    async def end_hold(self, order_id: int, *, ask: bool) -> bool:
        """Ends an order whose hold has ended. With `ask`, it first queries the provider, and a paid order stays.

        Returns whether the provider gave an answer.
        """
        charge = await self._known(order_id) if ask else Charge(ChargeState.UNKNOWN)
        if charge is not None:
            await self._record(order_id, charge)
        await self._orders.expire(order_id)
        return charge is None or charge.state is not ChargeState.UNKNOWN

    async def settle_late(self, order_id: int) -> None:
        """Queries the provider again about an order that ended with its charge still open."""
        charge = await self._known(order_id)
        if charge is not None:
            await self._record(order_id, charge)
        await self._orders.asked(order_id)

    async def _known(self, order_id: int) -> Charge | None:
        """The provider's record of the charge of an order; None if it has none."""
        payment = await self._reads.payment(order_id)
        if payment is not None and payment.minor == 0:
            return _NOTHING_DUE
        return await self._provider.status(charge_key(order_id))

    async def _record(self, order_id: int, charge: Charge) -> OrderStatus:
        match charge.state:
            case ChargeState.CAPTURED:
                return await self._orders.capture(order_id, charge)
            case ChargeState.DECLINED:
                return await self._orders.fail(order_id, charge)
            case ChargeState.UNKNOWN:
                return OrderStatus.PENDING_PAYMENT


def charge_key(order_id: int) -> str:
    """The provider's idempotency key of an order."""
    return f"order-{order_id}"
