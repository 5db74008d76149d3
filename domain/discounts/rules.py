"""Discounts: what a code takes off, when, how often, and how the amount is spread over the lines of an order."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict

from domain.kit.money import charge_step
from domain.territories.markets import Territory

WHOLE = 10_000


class DiscountKind(StrEnum):
    """What a discount takes off."""

    PERCENTAGE = "PERCENTAGE"
    AMOUNT = "AMOUNT"
    FREE_SHIPPING = "FREE_SHIPPING"


class DiscountFamily(StrEnum):
    """Discounts that staff edit in the same form: a percentage may become an amount, but never free shipping."""

    BASIC = "BASIC"
    FREE_SHIPPING = "FREE_SHIPPING"


class DiscountState(StrEnum):
    """Whether a code can be used now, by the database's clock. An ACTIVE discount may still have reached its limit."""

    ACTIVE = "ACTIVE"
    SCHEDULED = "SCHEDULED"
    EXPIRED = "EXPIRED"
    DEACTIVATED = "DEACTIVATED"


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount, keyed by its code in the form that `normal_code` gives. Money is in the default territory's currency.

    `basis_points` applies to a PERCENTAGE and `minor` to an AMOUNT; otherwise they are 0. The discount needs a subtotal
    of `minimum_minor` and is active while starts_at <= now < ends_at. Limits count orders; None means no limit.
    """

    id: int
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
    is_active: bool
    state: DiscountState

    @property
    def family(self) -> DiscountFamily:
        """The form in which staff create and edit it."""
        is_free = self.kind is DiscountKind.FREE_SHIPPING
        return DiscountFamily.FREE_SHIPPING if is_free else DiscountFamily.BASIC


class DiscountChanges(TypedDict, total=False):
    """The fields of a discount that staff send. A missing field stays as it is; None clears a field that may be empty.

    `percentage` is a fraction of 1; `amount` and `minimum` are in the default territory's currency. `once_per_customer`
    sets `customer_limit` to one or to none.
    """

    code: str
    title: str
    percentage: Decimal
    amount: Decimal
    minimum: Decimal | None
    starts_at: datetime
    ends_at: datetime | None
    total_limit: int | None
    customer_limit: int | None
    once_per_customer: bool


def normal_code(text: str) -> str:
    """A code as it is stored and compared.

    Case, surrounding spaces, wide forms and invisible characters do not count: people copy codes from mails.

    >>> normal_code(" welcome\u200b10 "), normal_code("\uff37\uff25LCOME10")
    ('WELCOME10', 'WELCOME10')
    """
    return shown_code(unicodedata.normalize("NFKC", text)).upper()


def shown_code(text: str) -> str:
    """A code as people see it: without invisible characters and surrounding spaces.

    >>> shown_code(" Welcome\u200b10 ")
    'Welcome10'
    """
    return "".join(character for character in text if unicodedata.category(character) != "Cf").strip()


def is_enough(discount: Discount, subtotal_minor: int, default: Territory, territory: Territory) -> bool:
    """Whether a subtotal, in minor units of the territory's currency, reaches the minimum of the discount."""
    return subtotal_minor >= territory.exchanged(discount.minimum_minor, default)


def reduction(discount: Discount, subtotal_minor: int, default: Territory, territory: Territory) -> int:
    """What a discount takes off the price of products, at most that price; in minor units of the territory's currency.

    Percentages round half up to an amount that can be charged. Free shipping takes nothing off products.
    """
    match discount.kind:
        case DiscountKind.PERCENTAGE:
            step = charge_step(territory.currency)
            return (2 * subtotal_minor * discount.basis_points + WHOLE * step) // (2 * WHOLE * step) * step
        case DiscountKind.AMOUNT:
            return min(territory.exchanged(discount.minor, default), subtotal_minor)
        case DiscountKind.FREE_SHIPPING:
            return 0


def allocate(amount_minor: int, weights: Sequence[int], step: int = 1) -> list[int]:
    """Spreads an amount over lines in proportion to their prices. The shares add up to exactly the amount.

    Amount, prices and shares are multiples of `step`. The remaining steps go to the largest remainders, to the first
    among equal ones. No share is more than its line. Raises `ValueError` for an amount that is more than all lines.

    >>> allocate(100, [100, 100, 100]), allocate(5, [1, 0, 9]), allocate(100, [100, 100, 100], 10)
    ([34, 33, 33], [1, 0, 4], [40, 30, 30])
    """
    total = sum(weights)
    if not 0 <= amount_minor <= total:
        raise ValueError(f"{amount_minor} cannot be taken off {total}")
    if total == 0:
        return [0] * len(weights)
    parts = [divmod(amount_minor // step * weight, total) for weight in weights]
    shares = [share for share, _ in parts]
    largest = sorted(range(len(parts)), key=lambda line: -parts[line][1])
    for line in largest[: amount_minor // step - sum(shares)]:
        shares[line] += 1
    return [share * step for share in shares]
