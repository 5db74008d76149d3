"""Limits what submits without a payment may do, by cart, device and network. Submits wait for no store here."""

from collections import Counter
from typing import NamedTuple

from datasources.kit.allowances import Allowances
from domain.kit.limits import (
    DECLINES_OF_CART,
    DECLINES_OF_DEVICE,
    DECLINES_OF_NETWORK,
    HELD_BY_BUYER,
    HELD_BY_DEVICE,
    HELD_BY_NETWORK,
    LimitReached,
    LimitRule,
)

_HELD = "Too many units are held for unpaid orders; pay for these first, or try again later."
_DECLINED = "Too many payments were declined; try again later."


class Hold(NamedTuple):
    """Units that an unpaid order of a guest holds, and whose budgets they draw on."""

    units: int
    device: str | None
    buyer: str | None
    address: str

    @property
    def budgets(self) -> list[tuple[LimitRule, str]]:
        """The rules, each with its subject."""
        named = ((HELD_BY_DEVICE, self.device), (HELD_BY_BUYER, self.buyer), (HELD_BY_NETWORK, self.address))
        return [(rule, subject) for rule, subject in named if subject]


class TooManyHeld(LimitReached):
    """There is no room for the units of this hold."""

    def __init__(self, hold: Hold, retry_after: float) -> None:
        super().__init__(_HELD, retry_after)
        self.hold = hold


class AttemptLimits:
    """After some declined payments nothing is charged for a while, so that nobody tries stolen cards here.

    Guests hold a bounded number of units without paying, so that nobody can take a product off sale.
    """

    def __init__(self, allowances: Allowances) -> None:
        self._allowances = allowances

    def admit(self, cart_id: str, device: str | None, address: str) -> None:
        """Raises `LimitReached` while there were too many declined payments."""
        budgets = _declines(cart_id, device, address)
        if wait := max(self._allowances.wait(rule, subject, 1) for rule, subject in budgets):
            raise LimitReached(_DECLINED, wait)

    def declined(self, cart_id: str, device: str | None, address: str) -> None:
        """Counts a declined payment."""
        for rule, subject in _declines(cart_id, device, address):
            self._allowances.take(rule, subject, 1)

    def require_room(self, hold: Hold, held: Counter[tuple[str, str]]) -> None:
        """Raises `TooManyHeld` while too many units are held; adds the new ones to `held`, those of this batch."""
        for rule, subject in hold.budgets:
            if wait := self._allowances.wait(rule, subject, hold.units, held[rule.name, subject]):
                raise TooManyHeld(hold, wait)
        for rule, subject in hold.budgets:
            held[rule.name, subject] += hold.units

    def hold(self, hold: Hold) -> None:
        """Draws on the budgets of an order that has its units."""
        for rule, subject in hold.budgets:
            self._allowances.use(rule, subject, hold.units)

    def release(self, hold: Hold, share: float = 1.0) -> None:
        """The order is paid, or has given its units back: those of them that still count."""
        for rule, subject in hold.budgets:
            self._allowances.use(rule, subject, -hold.units * share)


def _declines(cart_id: str, device: str | None, address: str) -> list[tuple[LimitRule, str]]:
    budgets = [(DECLINES_OF_CART, cart_id)]
    if device:
        budgets.append((DECLINES_OF_DEVICE, device))
    if address:
        budgets.append((DECLINES_OF_NETWORK, address))
    return budgets
