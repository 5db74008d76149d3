"""Shopify's order export as past orders: a row for each line, with the order described in its first row.

What is imported:
- Paid orders. They count as fulfilled if the file says so or has no such column (past orders have shipped), else as
paid; of those that were sent in part, the lines say which units were.
- Refunded orders. A partial refund leaves the state of the order as it is; its money is kept.
- Orders with `Cancelled at` are cancelled, whatever was paid. Only they may have negative quantities: shops write
credit notes this way, and the refunded money is part of the history.
- Discounts, shipping, taxes, codes, the destination, note and refunded money, so that the parts of an order add up to
what was charged. Where they do not, the total stays as it was, with a remark.
- Orders without e-mail have no customer; lines whose SKU is unknown (postage, fees) stay part of what was paid.
- A line at price zero is a gift if the order has a customer.

What is left out, each line with its reason: orders that were never paid; lines without a name, with an unreadable or
negative price or an amount the currency does not have (0.001); zero quantities, and negative ones outside a cancelled
order; and lines with neither price nor customer, which correct the stock.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from datasources.imports.cells import BadCell, code, money, needed, text, time, whole
from datasources.imports.csv_records import CsvFile
from datasources.imports.order_details_csv import (
    DETAILS,
    MAX_NOTE,
    ToldMoney,
    attributes,
    codes,
    destination,
    is_sent_in_part,
    phone,
    sent_in_part,
    split,
    told_money,
    units_sent,
)
from domain.cart import Attributes
from domain.imports import Remark, Severity
from domain.kit.mailboxes import mailbox
from domain.orders.life import OrderStatus
from domain.orders.records import PastDetails, PastLine, PastOrder
from domain.territories.delivery import Address

COLUMNS = ("Name", "Financial Status", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price")
# What an import keeps beside them, here and in `order_details_csv`; reports name all other columns.
_MORE = (
    *("Email", "Cancelled at", "Currency", "Lineitem discount", "Lineitem sku"),
    *("Billing Country", "Shipping Country"),
)
# Lines of orders of the same minute are interleaved; an order is complete after lines of this many others.
OPEN_ORDERS = 64
# Open orders together have at most so many lines: beyond them the one that waits longest is complete.
OPEN_LINES = 20_000
MAX_LINES = 5_000
MAX_NAME = 64
MAX_UNITS = 10**9
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SENT_UNKNOWN = "sent in part, but the file does not say how many units of which lines: one unit counts as sent"
_PAID = {"paid", "partially_refunded"}


def columns_of(file: CsvFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of the file that say something, and the others."""
    kept = {*COLUMNS, *_MORE, *DETAILS}
    return tuple(filter(kept.__contains__, file.columns)), tuple(one for one in file.columns if one and one not in kept)


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """A past order and the lines of the file it was read from."""

    order: PastOrder
    lines: tuple[int, ...]


@dataclass(slots=True)
class _Head:
    """The fields of an order as a whole."""

    email: str | None
    country: str | None
    currency: str
    status: OrderStatus
    created_at: datetime
    cancelled_at: datetime | None
    is_refunded: bool
    is_sent_in_part: bool
    money: ToldMoney
    codes: tuple[str, ...]
    address: Address | None
    delivery_title: str | None
    note: str | None
    attributes: Attributes
    phone: str | None


@dataclass(slots=True)
class _Open:
    """An order with more rows to come."""

    head: _Head | None = None
    lines: list[PastLine] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    # Whether it is not known how many units of a line were sent.
    guesses: bool = False
    # Why its first row was rejected.
    cause: str = ""


class OrderRows:
    """Reads past orders; `currency` is the currency of orders without one."""

    def __init__(self, file: CsvFile, currency: str) -> None:
        self._file = file
        self._currency = currency
        self._latest = datetime.now(UTC) + timedelta(days=1)
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._open_lines = 0

    def __iter__(self) -> Iterator[ReadOrder | Remark]:
        """Orders as they become complete, and remarks on lines left out. Raises `UnreadableFile`."""
        for record in self._file:
            if isinstance(record, Remark):
                yield record
                continue
            name = record.cells["Name"]
            try:
                self._take(name, record.line, record.cells)
            except BadCell as bad:
                yield Remark(record.line, name[:MAX_NAME], str(bad))
            if len(self._open) > OPEN_ORDERS or self._open_lines > OPEN_LINES:
                yield from self._close_oldest()
        while self._open:
            yield from self._close_oldest()

    def _close_oldest(self) -> Iterator[ReadOrder | Remark]:
        name, order = self._open.popitem(last=False)
        self._open_lines -= len(order.lines)
        return _complete(name, order)

    def _take(self, name: str, line: int, cells: dict[str, str]) -> None:
        needed(cells, "Name", MAX_NAME)
        order = self._open.setdefault(name, _Open())
        self._open.move_to_end(name)
        if order.head is None:
            order.head = self._first_head(order, cells)
            if order.head is None:
                return
        elif cells.get("Currency", "").upper() not in ("", order.head.currency):
            raise BadCell("Currency differs from the first row of its order")
        order.head.email = order.head.email or _email(cells)
        order.head.country = order.head.country or _country(cells)
        if len(order.lines) == MAX_LINES:
            raise BadCell(f"its order has more than {MAX_LINES} lines")
        found = _line(cells, order.head)
        if order.head.is_sent_in_part:
            found = replace(found, sent=units_sent(cells, found.quantity))
            order.guesses |= cells.get("Lineitem fulfillment status", "").lower() == "partial"
        order.lines.append(found)
        order.numbers.append(line)
        self._open_lines += 1

    def _first_head(self, order: _Open, cells: dict[str, str]) -> _Head | None:
        """The head of an order; None in further rows of a rejected one, of which the cause was said."""
        try:
            return self._head(cells)
        except BadCell as bad:
            if order.cause and (not cells["Created at"] or str(bad) == order.cause):
                return None
            order.cause = str(bad)
            raise

    def _head(self, cells: dict[str, str]) -> _Head:
        created_at = time(cells, "Created at")
        if created_at is None:
            raise BadCell("Created at is blank")
        if created_at > self._latest:
            raise BadCell("Created at is more than a day in the future")
        currency = cells.get("Currency", "").upper() or self._currency
        if not _CURRENCY.fullmatch(currency):
            raise BadCell("Currency is not a code of three letters")
        cancelled_at = time(cells, "Cancelled at")
        status = OrderStatus.CANCELLED if cancelled_at else _status(cells)
        return _Head(
            email=_email(cells),
            country=_country(cells),
            currency=currency,
            status=status,
            created_at=created_at,
            cancelled_at=cancelled_at,
            is_refunded=cells["Financial Status"].strip().lower() == "refunded",
            is_sent_in_part=status is OrderStatus.PAID and is_sent_in_part(cells),
            money=told_money(cells, currency),
            codes=codes(cells),
            address=destination(cells, _country(cells)),
            delivery_title=text(cells, "Shipping Method") or None,
            note=text(cells, "Notes", MAX_NOTE) or None,
            attributes=attributes(cells),
            phone=phone(cells),
        )


def _complete(name: str, read: _Open) -> Iterator[ReadOrder | Remark]:
    if read.head is None or not read.lines:
        return
    head = read.head
    lines = sent_in_part(read.lines) if head.is_sent_in_part else tuple(read.lines)
    order = PastOrder(
        name=name,
        email=head.email,
        country=head.country,
        currency=head.currency,
        status=head.status,
        created_at=head.created_at,
        cancelled_at=head.cancelled_at,
        lines=lines,
        total_minor=head.money.total,
        details=_details(head, read.lines),
    )
    order = _refunded(order, head)
    if read.guesses or list(lines) != read.lines:
        yield Remark(read.numbers[0], name, _SENT_UNKNOWN, Severity.WARNING)
    if head.money.has_parts and order.added_up_minor != order.charged_minor:
        yield Remark(read.numbers[0], name, "the amounts do not add up to Total, which was kept", Severity.WARNING)
    yield ReadOrder(order, tuple(read.numbers))


def _details(head: _Head, lines: list[PastLine]) -> PastDetails:
    return replace(
        split(head.money, lines),
        discount_codes=head.codes,
        address=head.address,
        delivery_title=head.delivery_title,
        note=head.note,
        attributes=head.attributes,
        phone=head.phone,
    )


def _refunded(order: PastOrder, head: _Head) -> PastOrder:
    """The order with the money that was paid back: what the file says, else all of a refunded order."""
    told = head.money.refunded
    back = order.charged_minor if head.is_refunded and not told else told or 0
    refunded = max(min(back, order.charged_minor), 0)
    return replace(order, details=replace(order.details, refunded_minor=refunded))


def _status(cells: dict[str, str]) -> OrderStatus:
    paid = needed(cells, "Financial Status").lower()
    if paid == "refunded":
        return OrderStatus.REFUNDED
    if paid not in _PAID:
        raise BadCell("Financial Status says that the order was not paid")
    shipped = "Fulfillment Status" not in cells or cells["Fulfillment Status"].lower() == "fulfilled"
    return OrderStatus.FULFILLED if shipped else OrderStatus.PAID


def _email(cells: dict[str, str]) -> str | None:
    email = mailbox(text(cells, "Email"))
    if email and not _EMAIL.fullmatch(email):
        raise BadCell("Email is not an e-mail address")
    return email or None


def _country(cells: dict[str, str]) -> str | None:
    country = (cells.get("Shipping Country") or cells.get("Billing Country") or "").upper()
    if country and not _COUNTRY.fullmatch(country):
        raise BadCell("the country is not a code of two letters")
    return country or None


def _line(cells: dict[str, str], head: _Head) -> PastLine:
    title = needed(cells, "Lineitem name")
    quantity = whole(cells, "Lineitem quantity", MAX_UNITS)
    if not quantity:
        raise BadCell("Lineitem quantity is zero or blank")
    if quantity < 0 and head.status is not OrderStatus.CANCELLED:
        raise BadCell("Lineitem quantity is negative outside a cancelled order: a stock correction, not a sale")
    price = money(cells, "Lineitem price", head.currency)
    if price is None:
        raise BadCell("Lineitem price is blank")
    if price == 0 and head.email is None:
        raise BadCell("neither price nor customer: a stock correction, not a sale")
    off = money(cells, "Lineitem discount", head.currency) or 0
    if off > abs(quantity) * price:
        raise BadCell("Lineitem discount is more than the line costs")
    return PastLine(code(cells, "Lineitem sku"), title, quantity, price, off)
