"""Limits what submits without a payment may do, by cart, device and network. Submits wait for no store here."""

from datasources.kit.allowances import Allowances
from domain.kit.limits import (
    DECLINES_OF_CART,
    DECLINES_OF_DEVICE,
    DECLINES_OF_NETWORK,
    LimitReached,
    LimitRule,
)

_DECLINED = "Too many payments were declined; try again later."


class AttemptLimits:
    """After some declined payments nothing is charged for a while, so that nobody tries stolen cards here."""

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


def _declines(cart_id: str, device: str | None, address: str) -> list[tuple[LimitRule, str]]:
    budgets = [(DECLINES_OF_CART, cart_id)]
    if device:
        budgets.append((DECLINES_OF_DEVICE, device))
    if address:
        budgets.append((DECLINES_OF_NETWORK, address))
    return budgets
