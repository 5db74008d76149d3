"""Submitting a cart: commands and what can come of them."""

from dataclasses import dataclass

from domain.cart import Cart
from domain.checkout.offers import Offer
from domain.kit.money import Money
from domain.kit.refusals import Refusal
from domain.orders.records import Order


@dataclass(frozen=True, slots=True)
class SubmitCart:
    """A buyer's wish to turn a cart into an order, once per `attempt_token`, whatever is retried.

    `payment_token` is what the payment provider's own form gave the client. `expected` is the total that the buyer
    agrees to; without it, the total that the cart was answered with last.
    """

    cart_id: str
    attempt_token: str
    payment_token: str
    territory: str
    expected: Money | None = None


@dataclass(frozen=True, slots=True)
class PriceChanged(Refusal):
    """The total is another one than the buyer agreed to: `total`. Nothing was bought."""

    total: Money = Money(0, "")


@dataclass(frozen=True, slots=True)
class Ready:
    """The cart can be bought as it is, for the total that it now carries as its quote."""

    offer: Offer

    @property
    def cart(self) -> Cart:
        """The cart, quoted."""
        return self.offer.cart


@dataclass(frozen=True, slots=True)
class NotReady:
    """The cart cannot be bought as it is; `refusals` say why."""

    offer: Offer
    refusals: tuple[Refusal, ...]

    @property
    def cart(self) -> Cart:
        """The cart, quoted."""
        return self.offer.cart


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
    cart: Cart | None = None


@dataclass(frozen=True, slots=True)
class AlreadyAccepted:
    """The cart had become an order under another token."""

    order: Order
