"""Validates the input for a cart before anything is locked."""

from collections.abc import Sequence
from dataclasses import replace

from domain.cart import MAX_LINES, MAX_QUANTITY, AddLine, Attributes, BuyerChanges, ChangeLine, NewCart, NewMetafield
from domain.catalog.metafields import MAX_VALUE
from domain.discounts.rules import normal_code, shown_code
from domain.kit.refusals import INPUT, RefusalCode, Refused, refuse
from services.cart import addresses
from services.kit.texts import EMAIL_RULE, PHONE_RULE, is_email, is_line, is_phone, is_text

MAX_ATTRIBUTES = 50
MAX_NOTE = 5_000
MAX_CODES = 10
MAX_METAFIELDS = 25


def new_cart(new: NewCart) -> NewCart:
    """A new cart, ready to store. Refused: INVALID, INVALID_QUANTITY, TOO_LONG and as for addresses."""
    addresses.check(new.addresses)
    return replace(
        new,
        lines=lines_to_add(new.lines),
        buyer=buyer_changes(new.buyer),
        note=note_text(new.note),
        attributes=attribute_pairs(new.attributes),
        discount_codes=code_texts(new.discount_codes),
        metafields=metafield_texts(new.metafields),
    )


def lines_to_add(lines: Sequence[AddLine]) -> tuple[AddLine, ...]:
    """New lines, ready to store. Refused: TOO_MANY_LINES, INVALID_QUANTITY, TOO_LONG, INVALID."""
    if len(lines) > MAX_LINES:
        raise too_many_lines()
    given = []
    for position, line in enumerate(lines):
        if line.quantity < 1:
            message = f"{INPUT} must be at least 1."
            raise refuse(RefusalCode.INVALID_QUANTITY, message, "lines", position, "quantity")
        if line.attributes:
            line = replace(line, attributes=attribute_pairs(line.attributes, "lines", position))
        given.append(line)
    return tuple(given)


def lines_to_change(changes: Sequence[ChangeLine]) -> tuple[ChangeLine, ...]:
    """Changes, ready to store. Refused: TOO_MANY_LINES, INVALID_QUANTITY, TOO_LONG, INVALID."""
    if len(changes) > MAX_LINES:
        raise too_many_lines()
    given = []
    for position, change in enumerate(changes):
        if change.quantity is not None:
            check_quantity(change.quantity, position)
        named = change.attributes
        attributes = None if named is None else attribute_pairs(named, "lines", position)
        given.append(replace(change, attributes=attributes))
    return tuple(given)


def too_many_lines() -> Refused:
    """The refusal of a call that names more lines than a cart can hold."""
    return refuse(RefusalCode.TOO_MANY_LINES, f"A cart must have at most {MAX_LINES} lines.", "lines")


def check_quantity(quantity: int, position: int) -> int:
    """Units of the line at `position` in the input. Refused: INVALID_QUANTITY."""
    if not 0 <= quantity <= MAX_QUANTITY:
        message = f"{INPUT} must be 0 to {MAX_QUANTITY}."
        raise refuse(RefusalCode.INVALID_QUANTITY, message, "lines", position, "quantity")
    return quantity


def note_text(note: str) -> str:
    """A note. Refused: TOO_LONG, INVALID."""
    if len(note) > MAX_NOTE:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_NOTE} characters.", "note")
    if not is_text(note):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must not contain control characters.", "note")
    return note


def attribute_pairs(attributes: Attributes, *owner: str | int) -> Attributes:
    """Attributes of a cart or of `owner`. The last of several equal keys wins. Refused: TOO_LONG, INVALID."""
    if len(attributes) > MAX_ATTRIBUTES or any(len(key) > 255 or len(value) > 2_000 for key, value in attributes):
        bounds = f"at most {MAX_ATTRIBUTES}, with keys of at most 255 and values of at most 2000 characters"
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must be {bounds}.", *owner, "attributes")
    if not all(is_line(key) and is_text(value) for key, value in attributes):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must not contain control characters.", *owner, "attributes")
    return tuple(dict(attributes).items())


def code_texts(codes: Sequence[str]) -> tuple[str, ...]:
    """The discount codes as people see them, each once. Refused: TOO_LONG."""
    first: dict[str, str] = {}
    for code in filter(None, map(shown_code, codes)):
        first.setdefault(normal_code(code), code)
    distinct = tuple(first.values())
    if len(distinct) > MAX_CODES or any(len(code) > 255 for code in distinct):
        raise refuse(
            RefusalCode.TOO_LONG,
            f"{INPUT} must be at most {MAX_CODES} codes of at most 255 characters.",
            "discount_codes",
        )
    return distinct


def metafield_texts(metafields: Sequence[NewMetafield]) -> tuple[NewMetafield, ...]:
    """Metafields, ready to store. Refused: TOO_LONG, INVALID, BLANK."""
    if len(metafields) > MAX_METAFIELDS:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must be at most {MAX_METAFIELDS} metafields.", "metafields")
    for position, one in enumerate(metafields):
        for term, text, most in (("key", one.key, 64), ("type", one.type, 64), ("value", one.value, MAX_VALUE)):
            if not text.strip():
                raise refuse(RefusalCode.BLANK, f"{INPUT} must not be blank.", "metafields", position, term)
            if len(text) > most:
                message = f"{INPUT} must have at most {most} characters."
                raise refuse(RefusalCode.TOO_LONG, message, "metafields", position, term)
        if not (is_line(f"{one.namespace}{one.key}{one.type}") and is_text(one.value)):
            message = f"{INPUT} must not contain control characters."
            raise refuse(RefusalCode.INVALID, message, "metafields", position, "value")
    return tuple(metafields)


def buyer_changes(buyer: BuyerChanges) -> BuyerChanges:
    """What changes about the buyer, with surrounding spaces removed. Refused: INVALID."""
    changes = buyer.copy()
    if "email" in buyer:
        changes["email"] = email = _stripped(buyer["email"])
        if email is not None and not is_email(email):
            raise refuse(RefusalCode.INVALID, EMAIL_RULE, "buyer", "email")
    if "phone" in buyer:
        changes["phone"] = phone = _stripped(buyer["phone"])
        if phone is not None and not is_phone(phone, buyer.get("country")):
            raise refuse(RefusalCode.INVALID, PHONE_RULE, "buyer", "phone")
    return changes


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()
