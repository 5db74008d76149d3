"""Orders whose money is reserved: what staff do with them, and where it is."""

from dataclasses import replace

from datasources import tables
from domain.orders.after_payment import RefundedLine, RestockType
from domain.orders.commands import LineUnits, RefundOrder
from domain.payments.keys import charge_key
from domain.payments.records import Charge, PaymentEvent
from services.payments.webhooks import Receipt, WebhookService
from tests.kit.order_desk import Desk
from tests.kit.staff_commands import EVERYTHING

# A parcel with one unit of the first line.
ONE = replace(EVERYTHING, lines=(LineUnits(0, 1),))


def units_back(quantity: int) -> RefundOrder:
    """Cancels units of the first line."""
    return RefundOrder(None, lines=(RefundedLine(0, quantity, RestockType.CANCEL),))


async def states(desk: Desk) -> tuple[list[str], list[str]]:
    """The states of payments and authorizations."""
    payments, held = await desk.rows(tables.payments), await desk.rows(tables.authorizations)
    return [row.state for row in payments], [row.state for row in held]


async def told(hooks: WebhookService, name: str, order_id: int, charge: Charge) -> None:
    """An event of the provider about the charge of an order."""
    event = PaymentEvent(name, name, charge_key(order_id, authorizes=True), charge)
    assert await hooks.receive(event) is Receipt.HANDLED
