"""Shopify's order export becomes past orders; other rows are left out, with their line and reason."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datasources.imports.csv_records import CsvFile
from datasources.imports.orders_csv import COLUMNS, MAX_LINES, OPEN_ORDERS, OrderRows, ReadOrder
from domain.imports import Remark
from domain.orders.life import OrderStatus
from domain.orders.records import PastLine, PastOrder
from tests.unit.imports.files import ORDER, saved, table

CREDIT = ORDER | {"Cancelled at": "2010-03-02 08:00:00", "Lineitem quantity": "-2", "Financial Status": "refunded"}


def _read(directory: Path, rows: Sequence[Mapping[str, str]]) -> tuple[list[ReadOrder], list[Remark]]:
    with CsvFile(saved(directory, table(rows)), COLUMNS) as file:
        found = list(OrderRows(file, "GBP"))
    return [one for one in found if isinstance(one, ReadOrder)], [one for one in found if isinstance(one, Remark)]


def _only(directory: Path, rows: Sequence[Mapping[str, str]]) -> PastOrder:
    (read,), remarks = _read(directory, rows)
    assert remarks == []
    return read.order


def test_rows_become_an_order_with_its_lines(tmp_path: Path) -> None:
    """E-mail addresses are lower case, times without zone are UTC, further rows need only the name and their line."""
    further = {"Name": "#1", "Lineitem quantity": "1", "Lineitem name": "Postage", "Lineitem price": "4.5"}
    (read,), remarks = _read(tmp_path, [ORDER, further])
    assert (read.lines, remarks) == ((2, 3), [])
    assert read.order == PastOrder(
        name="#1",
        email="ann@example.com",
        country="GB",
        currency="GBP",
        status=OrderStatus.FULFILLED,
        created_at=datetime(2010, 3, 1, 9, 30, tzinfo=UTC),
        cancelled_at=None,
        lines=(PastLine("MUG-S", "Mug", 2, 950), PastLine(None, "Postage", 1, 450)),
    )
    assert (read.order.units, read.order.subtotal_minor) == (3, 2350)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, OrderStatus.FULFILLED),
        ({"Fulfillment Status": "fulfilled"}, OrderStatus.FULFILLED),
        ({"Fulfillment Status": "unfulfilled"}, OrderStatus.PAID),
        ({"Fulfillment Status": ""}, OrderStatus.PAID),
        ({"Financial Status": "partially_refunded"}, OrderStatus.FULFILLED),
        ({"Financial Status": "refunded"}, OrderStatus.REFUNDED),
        ({"Financial Status": "voided", "Cancelled at": "2010-03-02"}, OrderStatus.CANCELLED),
    ],
)
def test_the_status_tells_what_became_of_the_order(tmp_path: Path, cells: dict[str, str], status: OrderStatus) -> None:
    """A past paid order counts as shipped unless the file says otherwise."""
    assert _only(tmp_path, [ORDER | cells]).status is status


def test_a_zone_is_heeded(tmp_path: Path) -> None:
    """Shopify writes the offset of the shop's time zone after the time."""
    order = _only(tmp_path, [ORDER | {"Created at": "2015-01-05 12:03:11 -0500"}])
    assert order.created_at == datetime(2015, 1, 5, 17, 3, 11, tzinfo=UTC)


def test_the_total_charged_is_kept_when_told(tmp_path: Path) -> None:
    """Shipping, taxes and discounts are in the total, not in the lines."""
    assert _only(tmp_path, [ORDER | {"Total": "23.99"}]).total_minor == 2399


def test_a_credit_note_is_a_cancelled_order_with_negative_units(tmp_path: Path) -> None:
    """The history adds up to the goods that the customer kept."""
    order = _only(tmp_path, [CREDIT])
    assert (order.status, order.units, order.subtotal_minor) == (OrderStatus.CANCELLED, -2, -1900)
    assert order.cancelled_at == datetime(2010, 3, 2, 8, tzinfo=UTC)


def test_a_gift_to_a_customer_is_a_line(tmp_path: Path) -> None:
    """Price zero is valid if the order has a customer."""
    assert _only(tmp_path, [ORDER | {"Lineitem price": "0.00"}]).lines == (PastLine("MUG-S", "Mug", 2, 0),)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Name": ""}, "Name is blank"),
        ({"Name": "#" * 65}, "Name is longer than 64 characters"),
        ({"Created at": ""}, "Created at is blank"),
        ({"Created at": "yesterday"}, "Created at is not a time"),
        ({"Created at": "0001-01-01 00:00:00 +1400"}, "Created at is not a time"),
        ({"Created at": "2150-01-01 00:00:00"}, "Created at is in the future"),
        ({"Currency": "pounds"}, "Currency is not a code of three letters"),
        ({"Shipping Country": "United Kingdom"}, "the country is not a code of two letters"),
        ({"Email": "nobody"}, "Email is not an e-mail address"),
        ({"Financial Status": ""}, "Financial Status is blank"),
        ({"Financial Status": "pending"}, "Financial Status says that the order was not paid"),
        ({"Lineitem name": ""}, "Lineitem name is blank"),
        ({"Lineitem quantity": "0"}, "Lineitem quantity is zero or blank"),
        ({"Lineitem quantity": ""}, "Lineitem quantity is zero or blank"),
        ({"Lineitem quantity": "1.5"}, "Lineitem quantity is not a whole number"),
        (
            {"Lineitem quantity": "-1"},
            "Lineitem quantity is negative outside a cancelled order: a stock correction, not a sale",
        ),
        ({"Lineitem price": ""}, "Lineitem price is blank"),
        ({"Lineitem price": "-3"}, "Lineitem price is negative"),
        ({"Lineitem price": "0.001"}, "Lineitem price is not an amount of GBP"),
        ({"Lineitem price": "0", "Email": ""}, "neither price nor customer: a stock correction, not a sale"),
    ],
)
def test_a_line_that_is_no_sale_is_left_out_alone(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    """The next order is still read."""
    read, remarks = _read(tmp_path, [ORDER | cells, ORDER | {"Name": "#2"}])
    assert [one.order.name for one in read] == ["#2"]
    assert remarks == [Remark(2, cells.get("Name", "#1")[:64], reason)]


def test_a_bad_line_leaves_the_others_of_its_order(tmp_path: Path) -> None:
    """The first row still describes the order if only its line is left out."""
    further = {"Name": "#1", "Lineitem quantity": "1", "Lineitem name": "Cup", "Lineitem price": "3"}
    (read,), remarks = _read(tmp_path, [ORDER | {"Lineitem price": "?"}, further])
    assert [line.title for line in read.order.lines] == ["Cup"]
    assert (read.order.email, read.lines, [remark.line for remark in remarks]) == ("ann@example.com", (3,), [2])


def test_another_currency_within_an_order_is_refused(tmp_path: Path) -> None:
    """Amounts in two currencies cannot be added."""
    (read,), remarks = _read(tmp_path, [ORDER, ORDER | {"Currency": "USD"}])
    assert (read.order.currency, [remark.line for remark in remarks]) == ("GBP", [3])


def test_orders_of_the_same_minute_may_stand_between_each_other(tmp_path: Path) -> None:
    """Lines find their order while fewer than `OPEN_ORDERS` other orders come between."""
    others = [ORDER | {"Name": f"#other-{number}"} for number in range(OPEN_ORDERS - 1)]
    read, _ = _read(tmp_path, [ORDER, *others, ORDER])
    assert {one.order.name: one.order.units for one in read}["#1"] == 4
    read, _ = _read(tmp_path, [ORDER, *others, ORDER | {"Name": "#one-more"}, ORDER])
    assert [one.order.units for one in read if one.order.name == "#1"] == [2, 2]


def test_an_order_has_a_bounded_number_of_lines(tmp_path: Path) -> None:
    """A line above the maximum is refused."""
    (read,), (remark,) = _read(tmp_path, [ORDER] * (MAX_LINES + 1))
    assert (len(read.order.lines), remark.line) == (MAX_LINES, MAX_LINES + 2)
