"""What people give for a cart, judged before anything is locked."""

from collections.abc import Sequence
from dataclasses import replace

from domain.cart import MAX_LINES, MAX_QUANTITY, AddLine, Attributes, BuyerIdentity, ChangeLine, NewCart
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from services.cart import addresses
from services.kit.texts import is_email, is_line, is_phone, is_text

MAX_ATTRIBUTES = 50
MAX_NOTE = 5_000
MAX_CODES = 10


def new_cart(new: NewCart) -> NewCart:
    """What a cart begins with, as it is kept. Refused: INVALID, INVALID_QUANTITY, TOO_LONG and as for addresses."""
    addresses.check(new.addresses)
    return replace(
        new,
        lines=lines_to_add(new.lines),
        buyer=buyer_identity(new.buyer),
        note=note_text(new.note),
        attributes=attribute_pairs(new.attributes),
        discount_codes=code_texts(new.discount_codes),
    )


def lines_to_add(lines: Sequence[AddLine]) -> tuple[AddLine, ...]:
    """New lines as they are kept. Refused: TOO_MANY_LINES, INVALID_QUANTITY, TOO_LONG, INVALID."""
    check_count(lines)
    return each("lines", lines, _line_to_add)


def _line_to_add(line: AddLine) -> AddLine:
    if line.quantity < 1:
        raise refuse(RefusalCode.INVALID_QUANTITY, f"{INPUT} must be at least 1.", "quantity")
    return replace(line, attributes=attribute_pairs(line.attributes)) if line.attributes else line


def lines_to_change(changes: Sequence[ChangeLine]) -> tuple[ChangeLine, ...]:
    """Changes as they are kept. Refused: TOO_MANY_LINES, INVALID_QUANTITY, TOO_LONG, INVALID."""
    check_count(changes)
    return each("lines", changes, _line_to_change)


def _line_to_change(change: ChangeLine) -> ChangeLine:
    if change.quantity is not None:
        check_quantity(change.quantity)
    return replace(change, attributes=None if change.attributes is None else attribute_pairs(change.attributes))


def check_count(lines: Sequence[object]) -> None:
    """No call needs more lines than a cart can hold. Refused: TOO_MANY_LINES."""
    if len(lines) > MAX_LINES:
        raise refuse(RefusalCode.TOO_MANY_LINES, f"A cart must have at most {MAX_LINES} lines.", "lines")


def check_quantity(quantity: int) -> int:
    """Units of a line. Refused: INVALID_QUANTITY."""
    if not 0 <= quantity <= MAX_QUANTITY:
        raise refuse(RefusalCode.INVALID_QUANTITY, f"{INPUT} must be 0 to {MAX_QUANTITY}.", "quantity")
    return quantity


def note_text(note: str) -> str:
    """A note. Refused: TOO_LONG, INVALID."""
    if len(note) > MAX_NOTE:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_NOTE} characters.", "note")
    if not is_text(note):
        raise refuse(RefusalCode.INVALID, "A note holds what can be seen.", "note")
    return note


def attribute_pairs(attributes: Attributes) -> Attributes:
    """Attributes, of equal keys the last. Refused: TOO_LONG, INVALID."""
    if len(attributes) > MAX_ATTRIBUTES or any(len(key) > 255 or len(value) > 2_000 for key, value in attributes):
        bounds = f"at most {MAX_ATTRIBUTES}, with keys of at most 255 and values of at most 2000 characters"
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must be {bounds}.", "attributes")
    if not all(is_line(key) and is_text(value) for key, value in attributes):
        raise refuse(RefusalCode.INVALID, "An attribute holds what can be seen.", "attributes")
    return tuple(dict(attributes).items())


def code_texts(codes: Sequence[str]) -> tuple[str, ...]:
    """Discount codes, each once. Refused: TOO_LONG."""
    distinct = tuple(dict.fromkeys(codes))
    if len(distinct) > MAX_CODES or any(len(code) > 255 for code in distinct):
        raise refuse(
            RefusalCode.TOO_LONG,
            f"{INPUT} must be at most {MAX_CODES} codes of at most 255 characters.",
            "discount_codes",
        )
    return distinct


def buyer_identity(buyer: BuyerIdentity) -> BuyerIdentity:
    """Who will buy, without spaces around. Refused: INVALID."""
    email, phone = _stripped(buyer.email), _stripped(buyer.phone)
    if email is not None and not is_email(email):
        raise refuse(RefusalCode.INVALID, "Email is invalid.", "buyer", "email")
    if phone is not None and not is_phone(phone):
        raise refuse(RefusalCode.INVALID, "Phone is invalid.", "buyer", "phone")
    return replace(buyer, email=email, phone=phone)


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()
