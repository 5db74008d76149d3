"""Checks of units to send, return or refund that need no database."""

from collections.abc import Mapping, Sequence

from domain.kit.money import Money, minor_units
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from domain.orders.after_payment import LineLife, OrderLife, RefundedLine, RestockType
from domain.orders.commands import LineUnits, RefundOrder
from domain.orders.life import OrderStatus

MAX_LINES = 500


def units_to_send(life: OrderLife, asked: Sequence[LineUnits] | None) -> dict[int, int]:
    """Units by position; by default all that are left. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY."""
    if asked is None:
        return {line.line.position: line.unfulfilled for line in life.lines if line.unfulfilled > 0}
    lines = _named(life, [units.position for units in asked])
    each("lines", asked, lambda units: _bounded(units.quantity, lines[units.position].unfulfilled))
    return {units.position: units.quantity for units in asked}


def units_back(life: OrderLife, asked: Sequence[LineUnits], restock: bool) -> tuple[RefundedLine, ...]:
    """Delivered units that came back. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY."""
    lines = _named(life, [units.position for units in asked])
    each("lines", asked, lambda units: _bounded(units.quantity, lines[units.position].delivered))
    kind = RestockType.RETURN if restock else RestockType.NO_RESTOCK
    return tuple(RefundedLine(units.position, units.quantity, kind, returned=True) for units in asked)


def all_back(life: OrderLife) -> tuple[RefundedLine, ...]:
    """Every unit that was not sent."""
    return tuple(
        RefundedLine(line.line.position, line.unfulfilled, RestockType.CANCEL)
        for line in life.lines
        if line.unfulfilled > 0
    )


def lines_to_refund(life: OrderLife, command: RefundOrder) -> tuple[RefundedLine, ...]:
    """Lines with their money. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY, REFUND_TOO_HIGH."""
    if not command.lines:
        return ()
    lines = _named(life, [asked.position for asked in command.lines])
    return each("lines", command.lines, lambda asked: _refunded(life, lines[asked.position], asked))


def _refunded(life: OrderLife, line: LineLife, asked: RefundedLine) -> RefundedLine:
    if asked.restock is RestockType.CANCEL:
        _bounded(asked.quantity, line.unfulfilled if life.order.status is OrderStatus.PAID else 0)
    elif asked.restock is RestockType.RETURN:
        _bounded(asked.quantity, line.delivered)
    else:
        _bounded(asked.quantity, line.line.quantity)
    minor = line.price_of(asked.quantity)
    if line.refunded + asked.quantity > line.line.quantity or line.refunded_minor + minor > line.line.charged.minor:
        raise refuse(RefusalCode.REFUND_TOO_HIGH, "These units are already refunded.", "quantity")
    is_back = asked.restock is RestockType.RETURN
    return RefundedLine(asked.position, asked.quantity, asked.restock, minor, is_back, priced=True)


def amount_to_refund(life: OrderLife, command: RefundOrder, lines: Sequence[RefundedLine]) -> Money:
    """The amount to refund. Refused: INVALID, REFUND_TOO_HIGH."""
    currency = life.order.total.currency
    if command.amount is None:
        amount = Money(sum(line.minor for line in lines), currency)
    else:
        amount = Money(minor_of(command.amount, life), currency)
    if amount.minor > life.refundable.minor:
        left = life.refundable.decimal
        raise refuse(RefusalCode.REFUND_TOO_HIGH, f"At most {left} {currency} can be refunded.", "amount")
    return amount


def units_by_variant(life: OrderLife, lines: Sequence[RefundedLine]) -> dict[int, int]:
    """Units that go back for sale, variant ids ascending; lines without a variant are left out."""
    variants = {line.line.position: line.line.variant_id for line in life.lines}
    units: dict[int, int] = {}
    for line in lines:
        variant_id = variants[line.position]
        if line.restock is not RestockType.NO_RESTOCK and variant_id is not None:
            units[variant_id] = units.get(variant_id, 0) + line.quantity
    return dict(sorted(units.items()))


def minor_of(amount: str, life: OrderLife) -> int:
    """Minor units of an amount in the order's currency. Refused: INVALID."""
    currency = life.order.total.currency
    try:
        minor = minor_units(amount, currency)
    except ValueError:
        minor = 0
    if minor <= 0:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be a positive amount of {currency}.", "amount")
    return minor


def _named(life: OrderLife, positions: Sequence[int]) -> Mapping[int, LineLife]:
    if not 0 < len(positions) <= MAX_LINES or len(set(positions)) < len(positions):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_LINES} lines, each once.", "lines")
    lines = {line.line.position: line for line in life.lines}
    for index, position in enumerate(positions):
        if position not in lines:
            raise refuse(RefusalCode.LINE_NOT_FOUND, "The order has no such line.", "lines", index, "position")
    return lines


def _bounded(quantity: int, most: int) -> None:
    if not 0 < quantity <= most:
        message = f"{INPUT} must be 1 to {most}." if most else "None are left."
        raise refuse(RefusalCode.INVALID_QUANTITY, message, "quantity")
