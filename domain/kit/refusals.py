"""Expected failures as data.

Refused (exception: unwinds the transaction, carries refusals to the resolver)
AccessDenied (exception: the viewer lacks the authority; the edge answers an error, not data)
Unavailable (exception: a store is out of reach for now; the edge answers an error with `retry_after`)
└── Misconfigured (exception: it stays so until an operator corrects a setting)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self, TypeAlias, TypeVar

T = TypeVar("T")
S = TypeVar("S")
Path: TypeAlias = tuple[str | int, ...]
# Stands in messages for what clients call the input that the path leads to.
INPUT = "`{input}`"


class RefusalCode(StrEnum):
    """Every reason for a refusal, for programs; `meaning` explains it to people."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        """A member from its name and its meaning; its value is the name."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    ADDRESS_NOT_FOUND = "ADDRESS_NOT_FOUND", "The cart has no such address."
    ATTEMPT_TOKEN_REUSED = "ATTEMPT_TOKEN_REUSED", "The attempt token belongs to an attempt with other content."
    BAD_CURSOR = "BAD_CURSOR", "The cursor was not made by this shop, or belongs to another list."
    BAD_PAGE = "BAD_PAGE", "The page is not one that can be given."
    BLANK = "BLANK", "The value may not be blank."
    BUYER_IDENTITY_REQUIRED = "BUYER_IDENTITY_REQUIRED", "It must be known who buys."
    CART_COMPLETED = "CART_COMPLETED", "The cart has become an order and cannot change any more."
    CART_EMPTY = "CART_EMPTY", "The cart has no lines."
    CART_NOT_FOUND = "CART_NOT_FOUND", "There is no such cart."
    CUSTOMER_LIMIT_REACHED = "CUSTOMER_LIMIT_REACHED", "One customer may not have more of it."
    DELIVERY_ADDRESS_INCOMPLETE = "DELIVERY_ADDRESS_INCOMPLETE", "The address lacks what a carrier needs."
    DELIVERY_ADDRESS_REQUIRED = "DELIVERY_ADDRESS_REQUIRED", "It must be known where the goods go."
    DELIVERY_NOT_AVAILABLE = "DELIVERY_NOT_AVAILABLE", "The goods cannot be sent there."
    FLASH_SALE_OVER = "FLASH_SALE_OVER", "The flash sale is over and cannot change any more."
    FLASH_SALE_OVERLAPS = "FLASH_SALE_OVERLAPS", "A variant has another flash sale at that time."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "The key belongs to a request with other content."
    IMPORTED_ORDER = "IMPORTED_ORDER", "The order was imported and cannot be changed here."
    INVALID = "INVALID", "The value is not valid."
    INVALID_DELIVERY_OPTION = "INVALID_DELIVERY_OPTION", "The goods are not sent that way."
    INVALID_QUANTITY = "INVALID_QUANTITY", "The quantity is out of bounds."
    LINE_NOT_FOUND = "LINE_NOT_FOUND", "The cart or order has no such line."
    MAXIMUM_EXCEEDED = "MAXIMUM_EXCEEDED", "One order may not have more of it."
    MERCHANDISE_NOT_FOUND = "MERCHANDISE_NOT_FOUND", "There is no such variant, or it is no longer for sale."
    NEGATIVE_QUANTITY = "NEGATIVE_QUANTITY", "Stock cannot fall below zero."
    NOT_CANCELLABLE = "NOT_CANCELLABLE", "The order cannot be cancelled, or not any more."
    NOT_ENOUGH_STOCK = "NOT_ENOUGH_STOCK", "The warehouse has fewer units than are to be set apart."
    NOT_FOUND = "NOT_FOUND", "There is nothing with that id."
    NOT_FULFILLABLE = "NOT_FULFILLABLE", "Nothing of the order can be sent, or not any more."
    NOT_REFUNDABLE = "NOT_REFUNDABLE", "No money of the order can be given back, or not any more."
    NOT_SUPPORTED = "NOT_SUPPORTED", "This shop does not support that part of the input yet."
    ORDER_EXPIRED = "ORDER_EXPIRED", "The payment came too late; nothing was bought."
    OUT_OF_STOCK = "OUT_OF_STOCK", "There are not enough units left."
    PAYMENT_DECLINED = "PAYMENT_DECLINED", "The payment was declined; nothing was bought."
    PRICE_CHANGED = "PRICE_CHANGED", "The total is another one than the buyer agreed to."
    RATE_LIMITED = "RATE_LIMITED", "Too much was sent in a short time; try again in a minute."
    REFUND_TOO_HIGH = "REFUND_TOO_HIGH", "More would be given back than was taken."
    TAKEN = "TAKEN", "The value is in use already."
    TOO_LONG = "TOO_LONG", "The value is too long."
    TOO_MANY = "TOO_MANY", "More was named than can be answered at once."
    TOO_MANY_ADDRESSES = "TOO_MANY_ADDRESSES", "The cart has too many addresses."
    TOO_MANY_LINES = "TOO_MANY_LINES", "The cart has too many lines."
    TOO_SHORT = "TOO_SHORT", "The value is too short."
    TOTAL_TOO_HIGH = "TOTAL_TOO_HIGH", "The total is too high."
    UNIDENTIFIED_CUSTOMER = "UNIDENTIFIED_CUSTOMER", "E-mail address and password do not go together."
    VERSION_CONFLICT = "VERSION_CONFLICT", "Somebody else published another version meanwhile."


# Only queries refuse with these; they arrive as errors, never as data of a mutation.
OF_QUERIES = frozenset({RefusalCode.BAD_CURSOR, RefusalCode.BAD_PAGE, RefusalCode.TOO_MANY})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a command was not carried out.

    `message` is safe to show and may hold `INPUT`. `path` leads to the part that is to blame, in the terms of the
    command and with indexes of lists: `("lines", 2, "quantity")`. Each mutation says what its arguments call them.
    """

    code: RefusalCode
    message: str
    path: Path = ()

    def within(self, *outer: str | int) -> Self:
        """The same of a part of something larger."""
        return replace(self, path=(*outer, *self.path))


class Refused(Exception):
    """Raised inside a transaction to undo it; the resolver answers `refusals` as data."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals

    def within(self, *outer: str | int) -> "Refused":
        """The same of a part of something larger."""
        return Refused(*(refusal.within(*outer) for refusal in self.refusals))


def refuse(code: RefusalCode, message: str, *path: str | int) -> Refused:
    """A `Refused` with one reason, to be raised by the caller."""
    return Refused(Refusal(code, message, path))


def each(term: str | Path, given: Iterable[T], make: Callable[[T], S]) -> tuple[S, ...]:
    """What is made of each; a refusal of one says which, as a part of the list that `term` names.

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
    """A needed store or record cannot answer now. `retry_after` is in seconds."""

    def __init__(self, code: str, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after


class Misconfigured(Unavailable):
    """A store cannot be used as the settings say: a certificate, a key or a user is refused.

    Clients see code and message, as for a store that is down. The text of the exception is for operators: it names the
    setting, the store and the rule, and holds no secret.
    """

    def __init__(self, unavailable: Unavailable, setting: str, rule: str) -> None:
        super().__init__(unavailable.code, unavailable.message, unavailable.retry_after)
        self.args = (f"{setting}: {rule}",)
