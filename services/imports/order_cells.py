"""Orders as rows of Shopify's order export, with every column that an import of past orders reads."""

from collections.abc import Iterable, Iterator, Sequence

from datasources.imports.cells import MAX_TEXT
from datasources.imports.order_details_csv import MAX_NOTE
from datasources.kit.database import Row
from domain.kit.money import Money
from domain.orders.life import OrderStatus

Cells = dict[str, str]
_FINANCIAL = {
    OrderStatus.PAID: "paid",
    OrderStatus.FULFILLED: "paid",
    OrderStatus.REFUNDED: "refunded",
    OrderStatus.CANCELLED: "voided",
}
# An import takes no others: they were never paid, or their money goes back.
STATUSES = tuple(_FINANCIAL)
_PLACE = {
    "Shipping Company": "company",
    "Shipping Address1": "address1",
    "Shipping Address2": "address2",
    "Shipping City": "city",
    "Shipping Zip": "zip",
    "Shipping Province": "province",
    "Shipping Phone": "phone",
}
ORDER_COLUMNS = (
    *("Name", "Email", "Financial Status", "Fulfillment Status", "Created at", "Cancelled at", "Currency"),
    *("Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Refunded Amount"),
    *("Shipping Method", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem discount", "Lineitem sku"),
    "Lineitem fulfillment status",
    *("Shipping Name", *_PLACE, "Shipping Country", "Notes", "Note Attributes", "Phone"),
)


def rows_of_order(order: Row, lines: Sequence[Row]) -> Iterator[Cells]:
    """A row for each line; the first one describes the order."""
    for number, line in enumerate(lines):
        head = _again(order) if number else _order(order) | {"Fulfillment Status": _fulfillment(order, lines)}
        yield head | _line(line, order)


def _again(order: Row) -> Cells:
    return {"Name": order.name, "Email": order.email or "", "Currency": order.currency}


def _order(order: Row) -> Cells:
    status = OrderStatus(order.status)
    # With this time a refunded order would be imported as a cancelled one.
    cancelled_at = None if status is OrderStatus.REFUNDED else order.cancelled_at
    return {
        **_again(order),
        **_amounts(order),
        **_destination(order.address or {}),
        "Financial Status": _financial(order, status),
        "Created at": f"{order.created_at:%Y-%m-%d %H:%M:%S.%f} +0000",
        "Cancelled at": f"{cancelled_at:%Y-%m-%d %H:%M:%S.%f} +0000" if cancelled_at else "",
        "Discount Code": _fitting(order.discount_codes or (), ", ", MAX_TEXT),
        "Shipping Method": order.delivery_title or "",
        "Shipping Country": order.country or "",
        "Notes": (order.note or "")[:MAX_NOTE],
        "Note Attributes": _fitting(map(_attribute, order.attributes or ()), "\n", MAX_NOTE),
        "Phone": order.phone or "",
    }


def _refunded(order: Row) -> int:
    """What went back: of a refunded order everything, also where its file did not say how much."""
    return int(order.back) or (order.total_minor if order.status == OrderStatus.REFUNDED.value else 0)


def _financial(order: Row, status: OrderStatus) -> str:
    is_partial = 0 < order.back < order.total_minor and _FINANCIAL[status] == "paid"
    return "partially_refunded" if is_partial else _FINANCIAL[status]


def _amounts(order: Row) -> Cells:
    amounts = {
        "Subtotal": order.subtotal_minor - order.discount_minor,
        "Shipping": order.shipping_minor,
        "Taxes": order.tax_minor,
        "Total": order.total_minor,
        "Discount Amount": order.discount_minor,
        "Refunded Amount": _refunded(order),
    }
    return {column: _amount(minor, order.currency) for column, minor in amounts.items()}


def _amount(minor: int, currency: str) -> str:
    """An amount; blank below zero, as in credit notes, where it follows from the lines."""
    return "" if minor < 0 else str(Money(minor, currency).decimal)


def _destination(address: dict[str, str | None]) -> Cells:
    name = f"{address.get('first_name') or ''} {address.get('last_name') or ''}".strip()
    return {"Shipping Name": name} | {column: address.get(field) or "" for column, field in _PLACE.items()}


def _attribute(pair: Sequence[str]) -> str:
    """A line; the name of an attribute ends at the first colon."""
    key, value = (" ".join(text.split()) for text in pair)
    return f"{key.replace(':', ' ')}: {value}"


def _fitting(texts: Iterable[str], between: str, limit: int) -> str:
    """As many texts as an import takes in one cell."""
    joined = ""
    for text in texts:
        longer = joined + between + text if joined else text
        if len(longer) > limit:
            break
        joined = longer
    return joined


def _fulfillment(order: Row, lines: Sequence[Row]) -> str:
    if order.status == OrderStatus.FULFILLED.value:
        return "fulfilled"
    return "partial" if any(line.sent for line in lines) else "unfulfilled"


def _line(line: Row, order: Row) -> Cells:
    currency, is_sent = order.currency, order.status == OrderStatus.FULFILLED.value or line.sent >= line.quantity > 0
    return {
        "Lineitem fulfillment status": "fulfilled" if is_sent else "partial" if line.sent else "pending",
        "Lineitem quantity": str(line.quantity),
        "Lineitem name": line.title,
        "Lineitem price": str(Money(line.unit_minor, currency).decimal),
        "Lineitem discount": _amount(line.discount_minor, currency),
        "Lineitem sku": line.sku or "",
    }
