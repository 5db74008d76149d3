"""Limits logins over the whole fleet, before a password is hashed: after too many tries the client has to wait.

Strangers share budgets: each network has one, each account has one, and each network has one for each account. The
devices of an account's owner use none of these, so that no stranger can lock the owner out.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

from datasources.kit.limits import Limits
from domain.accounts import Caller
from domain.kit.limits import (
    LOGINS_OF_NETWORK,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_DEVICE,
    WRONG_PASSWORDS_OF_NETWORK,
    LimitReached,
    LimitRule,
)
from domain.kit.networks import network_of
from services.accounts.known_devices import KnownDevices

_Budgets: TypeAlias = tuple[tuple[LimitRule, str], ...]
_OF_NETWORK = "Too many logins from this network; try again later."
_OF_ACCOUNT = "Too many wrong passwords for this account; try again later."


class LoginLimit:
    """Counts tries for each e-mail address, with or without an account."""

    def __init__(self, limits: Limits, devices: KnownDevices) -> None:
        self._limits = limits
        self._devices = devices

    def is_known(self, email: str, caller: Caller) -> bool:
        """Whether the owner of this address has logged in on this device before."""
        return self._known(email, caller) is not None

    @asynccontextmanager
    async def guess(self, email: str, caller: Caller) -> AsyncIterator[None]:
        """One try, counted before the password is checked, so that parallel tries cannot exceed the limit.

        Raises `LimitReached` LOGIN_LIMIT_EXCEEDED while there have been too many. A try that raises does not count.
        """
        budgets = self._budgets(email, caller)
        for rule, subject in budgets:
            if wait := await self._limits.take(rule, subject):
                message = _OF_NETWORK if rule is LOGINS_OF_NETWORK else _OF_ACCOUNT
                raise LimitReached(message, wait, "LOGIN_LIMIT_EXCEEDED")
        try:
            yield
        except Exception:
            for rule, subject in budgets:
                await self._limits.give_back(rule, subject)
            raise

    async def forgive(self, email: str, caller: Caller) -> None:
        """After the right password the try does not count, nor do earlier ones of this client for this account."""
        for rule, subject in self._budgets(email, caller):
            is_own = rule in (WRONG_PASSWORDS_OF_NETWORK, WRONG_PASSWORDS_OF_DEVICE)
            await self._limits.give_back(rule, subject, rule.capacity if is_own else 1)

    def _budgets(self, email: str, caller: Caller) -> _Budgets:
        account, device = self._devices.account_of(email), self._known(email, caller)
        if device is not None:
            return ((WRONG_PASSWORDS_OF_DEVICE, f"{account} {device}"),)
        return (
            (LOGINS_OF_NETWORK, caller.address),
            (WRONG_PASSWORDS_OF_NETWORK, f"{account} {network_of(caller.address)}"),
            (WRONG_PASSWORDS, account),
        )

    def _known(self, email: str, caller: Caller) -> str | None:
        known = self._devices.read(caller.proof)
        return known.device if known is not None and known.account == self._devices.account_of(email) else None
