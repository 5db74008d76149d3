"""Submitting a cart: commands and what can come of them."""

from dataclasses import dataclass

from domain.orders import Order
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class SubmitCart:
    """A buyer's wish to turn a cart into an order, once per `attempt_token`, whatever is retried.

    `payment_token` is what the payment provider's own form gave the client.
    """

    cart_id: str
    attempt_token: str
    payment_token: str
    territory: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """The order exists. `replayed` when this token had been answered before."""

    order: Order
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class SubmitRefused:
    """No order was made; `refusals` say why."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many submit at this moment; nothing was done. Ask again with the same token in `poll_after` seconds."""

    poll_after: float


@dataclass(frozen=True, slots=True)
class AlreadyAccepted:
    """The cart had become an order under another token."""

    order: Order
