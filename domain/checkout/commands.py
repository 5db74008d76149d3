"""Submitting a cart: the commands and their possible results."""

from dataclasses import dataclass

from domain.cart import Cart
from domain.checkout.offers import Offer
from domain.kit.money import Money
from domain.kit.refusals import Refusal
from domain.orders.records import Order


@dataclass(frozen=True, slots=True)
class SubmitCart:
    """A buyer's wish to turn a cart into an order. One `attempt_token` gives at most one order in any number of tries.

    `payment_token` comes from the payment provider's form in the client. `expected` is the total that the buyer agrees
    to; without it, the last quote of the cart is used. The provider's pages send the buyer back to the address `base`.
    """

    cart_id: str
    attempt_token: str
    payment_token: str
    territory: str
    expected: Money | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class RetryPayment:
    """A buyer's wish to pay an order that waits for its payment by another method, once per `attempt_token`."""

    attempt_token: str
    payment_token: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class PriceChanged(Refusal):
    """The total is now `total`, not the one that the buyer agreed to. Nothing was bought."""

    total: Money = Money(0, "")


@dataclass(frozen=True, slots=True)
class PaymentDeclined(Refusal):
    """The payment was declined. `order` still holds its units for another method; None when nothing is left of it."""

    order: Order | None = None


@dataclass(frozen=True, slots=True)
class CartReady:
    """The cart can be bought as it is, for the total that is now its quote."""

    offer: Offer

    @property
    def cart(self) -> Cart:
        """The cart with its new quote."""
        return self.offer.cart


@dataclass(frozen=True, slots=True)
class CartNotReady:
    """The cart cannot be bought as it is; `refusals` give the reasons."""

    offer: Offer
    refusals: tuple[Refusal, ...]

    @property
    def cart(self) -> Cart:
        """The cart with its new quote."""
        return self.offer.cart


@dataclass(frozen=True, slots=True)
class Submitted:
    """The order exists. `replayed` is true when an earlier submit with this token already had this answer."""

    order: Order
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """The order exists and holds its units, but the buyer must confirm the payment."""

    order: Order
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class SubmitRefused:
    """No order was made; `refusals` give the reasons."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many submits are running now; nothing was done. Repeat the same token in `poll_after` seconds."""

    poll_after: float
    cart: Cart | None = None


@dataclass(frozen=True, slots=True)
class AlreadyAccepted:
    """The cart has already become an order under another token, or the order is paid already."""

    order: Order
