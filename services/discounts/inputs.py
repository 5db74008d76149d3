"""What staff gives of a discount, judged and made part of it; no store is asked."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

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
from domain.kit.refusals import Refused, refuse
from domain.kit.times import check_year

# The argument that is to blame, by family.
ARGUMENTS = {DiscountFamily.BASIC: "basicCodeDiscount", DiscountFamily.FREE_SHIPPING: "freeShippingCodeDiscount"}
MAX_TEXT = 255
# Clients are told limits in 32 bits.
MAX_LIMIT = 2**31 - 1


def new_discount(family: DiscountFamily, changes: DiscountChanges, currency: str, now: datetime) -> Discount:
    """A discount that starts now unless told otherwise. Refused: BLANK, TOO_LONG, INVALID."""
    kind = DiscountKind.FREE_SHIPPING if family is DiscountFamily.FREE_SHIPPING else DiscountKind.PERCENTAGE
    blank = Discount(0, "", "", kind, 0, 0, 0, now, None, None, None, True, DiscountState.ACTIVE)
    discount = changed(blank, changes, currency)
    if not discount.code:
        raise refuse("BLANK", "Code can't be blank.", ARGUMENTS[family], "code")
    if family is DiscountFamily.BASIC and not discount.basis_points and not discount.minor:
        raise refuse("BLANK", "Value can't be blank.", ARGUMENTS[family], "customerGets", "value")
    return discount if discount.title else replace(discount, title=discount.code)


def changed(old: Discount, changes: DiscountChanges, currency: str) -> Discount:
    """The discount with the changes; money is in `currency`. Refused: BLANK, TOO_LONG, INVALID."""
    root = ARGUMENTS[old.family]
    new = _with_value(_with_texts(old, changes, root), changes, currency, root)
    new = replace(
        new,
        starts_at=changes.get("starts_at", old.starts_at),
        ends_at=changes.get("ends_at", old.ends_at),
        total_limit=changes.get("total_limit", old.total_limit),
        customer_limit=_customer_limit(old, changes, root),
    )
    _check_window(new, root)
    for name, limit in (("usageLimit", new.total_limit), ("usageLimitPerCustomer", new.customer_limit)):
        if limit is not None and not 1 <= limit <= MAX_LIMIT:
            raise refuse("INVALID", "A limit is 1 at least.", root, name)
    return new


def _customer_limit(old: Discount, changes: DiscountChanges, root: str) -> int | None:
    if "once_per_customer" not in changes:
        return changes.get("customer_limit", old.customer_limit)
    once = changes["once_per_customer"]
    limit = changes.get("customer_limit", 1 if once else None)
    if (limit == 1) is not once:
        raise refuse("INVALID", "The two limits per customer contradict each other.", root, "appliesOncePerCustomer")
    return limit


def _with_texts(old: Discount, changes: DiscountChanges, root: str) -> Discount:
    code, title = normal_code(changes.get("code", old.code)), changes.get("title", old.title).strip()
    for name, was_given, text in (("code", "code" in changes, code), ("title", "title" in changes, title)):
        if was_given and not text:
            raise refuse("BLANK", f"{name.capitalize()} can't be blank.", root, name)
        if len(text) > MAX_TEXT:
            raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", root, name)
        if not text.isprintable():
            raise refuse("INVALID", "Only characters that can be seen are kept.", root, name)
    return replace(old, code=code, title=title)


def _with_value(old: Discount, changes: DiscountChanges, currency: str, root: str) -> Discount:
    new = old
    if "percentage" in changes and "amount" in changes:
        raise refuse("INVALID", "Give either a percentage or an amount.", root, "customerGets", "value")
    if "percentage" in changes:
        basis_points = _basis_points(changes["percentage"], root)
        new = replace(old, kind=DiscountKind.PERCENTAGE, basis_points=basis_points, minor=0)
    elif "amount" in changes:
        path = (root, "customerGets", "value", "discountAmount")
        minor = _minor(changes["amount"], 1, currency, *path)
        new = replace(old, kind=DiscountKind.AMOUNT, basis_points=0, minor=minor)
    if "minimum" in changes:
        minimum = changes["minimum"] or Decimal(0)
        new = replace(new, minimum_minor=_minor(minimum, 0, currency, root, "minimumRequirement"))
    return new


def _basis_points(percentage: Decimal, root: str) -> int:
    points = percentage * WHOLE
    if points != points.to_integral_value() or not 1 <= points <= WHOLE:
        message = "A percentage is a part of 1, from 0.0001 to 1 with four decimal places."
        raise refuse("INVALID", message, root, "customerGets", "value", "percentage")
    return int(points)


def _minor(amount: Decimal, least: int, currency: str, *field: str) -> int:
    try:
        minor = minor_units(str(amount), currency)
    except ValueError:
        raise _no_amount(currency, *field) from None
    if minor < least:
        raise _no_amount(currency, *field)
    return minor


def _no_amount(currency: str, *field: str) -> Refused:
    return refuse("INVALID", f"That is not an amount of {currency}.", *field)


def _check_window(discount: Discount, root: str) -> None:
    for name, time in (("startsAt", discount.starts_at), ("endsAt", discount.ends_at)):
        if time is not None:
            check_year(time, root, name)
    if discount.ends_at is not None and discount.ends_at <= discount.starts_at:
        raise refuse("INVALID", "It must end after it starts.", root, "endsAt")
