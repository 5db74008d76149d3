"""Inputs of staff about orders, judged before anything is read."""

import re

from domain.kit.refusals import refuse
from domain.orders.after_payment import Tracking
from domain.orders.commands import RefundOrder

MAX_TEXT = 255
MAX_URL = 1_024
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def check_note(note: str | None, *field: str) -> None:
    """Refused: TOO_LONG."""
    if note is not None and len(note) > MAX_TEXT:
        raise refuse("TOO_LONG", f"A note has at most {MAX_TEXT} characters.", *field)


def check_refund(command: RefundOrder) -> None:
    """Refused: TOO_LONG, INVALID."""
    check_note(command.note, "input", "note")
    if (command.amount is None) == (not command.lines):
        raise refuse("INVALID", "Give either an amount or lines.", "input")
    if command.key is not None and not _KEY.fullmatch(command.key):
        raise refuse("INVALID", "A key has 1 to 64 letters, digits and .-_: of ASCII.", "input", "idempotencyKey")


def check_tracking(tracking: Tracking) -> None:
    """Refused: TOO_LONG."""
    for name, value, most in (
        ("company", tracking.company, MAX_TEXT),
        ("number", tracking.number, MAX_TEXT),
        ("url", tracking.url, MAX_URL),
    ):
        if value is not None and len(value) > most:
            raise refuse("TOO_LONG", f"At most {most} characters are kept.", "fulfillment", "trackingInfo", name)
