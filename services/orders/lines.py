"""Checks of units to send, return or refund, and what their refund pays, that need no database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.kit.money import Money, charge_step, minor_units
from domain.kit.refusals import INPUT, RefusalCode, Refused, each, refuse
from domain.orders.after_payment import LineLife, OrderLife, Refund, RefundedLine, RefundParts, RestockType
from domain.orders.commands import LineUnits, RefundOrder, RefundShipping

MAX_LINES = 500
_SENT = "Every unit of this line was already sent or put back for sale."
_NOT_DELIVERED = "No unit of this line is with the customer."
_NOT_SOLD = "The order was not paid in time, so its units went back for sale when it ended."


def units_to_send(life: OrderLife, asked: Sequence[LineUnits] | None) -> dict[int, int]:
    """Units by position; by default all that are left. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY."""
    if asked is None:
        return {line.line.position: line.unfulfilled for line in life.lines if line.unfulfilled > 0}
    lines = _named(life, [units.position for units in asked])
    each("lines", asked, lambda units: _bounded(units.quantity, lines[units.position].unfulfilled, _SENT))
    return {units.position: units.quantity for units in asked}


def units_back(life: OrderLife, asked: Sequence[LineUnits], restock: bool) -> tuple[RefundedLine, ...]:
    """Delivered units that came back. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY."""
    lines = _named(life, [units.position for units in asked])
    each("lines", asked, lambda units: _bounded(units.quantity, lines[units.position].delivered, _NOT_DELIVERED))
    kind = RestockType.RETURN if restock else RestockType.NO_RESTOCK
    return tuple(RefundedLine(units.position, units.quantity, kind, returned=True) for units in asked)


def all_back(life: OrderLife) -> tuple[RefundedLine, ...]:
    """Every unit that was not sent."""
    return tuple(
        RefundedLine(line.line.position, line.unfulfilled, RestockType.CANCEL)
        for line in life.lines
        if line.unfulfilled > 0
    )


def parts_to_refund(life: OrderLife, command: RefundOrder) -> RefundParts:
    """What to pay back. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY, REFUND_TOO_HIGH.

    Units of an unsent order can always go back for sale: when they are all that is named, they pay back at most the
    money that is left.
    """
    lines = _lines_to_refund(life, command)
    if command.only_restocks:
        lines = _within(lines, life.refundable.minor)
    shipping = 0 if command.shipping is None else _shipping_to_refund(life, command.shipping)
    extra = 0 if command.amount is None else minor_of(command.amount, life)
    parts = RefundParts(lines, shipping, extra)
    if not parts.lines and not parts.minor:
        raise _too_high(life.shipping_left, "shipping")
    if parts.minor > life.refundable.minor:
        raise _too_high(life.refundable, _largest(parts))
    return parts


def _lines_to_refund(life: OrderLife, command: RefundOrder) -> tuple[RefundedLine, ...]:
    if not command.lines:
        return ()
    lines = _named(life, [asked.position for asked in command.lines])
    return each("lines", command.lines, lambda asked: _refunded(life, lines[asked.position], asked))


def _refunded(life: OrderLife, line: LineLife, asked: RefundedLine) -> RefundedLine:
    if asked.restock is RestockType.CANCEL:
        _bounded(asked.quantity, line.unfulfilled if life.was_sold else 0, _SENT if life.was_sold else _NOT_SOLD)
        if life.is_reserved:
            return RefundedLine(asked.position, asked.quantity, asked.restock, released=True)
        return _restocked(line, asked)
    most = line.delivered if asked.restock is RestockType.RETURN else line.line.quantity
    if life.is_reserved:
        # The price of a unit is taken with its parcel.
        most = min(most, line.fulfilled - line.refunded)
    _bounded(asked.quantity, most, _NOT_DELIVERED)
    if asked.quantity > line.unpriced:
        raise refuse(RefusalCode.REFUND_TOO_HIGH, _already_refunded(line), "quantity")
    is_back = asked.restock is RestockType.RETURN
    minor = line.price_of(asked.quantity)
    return RefundedLine(asked.position, asked.quantity, asked.restock, minor, is_back, priced=asked.quantity)


def _restocked(line: LineLife, asked: RefundedLine) -> RefundedLine:
    """Units for sale again, with the price of those that were not refunded before."""
    priced = min(asked.quantity, line.unpriced)
    return RefundedLine(asked.position, asked.quantity, asked.restock, line.price_of(priced), priced=priced)


def _within(lines: Sequence[RefundedLine], left: int) -> tuple[RefundedLine, ...]:
    """The same lines, which pay back at most what is left, the first ones first."""
    kept = []
    for line in lines:
        minor = min(line.minor, left)
        left -= minor
        kept.append(replace(line, minor=minor, priced=line.priced if minor or not line.minor else 0))
    return tuple(kept)


def _shipping_to_refund(life: OrderLife, asked: RefundShipping) -> int:
    left = life.shipping_left
    if asked.amount is None:
        return left.minor
    minor = minor_of(asked.amount, life, "shipping", "amount")
    if minor > left.minor:
        raise _too_high(left, "shipping")
    return minor


def _too_high(most: Money, *path: str) -> Refused:
    return refuse(RefusalCode.REFUND_TOO_HIGH, f"At most {most.decimal} {most.currency} can be refunded.", *path)


def _largest(parts: RefundParts) -> str:
    """The input to blame when all parts together are too high."""
    if parts.extra_minor:
        return "amount"
    return "lines" if parts.lines else "shipping"


def is_same(life: OrderLife, command: RefundOrder, earlier: Refund, kept: Sequence[RefundedLine]) -> bool:
    """Whether an earlier refund with these lines has the content of the command. Refused: INVALID."""
    shipping = earlier.shipping_minor
    if command.shipping is None:
        shipping = 0
    elif command.shipping.amount is not None:
        shipping = minor_of(command.shipping.amount, life, "shipping", "amount")
    extra = 0 if command.amount is None else minor_of(command.amount, life)
    asked = sorted((line.position, line.quantity, line.restock) for line in command.lines)
    rest = earlier.amount.minor - earlier.shipping_minor - sum(line.minor for line in kept)
    has_lines = asked == [(line.position, line.quantity, line.restock) for line in kept]
    return has_lines and (shipping, extra) == (earlier.shipping_minor, rest)


def units_by_variant(life: OrderLife, lines: Sequence[RefundedLine]) -> dict[int, int]:
    """Units that go back for sale, variant ids ascending; lines without a variant are left out."""
    variants = {line.line.position: line.line.variant_id for line in life.lines}
    units: dict[int, int] = {}
    for line in lines:
        variant_id = variants[line.position]
        if line.restock is not RestockType.NO_RESTOCK and variant_id is not None:
            units[variant_id] = units.get(variant_id, 0) + line.quantity
    return dict(sorted(units.items()))


def minor_of(amount: str, life: OrderLife, *path: str) -> int:
    """Minor units of an amount in the order's currency that a provider pays back. Refused: INVALID."""
    currency = life.order.total.currency
    step = charge_step(currency)
    try:
        minor = minor_units(amount, currency)
    except ValueError:
        minor = 0
    if minor <= 0 or minor % step:
        steps = "" if step == 1 else f" in steps of {Money(step, currency).decimal}"
        raise refuse(
            RefusalCode.INVALID, f"{INPUT} must be a positive amount of {currency}{steps}.", *path or ("amount",)
        )
    return minor


def _named(life: OrderLife, positions: Sequence[int]) -> Mapping[int, LineLife]:
    if not 0 < len(positions) <= MAX_LINES or len(set(positions)) < len(positions):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_LINES} lines, each once.", "lines")
    lines = {line.line.position: line for line in life.lines}
    for index, position in enumerate(positions):
        if position not in lines:
            raise refuse(RefusalCode.LINE_NOT_FOUND, "The order has no such line.", "lines", index, "position")
    return lines


def _already_refunded(line: LineLife) -> str:
    if not line.unpriced:
        return "Every unit of this line is already refunded."
    return f"{INPUT} must be at most {line.unpriced}: the other units of this line are already refunded."


def _bounded(quantity: int, most: int, why_none: str) -> None:
    if not 0 < quantity <= most:
        message = f"{INPUT} must be 1 to {most}." if most else why_none
        raise refuse(RefusalCode.INVALID_QUANTITY, message, "quantity")
