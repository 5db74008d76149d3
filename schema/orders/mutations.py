"""Mutations of orders for staff, with the names of the Admin API. Services refuse all other viewers."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain.kit.ids import key_of
from domain.orders import commands
from domain.orders.after_payment import RefundedLine, Tracking
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from resolvers.orders import changes as resolve
from schema.enums import CancelReason, RefundState, RestockType
from schema.kit.common import MoneyV2, id_field
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors
from schema.orders.types import Fulfillment, Order, OrderConnection

Field = strawberry.field
_CANCEL = Arguments(names={"note": "staffNote"})
_REFUND = Arguments(
    "input",
    {
        "lines": "input.refundLineItems",
        "lines.*.position": "input.refundLineItems.*.lineItemId",
        "key": "input.idempotencyKey",
    },
)
_FULFILLMENT = Arguments(
    "fulfillment",
    {
        "lines": "fulfillment.lineItems",
        "lines.*.position": "fulfillment.lineItems.*.lineItemId",
        "tracking": "fulfillment.trackingInfo",
    },
)
_RETURN = Arguments(
    "returnInput",
    {
        "lines": "returnInput.returnLineItems",
        "lines.*.position": "returnInput.returnLineItems.*.lineItemId",
    },
)


def order_key(gid: str) -> int:
    """The key of an order; any other id becomes a key that no order has."""
    return key_of(gid, "Order") or 0


@strawberry.input(description="Units of a line to refund.")
class RefundLineItemInput:
    """Becomes `domain.orders.after_payment.RefundedLine`."""

    line_item_id: strawberry.ID = Field(description="The line.")
    quantity: int = Field(description="Units.")
    restock_type: RestockType = Field(default=RestockType.NO_RESTOCK, description="What happens to the units.")


@strawberry.input(description="What to refund of the price of delivery: an amount, or all that is left of it.")
class ShippingRefundInput:
    """Becomes `domain.orders.commands.RefundShipping`."""

    amount: Decimal | None = Field(default=None, description="An amount in the currency of the order.")
    full_refund: bool | None = Field(default=None, description="Whether to refund all that is left.")

    def command(self) -> commands.RefundShipping:
        """The refund as the domain knows it."""
        return commands.RefundShipping(None if self.amount is None else str(self.amount), bool(self.full_refund))


@strawberry.input(description="A refund of lines, of delivery and of an amount beside them: one of these or several.")
class RefundInput:
    """Becomes `domain.orders.commands.RefundOrder`."""

    order_id: strawberry.ID = Field(description="The order.")
    note: str | None = Field(default=None, description="The reason, for staff; at most 255 characters.")
    amount: Decimal | None = Field(
        default=None, description="An amount beside lines and delivery, in the currency of the order."
    )
    refund_line_items: list[RefundLineItemInput] | None = Field(
        default=None,
        description="The lines, each once. With `CANCEL` alone they go back for sale whatever became of the money.",
    )
    shipping: ShippingRefundInput | None = Field(default=None, description="What to refund of delivery.")
    idempotency_key: str | None = Field(
        default=None, description="A key that the client chooses once per refund. Repeating it refunds nothing more."
    )

    def command(self) -> commands.RefundOrder:
        """The refund as the domain knows it."""
        order_id = order_key(self.order_id)
        lines = tuple(
            RefundedLine(resolve.position_of(line.line_item_id, order_id), line.quantity, line.restock_type)
            for line in self.refund_line_items or ()
        )
        amount = None if self.amount is None else str(self.amount)
        shipping = None if self.shipping is None else self.shipping.command()
        return commands.RefundOrder(self.note, amount, lines, self.idempotency_key, shipping)


@strawberry.input(description="Units of a line.")
class OrderLineUnitsInput:
    """Becomes `domain.orders.commands.LineUnits`."""

    line_item_id: strawberry.ID = Field(description="The line.")
    quantity: int = Field(description="Units.")

    def units(self, order_id: int) -> commands.LineUnits:
        """The units as the domain knows them."""
        return commands.LineUnits(resolve.position_of(self.line_item_id, order_id), self.quantity)


@strawberry.input(description="Tracking information of a parcel.")
class FulfillmentTrackingInput:
    """Becomes `domain.orders.after_payment.Tracking`."""

    company: str | None = Field(default=None, description="The carrier.")
    number: str | None = Field(default=None, description="The tracking number.")
    url: str | None = Field(default=None, description="The tracking page of the carrier.")


@strawberry.input(description="A parcel to record.")
class FulfillmentInput:
    """Becomes `domain.orders.commands.FulfilOrder`."""

    order_id: strawberry.ID = Field(description="The order.")
    line_items: list[OrderLineUnitsInput] | None = Field(
        default=None, description="The units in it; by default all that are left to send."
    )
    tracking_info: FulfillmentTrackingInput | None = Field(default=None, description="The tracking information.")

    def command(self) -> commands.FulfilOrder:
        """The parcel as the domain knows it."""
        order_id, given = order_key(self.order_id), self.tracking_info
        lines = None if self.line_items is None else tuple(line.units(order_id) for line in self.line_items)
        tracking = Tracking() if given is None else Tracking(given.company, given.number, given.url)
        return commands.FulfilOrder(lines, tracking)


@strawberry.input(description="Units that the customer returned.")
class ReturnInput:
    """Becomes `domain.orders.commands.ReturnUnits`."""

    order_id: strawberry.ID = Field(description="The order.")
    return_line_items: list[OrderLineUnitsInput] = Field(description="The returned units, each line once.")
    restock: bool = Field(default=True, description="Whether to put them back for sale.")
    note: str | None = Field(default=None, description="The reason, for staff; at most 255 characters.")

    def command(self) -> commands.ReturnUnits:
        """The return as the domain knows it."""
        order_id = order_key(self.order_id)
        return commands.ReturnUnits(
            tuple(line.units(order_id) for line in self.return_line_items), self.restock, self.note
        )


@strawberry.type(description="A refund of money, units or both.")
class Refund:
    """A view over `domain.orders.after_payment.Refund`."""

    id = id_field("Refund")
    total_refunded = Field(resolver=lambda root: root.amount, description="The money.", graphql_type=MoneyV2)
    status = Field(resolver=lambda root: root.state, description="The state of the refund.", graphql_type=RefundState)
    created_at: datetime = Field(description="When it was created.")


@strawberry.type(description="The outcome of cancelling an order.")
class OrderCancelPayload:
    """A view over `resolvers.orders.changes.OrderOutcome`."""

    order: Order | None = Field(description="The current order.")
    user_errors = user_errors(_CANCEL)


@strawberry.type(description="The outcome of a refund.")
class RefundCreatePayload:
    """A view over `resolvers.orders.changes.RefundOutcome`."""

    refund: Refund | None = Field(description="The refund.")
    order: Order | None = Field(description="The current order.")
    user_errors = user_errors(_REFUND)


@strawberry.type(description="The outcome of recording a parcel.")
class FulfillmentCreatePayload:
    """A view over `resolvers.orders.changes.FulfillmentOutcome`."""

    fulfillment: Fulfillment | None = Field(description="The parcel.")
    order: Order | None = Field(description="The current order.")
    user_errors = user_errors(_FULFILLMENT)


@strawberry.type(description="The outcome of recording a return.")
class ReturnCreatePayload:
    """A view over `resolvers.orders.changes.OrderOutcome`."""

    order: Order | None = Field(description="The current order.")
    user_errors = user_errors(_RETURN)


@strawberry.type
class OrdersAdminQuery:
    """Reading all orders."""

    orders = Field(
        resolver=resolve.orders,
        description="All orders, oldest first by default. Requires staff with the permission ORDERS.",
        graphql_type=OrderConnection | None,
    )


@strawberry.type
class OrdersAdminMutation:
    """Mutations for staff with the permission ORDERS."""

    @strawberry.mutation(
        description="Cancels an order that has no parcels yet. Requires staff with the permission ORDERS.",
        graphql_type=OrderCancelPayload | None,
    )
    async def order_cancel(
        self,
        info: Info,
        order_id: Annotated[strawberry.ID, Arg(description="The order.")],
        reason: Annotated[CancelReason, Arg(description="The reason; the customer sees it.")],
        restock: Annotated[
            bool, Arg(description="Whether to put its units back for sale; units of an unpaid order always are.")
        ],
        refund: Annotated[bool, Arg(description="Whether to refund the money.")] = True,
        staff_note: Annotated[str | None, Arg(description="A note for staff; at most 255 characters.")] = None,
    ) -> resolve.OrderOutcome:
        """The refund follows the cancellation and may take a while."""
        command = commands.CancelOrder(reason, restock, refund, staff_note)
        return await resolve.cancel(info.context, order_key(order_id), command)

    @strawberry.mutation(
        description="Refunds money, never more than was captured. Requires staff with the permission ORDERS.",
        graphql_type=RefundCreatePayload | None,
    )
    async def refund_create(
        self, info: Info, input: Annotated[RefundInput, Arg(description="The refund.")]
    ) -> resolve.RefundOutcome:
        """A fully refunded order becomes REFUNDED."""
        return await resolve.refund(info.context, order_key(input.order_id), input.command())

    @strawberry.mutation(
        description="Records a parcel. Requires staff with the permission ORDERS.",
        graphql_type=FulfillmentCreatePayload | None,
    )
    async def fulfillment_create(
        self, info: Info, fulfillment: Annotated[FulfillmentInput, Arg(description="The parcel.")]
    ) -> resolve.FulfillmentOutcome:
        """An order with nothing left to send becomes FULFILLED."""
        return await resolve.fulfil(info.context, order_key(fulfillment.order_id), fulfillment.command())

    @strawberry.mutation(
        description="Records returned units, without a refund. Requires staff with the permission ORDERS.",
        graphql_type=ReturnCreatePayload | None,
    )
    async def return_create(
        self, info: Info, return_input: Annotated[ReturnInput, Arg(description="The returned units.")]
    ) -> resolve.OrderOutcome:
        """`refundCreate` refunds the money for returned units."""
        return await resolve.take_back(info.context, order_key(return_input.order_id), return_input.command())
