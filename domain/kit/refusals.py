"""Expected failures as data.

Refused (exception: undoes the transaction and carries refusals to the resolver)
AccessDenied (exception: the viewer lacks the permission; the edge answers an error, not data)
Unavailable (exception: a store is out of reach for now; the edge answers an error with `retry_after`)
└── Misconfigured (exception: until an operator corrects a setting)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, TypeAlias, TypeVar

T = TypeVar("T")
S = TypeVar("S")
Path: TypeAlias = tuple[str | int, ...]
# In messages, the placeholder for the client's name of the input at `path`.
INPUT = "`{input}`"


class RefusalCode(StrEnum):
    """Every reason for a refusal, as a code for programs; `meaning` explains it to people."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        """Creates a member whose value is its name."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    ADDRESS_NOT_FOUND = "ADDRESS_NOT_FOUND", "The cart has no such address."
    ATTEMPT_TOKEN_REUSED = "ATTEMPT_TOKEN_REUSED", "The attempt token belongs to an attempt with different content."
    BAD_CURSOR = "BAD_CURSOR", "The cursor is not from this shop, or belongs to another list."
    BAD_PAGE = "BAD_PAGE", "The page arguments are not valid."
    BLANK = "BLANK", "The value must not be blank."
    BUYER_IDENTITY_REQUIRED = "BUYER_IDENTITY_REQUIRED", "The buyer must be known."
    CART_COMPLETED = "CART_COMPLETED", "The cart has become an order and can no longer be changed."
    CART_EMPTY = "CART_EMPTY", "The cart has no lines."
    CART_NOT_FOUND = "CART_NOT_FOUND", "There is no such cart."
    CUSTOMER_DISABLED = "CUSTOMER_DISABLED", "The account must be activated before anybody can log in."
    CUSTOMER_LIMIT_REACHED = "CUSTOMER_LIMIT_REACHED", "The limit per customer is reached."
    DELIVERY_ADDRESS_INCOMPLETE = "DELIVERY_ADDRESS_INCOMPLETE", "The address lacks a field that carriers need."
    DELIVERY_POSTAL_CODE_INVALID = (
        "DELIVERY_POSTAL_CODE_INVALID",
        "The postal code does not have the form of its country.",
    )
    DELIVERY_PROVINCE_INVALID = "DELIVERY_PROVINCE_INVALID", "The country has no such province."
    DELIVERY_ADDRESS_REQUIRED = "DELIVERY_ADDRESS_REQUIRED", "A delivery address is required."
    DELIVERY_NOT_AVAILABLE = "DELIVERY_NOT_AVAILABLE", "The goods cannot be delivered to that address."
    FLASH_SALE_OVER = "FLASH_SALE_OVER", "The flash sale is over and can no longer be changed."
    FLASH_SALE_OVERLAPS = "FLASH_SALE_OVERLAPS", "A variant has another flash sale at that time."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "The key belongs to a request with different content."
    IMPORTED_ORDER = "IMPORTED_ORDER", "The order was imported and cannot be changed here."
    INVALID = "INVALID", "The value is not valid."
    INVALID_DELIVERY_OPTION = "INVALID_DELIVERY_OPTION", "That delivery option is not available."
    INVALID_QUANTITY = "INVALID_QUANTITY", "The quantity is out of bounds."
    LINE_NOT_FOUND = "LINE_NOT_FOUND", "The cart or order has no such line."
    MAXIMUM_EXCEEDED = "MAXIMUM_EXCEEDED", "The limit per order is exceeded."
    MERCHANDISE_NOT_FOUND = "MERCHANDISE_NOT_FOUND", "There is no such variant, or it is no longer for sale."
    NEGATIVE_QUANTITY = "NEGATIVE_QUANTITY", "Stock cannot fall below zero."
    NOT_CANCELLABLE = "NOT_CANCELLABLE", "The order cannot be cancelled in its current state."
    NOT_ENOUGH_STOCK = "NOT_ENOUGH_STOCK", "The warehouse has fewer units than the flash sale needs."
    NOT_FOUND = "NOT_FOUND", "There is nothing with that id."
    NOT_FULFILLABLE = "NOT_FULFILLABLE", "The order cannot be fulfilled in its current state."
    NOT_REFUNDABLE = "NOT_REFUNDABLE", "The order cannot be refunded in its current state."
    NOT_SUPPORTED = "NOT_SUPPORTED", "This shop does not support that part of the input yet."
    ORDER_EXPIRED = "ORDER_EXPIRED", "The payment came too late; nothing was bought."
    OUT_OF_STOCK = "OUT_OF_STOCK", "There are not enough units left."
    PAYMENT_DECLINED = "PAYMENT_DECLINED", "The payment was declined; nothing was bought."
    PAYMENT_METHOD_NOT_AVAILABLE = "PAYMENT_METHOD_NOT_AVAILABLE", "The territory has no such payment method."
    PAYMENT_NOT_RETRYABLE = "PAYMENT_NOT_RETRYABLE", "The payment of the order cannot be tried again or given up now."
    PRICE_CHANGED = "PRICE_CHANGED", "The total differs from the one that the buyer agreed to."
    RATE_LIMITED = "RATE_LIMITED", "Too much was sent in a short time; try again in a minute."
    REFUND_REFUSED = "REFUND_REFUSED", "The payment provider refused to pay the money back."
    REFUND_TOO_HIGH = "REFUND_TOO_HIGH", "The refund exceeds the amount that can still be refunded."
    TAKEN = "TAKEN", "The value is in use already."
    TOO_LONG = "TOO_LONG", "The value is too long."
    TOO_MANY = "TOO_MANY", "The request names more items than one answer can hold."
    TOO_MANY_ADDRESSES = "TOO_MANY_ADDRESSES", "The cart has too many addresses."
    TOO_MANY_LINES = "TOO_MANY_LINES", "The cart has too many lines."
    TOO_MANY_WISHES = "TOO_MANY_WISHES", "The wishlist has too many items, or the account too many wishlists."
    TOO_SHORT = "TOO_SHORT", "The value is too short."
    TOTAL_TOO_HIGH = "TOTAL_TOO_HIGH", "The total is too high."
    UNIDENTIFIED_CUSTOMER = "UNIDENTIFIED_CUSTOMER", "The e-mail address and the password do not match."
    VERSION_CONFLICT = "VERSION_CONFLICT", "Another change was saved or published in between."


# Only queries refuse with these. They appear as errors, never as data of a mutation.
OF_QUERIES = frozenset({RefusalCode.BAD_CURSOR, RefusalCode.BAD_PAGE, RefusalCode.TOO_MANY})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a command was not carried out.

    `message` is safe to show and may contain `INPUT`. `path` leads to the invalid part, in the terms of the command and
    with indexes of lists: `("lines", 2, "quantity")`. Each mutation maps the terms to the names of its arguments.
    """

    code: RefusalCode
    message: str
    path: Path = ()

    def within(self, *outer: str | int) -> Self:
        """The same refusal with `outer` before its path."""
        return replace(self, path=(*outer, *self.path))


class Refused(Exception):
    """Raised inside a transaction to undo it; the resolver answers `refusals` as data."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals

    def within(self, *outer: str | int) -> "Refused":
        """The same exception with `outer` before the path of each refusal."""
        return Refused(*(refusal.within(*outer) for refusal in self.refusals))


def refuse(code: RefusalCode, message: str, *path: str | int) -> Refused:
    """A `Refused` with one reason, for the caller to raise."""
    return Refused(Refusal(code, message, path))


def each(term: str | Path, given: Iterable[T], make: Callable[[T], S]) -> tuple[S, ...]:
    """Applies `make` to each item. The path of a refusal gets `term` and the index of the item.

    >>> def check(number: int) -> int:
    ...     if number < 1:
    ...         raise refuse(RefusalCode.INVALID, f"{INPUT} must be at least 1.", "limit")
    ...     return number
    >>> try:
    ...     each("variants", [3, 0], check)
    ... except Refused as refused:
    ...     refused.refusals[0].path
    ('variants', 1, 'limit')
    """
    made: list[S] = []
    for position, one in enumerate(given):
        try:
            made.append(make(one))
        except Refused as refused:
            outer = (term,) if isinstance(term, str) else term
            raise refused.within(*outer, position) from None
    return tuple(made)


class AccessDenied(Exception):
    """The viewer may not do this. `code` is UNAUTHENTICATED (nobody is signed in) or FORBIDDEN."""

    def __init__(self, code: str = "FORBIDDEN") -> None:
        super().__init__(code)
        self.code = code


CONTENT_UNAVAILABLE = "CONTENT_UNAVAILABLE"


class Unavailable(Exception):
    """A required store or record cannot answer now. `retry_after` is in seconds."""

    def __init__(self, code: str, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


class Misconfigured(Unavailable):
    """The settings of a store do not work: it refuses a certificate, a key or a user.

    Clients see the code and the message, as for a store that is down. The text of the exception is for operators: it
    names the setting, the store and the rule, and contains no secret.
    """

    def __init__(self, unavailable: Unavailable, setting: str, rule: str) -> None:
        super().__init__(unavailable.code, unavailable.message, unavailable.retry_after)
        self.args = (f"{setting}: {rule}",)
        self.setting = setting
