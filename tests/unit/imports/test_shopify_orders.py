"""Shopify's order export becomes past orders; other rows are left out, with their line and reason."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datasources.imports.csv_records import CsvFile
from datasources.imports.orders_csv import COLUMNS, MAX_LINES, OPEN_ORDERS, OrderRows, ReadOrder, columns_of
from domain.imports import Remark, Severity
from domain.orders.life import OrderStatus
from domain.orders.records import PastLine, PastOrder
from domain.territories.delivery import Address
from services.imports.order_cells import ORDER_COLUMNS
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
        ({"Created at": "yesterday"}, "Created at is not a time such as 2009-12-01 07:45:00"),
        ({"Created at": "0001-01-01 00:00:00 +1400"}, "Created at is not a time such as 2009-12-01 07:45:00"),
        ({"Created at": "2150-01-01 00:00:00"}, "Created at is more than a day in the future"),
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


MONEY = {"Subtotal": "17.10", "Shipping": "3.95", "Taxes": "3.51", "Total": "21.05", "Discount Amount": "1.90"}
PLACE = {
    "Shipping Name": "Ann Mary Lee",
    "Shipping Address1": "1 Street",
    "Shipping City": "Leeds",
    "Shipping Zip": "'LS1 1AA",
    "Shipping Phone": "'+44 113 4960000",
    "Shipping Method": "Royal Mail",
    "Discount Code": "TENTH",
    "Notes": "Ring twice",
    "Note Attributes": "gift: yes\nwrap: blue: dark",
}


def parts(order: PastOrder) -> tuple[int, int, int, bool, int, int]:
    """Discount, delivery, taxes and whether prices contain them, what was paid back, what was charged."""
    each = order.details
    return (
        *(each.discount_minor, each.shipping_minor, each.tax_minor, each.taxes_included),
        *(each.refunded_minor, order.charged_minor),
    )


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (MONEY, (190, 395, 351, True, 0, 2_105)),
        (MONEY | {"Total": "24.56"}, (190, 395, 351, False, 0, 2_456)),
        (MONEY | {"Total": ""}, (190, 395, 351, True, 0, 2_105)),
        ({"Subtotal": "17.10", "Total": "17.10"}, (190, 0, 0, True, 0, 1_710)),
        ({"Discount Amount": "1.00", "Lineitem discount": "0.90", "Total": "17.10"}, (190, 0, 0, True, 0, 1_710)),
        ({"Discount Amount": "1.90", "Lineitem discount": "0.90", "Total": "17.10"}, (190, 0, 0, True, 0, 1_710)),
        (MONEY | {"Financial Status": "partially_refunded", "Refunded Amount": "5"}, (190, 395, 351, True, 500, 2_105)),
        (MONEY | {"Financial Status": "refunded"}, (190, 395, 351, True, 2_105, 2_105)),
        ({"Financial Status": "refunded", "Refunded Amount": "19.00"}, (0, 0, 0, True, 1_900, 1_900)),
        ({"Financial Status": "voided", "Cancelled at": "2010-03-02"}, (0, 0, 0, True, 0, 1_900)),
    ],
)
def test_the_money_of_an_order_adds_up(
    tmp_path: Path, cells: dict[str, str], expected: tuple[int, int, int, bool, int, int]
) -> None:
    """Whether prices contain the taxes, and which discounts are in which, follows from the total."""
    order = _only(tmp_path, [ORDER | cells])
    assert parts(order) == expected
    assert order.added_up_minor == order.charged_minor


def test_amounts_that_do_not_add_up_are_kept_with_a_remark(tmp_path: Path) -> None:
    """A tip is in the total alone; the order stays what it was charged."""
    (read,), (remark,) = _read(tmp_path, [ORDER | MONEY | {"Total": "30.00"}])
    assert (read.order.charged_minor, read.order.details.shipping_minor) == (3_000, 395)
    assert remark == Remark(2, "#1", "the amounts do not add up to Total, which was kept", Severity.WARNING)


def test_the_destination_and_notes_of_an_order_are_kept(tmp_path: Path) -> None:
    """The apostrophes of spreadsheets are none of it; a country alone is no destination."""
    details = _only(tmp_path, [ORDER | PLACE]).details
    assert details.address == Address(
        *("GB", "Ann Mary", "Lee", None, "1 Street", None, "Leeds", None, "LS1 1AA", "+44 113 4960000")
    )
    assert (details.delivery_title, details.discount_codes, details.note) == ("Royal Mail", ("TENTH",), "Ring twice")
    assert details.attributes == (("gift", "yes"), ("wrap", "blue: dark"))
    assert _only(tmp_path, [ORDER]).details.address is None


def test_a_line_may_not_have_a_discount_above_its_price(tmp_path: Path) -> None:
    """Such a line is left out."""
    read, (remark,) = _read(tmp_path, [ORDER | {"Lineitem discount": "19.01"}])
    assert (read, remark.reason) == ([], "Lineitem discount is more than the line costs")


def test_what_was_sent_of_an_order_is_what_its_lines_say(tmp_path: Path) -> None:
    """Lines that were sent in part, or orders whose lines say nothing, count one unit, with a remark."""
    partial = ORDER | {"Fulfillment Status": "partial", "Lineitem fulfillment status": "fulfilled"}
    further = {"Name": "#1", "Lineitem quantity": "3", "Lineitem name": "Cup", "Lineitem price": "4"}
    pending = further | {"Lineitem fulfillment status": "pending"}
    order = _only(tmp_path, [partial, pending])
    assert (order.status, [line.sent for line in order.lines]) == (OrderStatus.PAID, [2, 0])
    for rows, sent in (
        ([partial, further | {"Lineitem fulfillment status": "partial"}], [2, 1]),
        ([partial | {"Lineitem fulfillment status": ""}, pending], [1, 0]),
    ):
        (read,), remarks = _read(tmp_path, rows)
        assert [line.sent for line in read.order.lines] == sent
        assert [remark.severity for remark in remarks] == [Severity.WARNING]
    assert [line.sent for line in _only(tmp_path, [partial | {"Financial Status": "refunded"}]).lines] == [0]


def test_a_rejected_order_says_why_once(tmp_path: Path) -> None:
    """Its further rows have no time of their own; a row that describes the order again may still be read."""
    further = {"Name": "#1", "Lineitem quantity": "1", "Lineitem name": "Cup", "Lineitem price": "4.5"}
    reason = "Financial Status says that the order was not paid"
    orders, remarks = _read(tmp_path, [ORDER | {"Financial Status": "pending"}, further, further])
    assert (orders, remarks) == ([], [Remark(2, "#1", reason)])
    assert len(_read(tmp_path, [ORDER | {"Financial Status": "pending"}] * 2)[1]) == 1
    orders, remarks = _read(tmp_path, [ORDER | {"Currency": "?"}, ORDER, further])
    assert [len(read.lines) for read in orders] == [2]


def test_columns_that_are_not_kept_are_known(tmp_path: Path) -> None:
    """Those of an export of the shop are all kept; of Shopify's, the report names the others."""
    more = {"Billing Name": "Ann", "Tags": "vip", "Payment Method": "card", "Fulfillment Status": "fulfilled"}
    with CsvFile(saved(tmp_path, table([ORDER | dict.fromkeys(ORDER_COLUMNS, "") | more])), COLUMNS) as file:
        list(OrderRows(file, "GBP"))
        assert columns_of(file)[1] == ("Billing Name", "Tags", "Payment Method")
