"""Validates what staff enter for a discount and applies it to the record, without reading any store."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from domain.discounts.rules import (
    WHOLE,
    Discount,
    DiscountChanges,
    DiscountFamily,
    DiscountKind,
    DiscountState,
    normal_code,
)
from domain.kit.money import minor_units
from domain.kit.refusals import INPUT, RefusalCode, Refused, refuse
from domain.kit.times import check_year

MAX_TEXT = 255
# GraphQL's Int has 32 bits.
MAX_LIMIT = 2**31 - 1


class Facts(TypedDict, total=False):
    """The given fields of `Discount`, ready to store."""

    code: str
    title: str
    kind: DiscountKind
    basis_points: int
    minor: int
    minimum_minor: int
    starts_at: datetime
    ends_at: datetime | None
    total_limit: int | None
    customer_limit: int | None


def facts_of(changes: DiscountChanges, currency: str) -> Facts:
    """The changes as fields of a discount, whatever its current values; money is in `currency`.

    Refused: BLANK, TOO_LONG, INVALID.
    """
    facts = _texts(changes) | _value(changes, currency) | _limits(changes)
    if "starts_at" in changes:
        check_year(changes["starts_at"], "starts_at")
        facts["starts_at"] = changes["starts_at"]
    if "ends_at" in changes:
        if changes["ends_at"] is not None:
            check_year(changes["ends_at"], "ends_at")
        facts["ends_at"] = changes["ends_at"]
    return facts


def new_discount(family: DiscountFamily, facts: Facts, now: datetime) -> Discount:
    """A new discount; it starts now unless a time is given. Refused: BLANK, INVALID."""
    kind = DiscountKind.FREE_SHIPPING if family is DiscountFamily.FREE_SHIPPING else DiscountKind.PERCENTAGE
    blank = Discount(0, "", "", kind, 0, 0, 0, now, None, None, None, True, DiscountState.ACTIVE)
    discount = changed(blank, facts)
    if not discount.code:
        raise refuse(RefusalCode.BLANK, "Code can't be blank.", "code")
    if family is DiscountFamily.BASIC and not discount.basis_points and not discount.minor:
        raise refuse(RefusalCode.BLANK, "Value can't be blank.", "value")
    return discount if discount.title else replace(discount, title=discount.code)


def changed(old: Discount, facts: Facts) -> Discount:
    """The discount with the changes. Refused: INVALID."""
    new = replace(old, **facts)
    if new.ends_at is not None and new.ends_at <= new.starts_at:
        raise refuse(RefusalCode.INVALID, f"{INPUT} must be after `startsAt`.", "ends_at")
    return new


def _limits(changes: DiscountChanges) -> Facts:
    facts = Facts()
    if "total_limit" in changes:
        facts["total_limit"] = changes["total_limit"]
    if "customer_limit" in changes or "once_per_customer" in changes:
        facts["customer_limit"] = _customer_limit(changes)
    for term, limit in (("total_limit", facts.get("total_limit")), ("customer_limit", facts.get("customer_limit"))):
        if limit is not None and not 1 <= limit <= MAX_LIMIT:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be 1 to {MAX_LIMIT}.", term)
    return facts


def _customer_limit(changes: DiscountChanges) -> int | None:
    if "once_per_customer" not in changes:
        return changes["customer_limit"]
    once = changes["once_per_customer"]
    limit = changes.get("customer_limit", 1 if once else None)
    if (limit == 1) is not once:
        message = f"{INPUT} must be true if `usageLimitPerCustomer` is 1, and false otherwise."
        raise refuse(RefusalCode.INVALID, message, "once_per_customer")
    return limit


def _texts(changes: DiscountChanges) -> Facts:
    facts = Facts()
    if "code" in changes:
        facts["code"] = _text("code", normal_code(changes["code"]))
    if "title" in changes:
        facts["title"] = _text("title", changes["title"].strip())
    return facts


def _text(term: str, text: str) -> str:
    if not text:
        raise refuse(RefusalCode.BLANK, f"{term.capitalize()} can't be blank.", term)
    if len(text) > MAX_TEXT:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TEXT} characters.", term)
    if not text.isprintable():
        raise refuse(RefusalCode.INVALID, f"{INPUT} must contain only printable characters.", term)
    return text


def _value(changes: DiscountChanges, currency: str) -> Facts:
    facts = Facts()
    if "percentage" in changes and "amount" in changes:
        raise refuse(
            RefusalCode.INVALID, f"{INPUT} must have either `percentage` or `discountAmount`, not both.", "value"
        )
    if "percentage" in changes:
        basis_points = _basis_points(changes["percentage"])
        facts = Facts(kind=DiscountKind.PERCENTAGE, basis_points=basis_points, minor=0)
    elif "amount" in changes:
        minor = _minor(changes["amount"], 1, currency, "amount")
        facts = Facts(kind=DiscountKind.AMOUNT, basis_points=0, minor=minor)
    if "minimum" in changes:
        facts["minimum_minor"] = _minor(changes["minimum"] or Decimal(0), 0, currency, "minimum")
    return facts


def _basis_points(percentage: Decimal) -> int:
    points = percentage * WHOLE
    if points != points.to_integral_value() or not 1 <= points <= WHOLE:
        message = f"{INPUT} must be 0.0001 to 1, with at most four decimal places."
        raise refuse(RefusalCode.INVALID, message, "percentage")
    return int(points)


def _minor(amount: Decimal, least: int, currency: str, term: str) -> int:
    try:
        minor = minor_units(str(amount), currency)
    except ValueError:
        raise _no_amount(currency, term) from None
    if minor < least:
        raise _no_amount(currency, term)
    return minor


def _no_amount(currency: str, term: str) -> Refused:
    return refuse(RefusalCode.INVALID, f"{INPUT} must be a valid amount in {currency}.", term)
