"""Checks of staff's inputs about orders, before any read."""

import re

from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.kit.urls import is_web_url
from domain.orders.after_payment import Tracking
from domain.orders.commands import RefundOrder

MAX_TEXT = 255
MAX_URL = 1_024
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def check_note(note: str | None) -> None:
    """Refused: TOO_LONG."""
    if note is not None and len(note) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", "note")


def check_refund(command: RefundOrder) -> None:
    """Refused: TOO_LONG, INVALID."""
    check_note(command.note)
    if command.amount is None and command.shipping is None and not command.lines:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have `refundLineItems`, `shipping` or `amount`.")
    if command.shipping is not None and (command.shipping.amount is None) is not command.shipping.full:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must have either `amount` or `fullRefund: true`.", "shipping")
    if command.key is not None and not _KEY.fullmatch(command.key):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to 64 ASCII letters, digits or `.-_:`.", "key")


def check_tracking(tracking: Tracking) -> None:
    """Refused: TOO_LONG, INVALID."""
    for term, value, most in (
        ("company", tracking.company, MAX_TEXT),
        ("number", tracking.number, MAX_TEXT),
        ("url", tracking.url, MAX_URL),
    ):
        if value is not None and len(value) > most:
            raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {most} characters.", "tracking", term)
    if tracking.url is not None and not is_web_url(tracking.url):
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be an http or https URL.", "tracking", "url")
