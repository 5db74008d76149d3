"""Calls the payment provider, never inside a transaction, and records its answers."""

from dataclasses import dataclass, replace

from datasources.orders.reads import Orders
from domain.orders.life import SOLD, OrderStatus
from domain.orders.records import Order
from domain.payments.keys import charge_key, only_authorizes
from domain.payments.records import Charge, ChargeState, Payer, PaymentProvider
from services.orders.payment_outcomes import OrderService
from services.payments.returns import ReturnLinks

# How long an order of whose charge the provider has not heard still keeps its units: a charge may be under way.
UNHEARD_SECONDS = 60
_NOTHING_DUE = Charge(ChargeState.CAPTURED, "nothing-due")
_UNKNOWN = Charge(ChargeState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ChargeOutcome:
    """The state of an order after an answer of the provider about its current charge, and that answer."""

    status: OrderStatus
    charge: ChargeState

    @property
    def needs_action(self) -> bool:
        """Whether the order waits for its buyer."""
        return self.status is OrderStatus.PENDING_PAYMENT and self.charge is ChargeState.ACTION_REQUIRED

    @property
    def may_retry(self) -> bool:
        """Whether the charge was declined, but the order still holds its units for another one."""
        return self.status is OrderStatus.PENDING_PAYMENT and self.charge is ChargeState.DECLINED


class PaymentService:
    """Charges orders, and settles charges whose answer was lost or that waited for the buyer."""

    def __init__(
        self, provider: PaymentProvider, reads: Orders, orders: OrderService, returns: ReturnLinks | None = None
    ) -> None:
        self._provider = provider
        self._reads = reads
        self._orders = orders
        self._returns = returns

    @property
    def provider_name(self) -> str:
        """The name of the shop's first provider as stored with payments."""
        return self._provider.name

    async def charge(self, order: Order, token: str, base: str = "", key: str = "") -> ChargeOutcome:
        """Makes the charge of an order with this key, by default its first, once, however often it is called.

        No provider accepts an amount of zero: such an order is paid at once. The buyer comes back to the address `base`
        from the pages of the provider. If the provider's answer is lost, the order stays PENDING_PAYMENT until the
        completer settles it.
        """
        if order.total.minor == 0:
            return await self.record(order.id, _NOTHING_DUE)
        key = key or charge_key(order.id)
        back = "" if self._returns is None else self._returns.url(base, order.id)
        email, at = order.email or "", order.address
        name = "" if at is None else f"{at.first_name or ''} {at.last_name or ''}".strip() or at.company
        # An order without an address has no name: banks then show the e-mail address.
        charge = await self._provider.charge(key, order.total, token, back, Payer(name or email, email))
        return await self.record(order.id, replace(charge, key=key))

    def return_url(self, order_id: int, base: str) -> str:
        """Where the buyer of an order comes back from a page or script of the provider; empty if that is not known."""
        return "" if self._returns is None else self._returns.url(base, order_id)

    async def was_paid(self, order_id: int) -> bool:
        """Whether an order was ever paid, whatever its state became afterwards."""
        return await self._reads.was_paid(order_id)

    async def again(self, order: Order, token: str, base: str = "") -> ChargeOutcome:
        """Repeats the charge of an order. If one needed the buyer, its first answer may be out of date: it asks."""
        if await self._has_steps(order.id):
            return await self.complete(order.id)
        return await self.charge(order, token, base, await self._key(order.id))

    async def _has_steps(self, order_id: int) -> bool:
        payment = await self._reads.payment(order_id)
        return payment is not None and (payment.action is not None or payment.number > 1)

    async def settle(self, order_id: int) -> OrderStatus:
        """Settles a charge with the provider; an order still unpaid at the end of its hold expires.

        Its hold ends soon when the provider knows of no charge. `settle_late` finds a charge that arrives after that,
        and its money is refunded.
        """
        return (await self.complete(order_id)).status

    async def complete(self, order_id: int) -> ChargeOutcome:
        """Like `settle`, with the answer of the provider. Safe to repeat: on return, by webhook and by sweep."""
        charge = await self._known(order_id)
        outcome = await self.record(order_id, charge or _UNKNOWN)
        if outcome.status is not OrderStatus.PENDING_PAYMENT:
            return outcome
        if await self._orders.expire(order_id):
            return ChargeOutcome(OrderStatus.EXPIRED, outcome.charge)
        if charge is None:
            await self._orders.shorten_hold(order_id, UNHEARD_SECONDS)
        await self._orders.asked(order_id)
        return outcome

    async def end_hold(self, order_id: int, *, ask: bool) -> bool:
        """Ends an order whose hold has ended. With `ask`, it first queries the provider, and a paid order stays.

        A charge that still waits for the buyer is abandoned first, so that no money comes after the units are back.
        Returns whether the provider gave an answer.
        """
        charge = await self._known(order_id) if ask else _UNKNOWN
        is_declined = charge is not None and charge.state is ChargeState.DECLINED
        if _needs_action(charge) or (is_declined and await self._has_steps(order_id)):
            return await self._end_steps(order_id)
        if charge is not None:
            await self.record(order_id, charge)
        await self._orders.expire(order_id)
        return charge is None or charge.state is not ChargeState.UNKNOWN

    async def _end_steps(self, order_id: int) -> bool:
        charge = await self.abandoned(order_id, await self._key(order_id))
        if charge.state in (ChargeState.CAPTURED, ChargeState.AUTHORIZED):
            await self.record(order_id, charge)
        await self._orders.expire(order_id)
        if charge.state is ChargeState.DECLINED:
            await self.record(order_id, charge)
        return charge.state is not ChargeState.UNKNOWN

    async def settle_late(self, order_id: int) -> None:
        """Queries the provider again about an order that ended with its charge still open."""
        charge = await self._known(order_id)
        if _needs_action(charge):
            charge = await self.abandoned(order_id, await self._key(order_id))
        if charge is not None:
            await self.record(order_id, charge)
        await self._orders.asked(order_id)

    async def abandoned(self, order_id: int, key: str) -> Charge:
        """A charge, after the provider has ended it unless it took or reserved money before.

        Providers end reserved money, too. So while one is ending, what it reserves does not pay the order: either the
        charge had reserved its money before the query, and is kept, or the order is never paid by it.
        """
        status = await self._orders.begin_ending(order_id, key) if only_authorizes(key) else OrderStatus.PENDING_PAYMENT
        if status is None:
            return replace(_UNKNOWN, key=key)
        known = await self._provider.status(key) if only_authorizes(key) else None
        if status not in SOLD and (known is None or known.state is not ChargeState.AUTHORIZED):
            known = await self._provider.abandon(key)
        elif status is OrderStatus.PENDING_PAYMENT:
            await self._orders.keep(order_id, key)
        return replace(known or _UNKNOWN, key=key)

    async def give_up(self, order_id: int, key: str) -> ChargeOutcome:
        """Ends the charge and the order at once, so that its units are back; a charge that was captured pays it."""
        charge = await self.abandoned(order_id, key)
        if charge.state is ChargeState.DECLINED:
            return ChargeOutcome(await self._orders.fail(order_id, charge, is_over=True), charge.state)
        return await self.record(order_id, charge)

    async def _known(self, order_id: int) -> Charge | None:
        """The provider's record of the current charge of an order; None if it has none."""
        payment = await self._reads.payment(order_id)
        if payment is not None and payment.minor == 0:
            return _NOTHING_DUE
        key = charge_key(order_id) if payment is None else payment.charge_key
        charge = await self._provider.status(key)
        return None if charge is None else replace(charge, key=key)

    async def _key(self, order_id: int) -> str:
        """The key of the current charge of an order."""
        payment = await self._reads.payment(order_id)
        return charge_key(order_id) if payment is None else payment.charge_key

    async def record(self, order_id: int, charge: Charge) -> ChargeOutcome:
        """Records an answer of the provider about a charge of an order."""
        match charge.state:
            case ChargeState.CAPTURED | ChargeState.AUTHORIZED:
                status = await self._orders.capture(order_id, charge)
            case ChargeState.ACTION_REQUIRED:
                status = await self._orders.require_action(order_id, charge)
            case ChargeState.DECLINED:
                status = await self._orders.fail(order_id, charge)
            case ChargeState.UNKNOWN:
                status = OrderStatus.PENDING_PAYMENT
        return ChargeOutcome(status, charge.state)


def _needs_action(charge: Charge | None) -> bool:
    return charge is not None and charge.state is ChargeState.ACTION_REQUIRED
