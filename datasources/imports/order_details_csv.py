"""What Shopify's order export says of an order beside its lines: money, destination, note."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datasources.imports.cells import code, money, text
from domain.cart import Attributes
from domain.orders.records import PastDetails, PastLine
from domain.territories.delivery import Address

MAX_NOTE = 5_000
MAX_PHONE = 32
MAX_ATTRIBUTES = 250
_COLUMNS = ("Subtotal", "Shipping", "Taxes", "Discount Amount", "Total", "Refunded Amount")
_PLACE = ("Shipping Name", "Shipping Company", "Shipping Address1", "Shipping Street", "Shipping City", "Shipping Zip")
# All columns that are read here.
DETAILS = (
    *(*_COLUMNS, *_PLACE, "Shipping Address2", "Shipping Province", "Shipping Phone", "Shipping Method"),
    *(
        "Fulfillment Status",
        "Lineitem fulfillment status",
        "Phone",
        "Billing Phone",
        "Discount Code",
        "Notes",
        "Note Attributes",
    ),
)


@dataclass(frozen=True, slots=True)
class ToldMoney:
    """The amounts of an order as the file has them, in minor units; None for a blank cell."""

    subtotal: int | None
    shipping: int | None
    taxes: int | None
    discount: int | None
    total: int | None
    refunded: int | None

    @property
    def has_parts(self) -> bool:
        """Whether the file says more than the total."""
        return any(each is not None for each in (self.subtotal, self.shipping, self.taxes, self.discount))


def told_money(cells: dict[str, str], currency: str) -> ToldMoney:
    """The amounts in the first row of an order."""
    return ToldMoney(*(money(cells, column, currency) for column in _COLUMNS))


def split(told: ToldMoney, lines: Sequence[PastLine]) -> PastDetails:
    """The parts that add up to the total.

    The file does not say whether prices contain the taxes, nor whether the discounts of lines are part of the discount
    of the order: of the readings that give the total, the first one counts.
    """
    goods = sum(line.quantity * line.price_minor for line in lines)
    of_lines = sum(line.discount_minor for line in lines)
    shipping, taxes, said = told.shipping or 0, told.taxes or 0, told.discount or 0
    off = [said, said + of_lines]
    if told.subtotal is not None:
        off += [goods - told.subtotal, goods - told.subtotal + said]
    readings = [
        (discount, included)
        for discount in off
        for included in (True, False)
        if discount >= of_lines and goods - discount + shipping + (0 if included else taxes) == told.total
    ]
    discount, included = readings[0] if readings else (max(said, of_lines), True)
    return PastDetails(discount, shipping, taxes, included)


def destination(cells: dict[str, str], country: str | None) -> Address | None:
    """Where the order went; None where the file names no more than a country."""
    if country is None or not any(cells.get(column) for column in _PLACE):
        return None
    first, _, last = text(cells, "Shipping Name").rpartition(" ")
    return Address(
        country,
        first_name=first or None,
        last_name=last or None,
        company=text(cells, "Shipping Company") or None,
        address1=text(cells, "Shipping Address1") or text(cells, "Shipping Street") or None,
        address2=text(cells, "Shipping Address2") or None,
        city=text(cells, "Shipping City") or None,
        province=text(cells, "Shipping Province") or None,
        zip=code(cells, "Shipping Zip"),
        phone=code(cells, "Shipping Phone") or phone(cells),
    )


def is_sent_in_part(cells: dict[str, str]) -> bool:
    """Whether the file says that some of the order was sent and some was not."""
    return cells.get("Fulfillment Status", "").lower() in ("partial", "partially_fulfilled")


def units_sent(cells: dict[str, str], quantity: int) -> int:
    """The units of a line that were sent. Of a line that was sent in part, one is known to be."""
    return {"fulfilled": quantity, "partial": 1}.get(cells.get("Lineitem fulfillment status", "").lower(), 0)


def sent_in_part(lines: Sequence[PastLine]) -> tuple[PastLine, ...]:
    """The lines of an order that was sent in part: where none says that it was, a unit of the first was."""
    if any(line.sent for line in lines):
        return tuple(lines)
    return (replace(lines[0], sent=1), *lines[1:])


def phone(cells: dict[str, str]) -> str | None:
    """The buyer's phone number; None for one that is longer than any."""
    number = code(cells, "Phone") or code(cells, "Billing Phone")
    return number if number is None or len(number) <= MAX_PHONE else None


def codes(cells: dict[str, str]) -> tuple[str, ...]:
    """The discount codes of an order."""
    return tuple(each.strip() for each in text(cells, "Discount Code").split(",") if each.strip())


def attributes(cells: dict[str, str]) -> Attributes:
    """Note attributes: a line `key: value` each."""
    lines = text(cells, "Note Attributes", MAX_NOTE).splitlines()
    pairs = (line.partition(":") for line in lines if line.strip())
    return tuple((key.strip(), value.strip()) for key, _, value in pairs)[:MAX_ATTRIBUTES]
