"""Bodies of webhooks about orders, their parcels and their refunds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.accounts import Customer
from domain.cart import Attributes
from domain.kit.money import Money
from domain.orders.after_payment import (
    Fulfillment,
    FulfillmentStatus,
    LineLife,
    OrderLife,
    Refund,
    RefundedLine,
    RefundState,
    RestockType,
)
from domain.orders.records import Order, OrderLine
from domain.territories.delivery import Address
from domain.webhooks.bodies import Body, customer_body, ids_of, money_text, time_text

RefundWithLines = tuple[Refund, tuple[RefundedLine, ...]]
_TRANSACTIONS = {RefundState.PENDING: "pending", RefundState.DONE: "success", RefundState.FAILED: "failure"}
_FULFILLED = {FulfillmentStatus.FULFILLED: "fulfilled", FulfillmentStatus.PARTIALLY_FULFILLED: "partial"}
_RESTOCKED = {RestockType.NO_RESTOCK: "no_restock", RestockType.CANCEL: "cancel", RestockType.RETURN: "return"}


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order with everything that its body shows."""

    life: OrderLife
    parcels: Sequence[Fulfillment] = ()
    refunds: Sequence[RefundWithLines] = ()
    customer: Customer | None = None
    products: Mapping[int, int] | None = None

    @property
    def lines(self) -> dict[int, LineLife]:
        """Lines by position."""
        return {each.line.position: each for each in self.life.lines}

    def product_of(self, line: OrderLine) -> int | None:
        """The product of a line, unless it is gone."""
        return None if line.variant_id is None else (self.products or {}).get(line.variant_id)


def order_body(whole: WholeOrder) -> Body:
    """An order with its lines, parcels and refunds."""
    order = whole.life.order
    outstanding = max(order.total.minor - (order.captured_minor or 0), 0)
    return {
        **ids_of("Order", order.id),
        "name": order.name,
        "email": order.email,
        "contact_email": order.email,
        "phone": order.phone,
        "created_at": time_text(order.created_at),
        "processed_at": time_text(order.created_at),
        "cancelled_at": time_text(order.cancelled_at),
        "financial_status": order.financial_status.lower(),
        "fulfillment_status": _FULFILLED.get(whole.life.fulfillment_status),
        "confirmed": True,
        "test": False,
        "note": order.note,
        "note_attributes": _named(order.attributes),
        "tags": "",
        **_amounts(order, outstanding),
        "discount_codes": [
            {"code": code, "amount": money_text(order.discount) if not number else "0.00", "type": "fixed_amount"}
            for number, code in enumerate(order.discount_codes)
        ],
        "line_items": [_line(whole, each) for each in whole.life.lines],
        "shipping_lines": _shipping(order),
        "shipping_address": _address(order.address),
        "billing_address": _address(order.address),
        "customer": None if whole.customer is None else customer_body(whole.customer),
        "fulfillments": [fulfillment_body(whole, parcel) for parcel in whole.parcels],
        "refunds": [refund_body(whole, refund) for refund in whole.refunds],
    }


def _amounts(order: Order, outstanding: int) -> Body:
    return {
        "currency": order.total.currency,
        "presentment_currency": order.total.currency,
        "total_price": money_text(order.total),
        "subtotal_price": money_text(Money(order.total.minor - _beside(order), order.total.currency)),
        "total_line_items_price": money_text(order.subtotal),
        "total_discounts": money_text(order.discount),
        "total_tax": money_text(order.tax),
        "total_outstanding": money_text(Money(outstanding, order.total.currency)),
        "taxes_included": order.taxes_included,
    }


def _beside(order: Order) -> int:
    """What the total has beside the lines after discounts."""
    return order.shipping_minor + (0 if order.taxes_included else order.tax_minor)


def _line(whole: WholeOrder, life: LineLife) -> Body:
    line = life.line
    status = "fulfilled" if life.fulfilled >= line.quantity else "partial" if life.fulfilled else None
    return {
        "id": line_key(line.order_id, line.position),
        "admin_graphql_api_id": f"{ids_of('OrderLineItem', line.order_id)['admin_graphql_api_id']}-{line.position}",
        "variant_id": line.variant_id,
        "product_id": whole.product_of(line),
        "product_exists": whole.product_of(line) is not None,
        "sku": line.sku,
        "title": line.title,
        "variant_title": line.variant_title,
        "name": f"{line.title} - {line.variant_title}" if line.variant_title else line.title,
        "quantity": line.quantity,
        "current_quantity": line.quantity - life.cancelled - life.returned,
        "fulfillable_quantity": max(life.unfulfilled, 0),
        "fulfillment_status": status,
        "price": money_text(line.unit_price),
        "total_discount": money_text(Money(line.discount_minor, line.unit_price.currency)),
        "properties": _named(line.attributes),
        "taxable": line.tax_minor > 0,
        "tax_lines": [{"price": money_text(Money(line.tax_minor, line.unit_price.currency))}] if line.tax_minor else [],
    }


def line_key(order_id: int, position: int) -> str:
    """The id of a line: lines have no key of their own.

    >>> line_key(7, 0)
    '7-0'
    """
    return f"{order_id}-{position}"


def _shipping(order: Order) -> list[Body]:
    if order.delivery_title is None and not order.shipping_minor:
        return []
    return [{"title": order.delivery_title, "code": order.delivery_handle, "price": money_text(order.shipping)}]


def fulfillment_body(whole: WholeOrder, parcel: Fulfillment) -> Body:
    """A parcel with its lines."""
    tracking, lines = parcel.tracking, whole.lines
    return {
        **ids_of("Fulfillment", parcel.id),
        "order_id": parcel.order_id,
        "name": f"{whole.life.order.name}.{_place(parcel, whole.parcels)}",
        "status": "success",
        "created_at": time_text(parcel.created_at),
        "updated_at": time_text(parcel.created_at),
        "email": whole.life.order.email,
        "tracking_company": tracking.company,
        "tracking_number": tracking.number,
        "tracking_numbers": [tracking.number] if tracking.number else [],
        "tracking_url": tracking.url,
        "tracking_urls": [tracking.url] if tracking.url else [],
        "destination": _address(whole.life.order.address),
        "line_items": [_line(whole, lines[line.position]) | {"quantity": units} for line, units in parcel.lines],
    }


def _place(parcel: Fulfillment, parcels: Iterable[Fulfillment]) -> int:
    return next((place for place, each in enumerate(parcels, 1) if each.id == parcel.id), 1)


def refund_body(whole: WholeOrder, refund: RefundWithLines) -> Body:
    """A refund with its lines and, if it has money, the transaction."""
    record, lines = refund
    money = {
        "kind": "refund",
        "status": _TRANSACTIONS[record.state],
        "amount": money_text(record.amount),
        "currency": record.amount.currency,
        "order_id": record.order_id,
        "created_at": time_text(record.created_at),
    }
    return {
        **ids_of("Refund", record.id),
        "order_id": record.order_id,
        "created_at": time_text(record.created_at),
        "processed_at": time_text(record.created_at),
        "note": record.reason,
        "restock": any(line.restock is not RestockType.NO_RESTOCK for line in lines),
        "refund_line_items": [_refunded(whole, record, line) for line in lines],
        "transactions": [money] if record.amount.minor else [],
    }


def _refunded(whole: WholeOrder, refund: Refund, refunded: RefundedLine) -> Body:
    life = whole.lines.get(refunded.position)
    return {
        "line_item_id": line_key(refund.order_id, refunded.position),
        "line_item": None if life is None else _line(whole, life),
        "quantity": refunded.quantity,
        "restock_type": _RESTOCKED[refunded.restock],
        "subtotal": money_text(Money(refunded.minor, refund.amount.currency)),
    }


def _named(attributes: Attributes) -> list[Body]:
    return [{"name": key, "value": value} for key, value in attributes]


def _address(address: Address | None) -> Body | None:
    if address is None:
        return None
    names = " ".join(filter(None, (address.first_name, address.last_name)))
    return {
        "first_name": address.first_name,
        "last_name": address.last_name,
        "name": names or None,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "zip": address.zip,
        "province": None,
        "province_code": address.province,
        "country_code": address.country,
        "phone": address.phone,
    }
