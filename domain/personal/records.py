"""Who has a taste, what they do, and what they have hidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.accounts import Consent, Viewer
from domain.catalog.unwanted import Unwanted

# The most products and categories that one person can hide.
MAX_HIDDEN = 500
# Replaces the key of a product when its id names none.
NO_PRODUCT = 0


class EventType(StrEnum):
    """What a shopper did."""

    VIEW = "VIEW"
    SEARCH = "SEARCH"
    ADD_TO_CART = "ADD_TO_CART"
    NOT_INTERESTED = "NOT_INTERESTED"


@dataclass(frozen=True, slots=True)
class ShopperEvent:
    """An action of a shopper on a product (its key) or a category (its handle)."""

    type: EventType
    product_id: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A product, by its key, or a category, by its handle: exactly one of both."""

    product_id: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Dislike:
    """A thing that a person has hidden, and when."""

    thing: Thing
    hidden_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """The owner of a taste.

    `kind` separates accounts, devices that the shop named and devices that named themselves.
    """

    kind: str
    id: str

    @property
    def key(self) -> str:
        """A key that is unique among all persons.

        >>> Person("customer", "17").key
        'customer:17'
        """
        return f"{self.kind}:{self.id}"

    @property
    def is_claimed(self) -> bool:
        """Whether only the client itself vouches for this identity."""
        return self.kind == "claimed"

    @property
    def customer_id(self) -> int | None:
        """The key of the account; None for devices."""
        return int(self.id) if self.kind == "customer" else None


def unwanted_of(dislikes: Iterable[Dislike]) -> Unwanted:
    """What lists leave out."""
    things = [each.thing for each in dislikes]
    return Unwanted(
        frozenset(each.product_id for each in things if each.product_id is not None),
        frozenset(each.category for each in things if each.category is not None),
    )


def account(customer_id: int) -> Person:
    """The person of an account."""
    return Person("customer", str(customer_id))


def device_of(viewer: Viewer) -> Person | None:
    """The device that a viewer uses; None for viewers without a device id."""
    kind, _, device = (viewer.device_id or "").partition(":")
    return Person(kind, device) if device else None


def person_of(viewer: Viewer, consent: Consent) -> Person | None:
    """The account, or else the device of a visitor who allows preferences; None for all others.

    What an account has hidden is data of the account, so it counts without that consent; likings do not:
    see `Taste.permitted`.
    """
    if viewer.customer_id is not None:
        return account(viewer.customer_id)
    return device_of(viewer) if consent.preferences else None
