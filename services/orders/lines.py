"""Which units of an order may be sent, taken back or paid back: the checks that need no database."""

from collections.abc import Mapping, Sequence

from domain.kit.money import Money, minor_units
from domain.kit.refusals import refuse
from domain.orders.after_payment import LineLife, OrderLife, RefundedLine, RestockType
from domain.orders.commands import LineUnits, RefundOrder
from domain.orders.life import OrderStatus

MAX_LINES = 500


def units_to_send(life: OrderLife, asked: Sequence[LineUnits] | None) -> dict[int, int]:
    """Units by position; all that are left when none are named. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY."""
    if asked is None:
        return {line.line.position: line.unfulfilled for line in life.lines if line.unfulfilled > 0}
    lines = _named(life, [units.position for units in asked], "fulfillment", "lineItems")
    for units in asked:
        _bounded(units.quantity, lines[units.position].unfulfilled, "fulfillment", "lineItems", "quantity")
    return {units.position: units.quantity for units in asked}


def units_back(life: OrderLife, asked: Sequence[LineUnits], restock: bool) -> tuple[RefundedLine, ...]:
    """Delivered units that came back. Refused: INVALID, LINE_NOT_FOUND, INVALID_QUANTITY."""
    field = ("returnInput", "returnLineItems")
    lines = _named(life, [units.position for units in asked], *field)
    for units in asked:
        _bounded(units.quantity, lines[units.position].delivered, *field, "quantity")
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
    lines = _named(life, [asked.position for asked in command.lines], "input", "refundLineItems")
    return tuple(_refunded(life, lines[asked.position], asked) for asked in command.lines)


def _refunded(life: OrderLife, line: LineLife, asked: RefundedLine) -> RefundedLine:
    field = ("input", "refundLineItems", "quantity")
    if asked.restock is RestockType.CANCEL:
        _bounded(asked.quantity, line.unfulfilled if life.order.status is OrderStatus.PAID else 0, *field)
    elif asked.restock is RestockType.RETURN:
        _bounded(asked.quantity, line.delivered, *field)
    else:
        _bounded(asked.quantity, line.line.quantity, *field)
    minor = line.price_of(asked.quantity)
    if line.refunded + asked.quantity > line.line.quantity or line.refunded_minor + minor > line.line.charged.minor:
        raise refuse("REFUND_TOO_HIGH", "These units were paid back already.", *field)
    is_back = asked.restock is RestockType.RETURN
    return RefundedLine(asked.position, asked.quantity, asked.restock, minor, is_back, priced=True)


def amount_to_refund(life: OrderLife, command: RefundOrder, lines: Sequence[RefundedLine]) -> Money:
    """What is to be given back. Refused: INVALID, REFUND_TOO_HIGH."""
    currency = life.order.total.currency
    if command.amount is None:
        amount = Money(sum(line.minor for line in lines), currency)
    else:
        amount = Money(minor_of(command.amount, life), currency)
    if amount.minor > life.refundable.minor:
        left = life.refundable.decimal
        raise refuse("REFUND_TOO_HIGH", f"At most {left} {currency} can be given back.", "input", "amount")
    return amount


def units_by_variant(life: OrderLife, lines: Sequence[RefundedLine]) -> dict[int, int]:
    """Units that go back for sale, variant ids rising; lines whose variant is gone are left out."""
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
        raise refuse("INVALID", f"That is not an amount of {currency}.", "input", "amount")
    return minor


def _named(life: OrderLife, positions: Sequence[int], *field: str) -> Mapping[int, LineLife]:
    if not 0 < len(positions) <= MAX_LINES or len(set(positions)) < len(positions):
        raise refuse("INVALID", f"Name 1 to {MAX_LINES} lines, each once.", *field)
    lines = {line.line.position: line for line in life.lines}
    for position in positions:
        if position not in lines:
            raise refuse("LINE_NOT_FOUND", "The order has no such line.", *field)
    return lines


def _bounded(quantity: int, most: int, *field: str) -> None:
    if not 0 < quantity <= most:
        raise refuse("INVALID_QUANTITY", f"The quantity must be 1 to {most}." if most else "None are left.", *field)
