"""The examples of refunds in docs/pricing.md, and the words that they are written in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.kit.money import Money, minor_units
from domain.orders.after_payment import LineLife, OrderLife, RefundedLine, RefundParts, RestockType
from domain.orders.commands import RefundOrder, RefundShipping
from domain.orders.life import OrderStatus
from domain.orders.records import Order, OrderLine
from services.orders.lines import parts_to_refund
from tests.kit.factories.catalog import NOW
from tests.kit.pricing_examples import DOCUMENT

_BLOCK = re.compile(r"^```refunds\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"(\d+) units for ([\d.]+)")
_UNITS = re.compile(r"(\d+) of line (\d+), (kept|for sale)")
_RESTOCK = {"kept": RestockType.NO_RESTOCK, "for sale": RestockType.CANCEL}


@dataclass(slots=True)
class RefundExample:
    """An order, its refunds, and what they must pay: texts by name."""

    text: str
    lines: list[OrderLine] = field(default_factory=list)
    delivery: int = 0
    refunds: list[RefundOrder] = field(default_factory=list)
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def life(self) -> OrderLife:
        """The paid order."""
        lines = sum(line.charged.minor for line in self.lines)
        total = Money(lines + self.delivery, "GBP")
        order = Order(
            *(1, "#1", "token", None, None, "GB", OrderStatus.PAID, Money(lines, "GBP"), total, NOW),
            shipping_minor=self.delivery,
            captured_minor=total.minor,
        )
        return OrderLife(order, tuple(map(LineLife, self.lines)), was_sold=True)


def refund_examples() -> list[RefundExample]:
    """All examples of the document."""
    return [_example(block) for block in _BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))]


def _example(block: str) -> RefundExample:
    example = RefundExample(block)
    for line in block.splitlines():
        name, _, text = line.removeprefix("= ").partition(": ")
        if line.startswith("= "):
            example.expected[name] = text
        elif name == "line":
            example.lines.append(_line(len(example.lines), text))
        elif name == "delivery":
            example.delivery = minor_units(text, "GBP")
        else:
            assert name == "refund", f"an example of docs/pricing.md says {line!r}"
            example.refunds.append(_refund(text.split("; ")))
    return example


def _line(position: int, text: str) -> OrderLine:
    found = _LINE.fullmatch(text)
    assert found is not None, text
    units, minor = int(found[1]), minor_units(found[2], "GBP")
    dear = -(-minor // units)
    off = dear * units - minor
    return OrderLine(1, position, 1, None, "Mug", "", units, Money(dear, "GBP"), discount_minor=off)


def _refund(said: Sequence[str]) -> RefundOrder:
    lines, amount, shipping = [], None, None
    for part in said:
        if found := _UNITS.fullmatch(part):
            lines.append(RefundedLine(int(found[2]) - 1, int(found[1]), _RESTOCK[found[3]]))
        elif part == "delivery":
            shipping = RefundShipping(full=True)
        else:
            assert part.startswith("amount "), part
            amount = part.removeprefix("amount ")
    return RefundOrder(None, amount, tuple(lines), shipping=shipping)


def paid_back(example: RefundExample) -> tuple[list[int], int]:
    """What each refund of the example pays, and what is left of the charge."""
    life, paid = example.life, []
    for refund in example.refunds:
        parts = parts_to_refund(life, refund)
        paid.append(parts.minor)
        life = _after(life, parts)
    return paid, life.refundable.minor


def _after(life: OrderLife, parts: RefundParts) -> OrderLife:
    back = {line.position: line for line in parts.lines}
    return replace(
        life,
        lines=tuple(_line_after(line, back.get(line.line.position)) for line in life.lines),
        promised_minor=life.promised_minor + parts.minor,
        shipping_promised_minor=life.shipping_promised_minor + parts.shipping_minor,
    )


def _line_after(line: LineLife, back: RefundedLine | None) -> LineLife:
    if back is None:
        return line
    return replace(
        line,
        cancelled=line.cancelled + (back.quantity if back.restock is RestockType.CANCEL else 0),
        refunded=line.refunded + back.priced,
        refunded_minor=line.refunded_minor + back.minor,
    )
