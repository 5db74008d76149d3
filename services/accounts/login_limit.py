"""Limits wrong passwords per e-mail address, over the whole fleet: after too many guesses the client has to wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from datasources.kit.limits import Limits
from domain.kit.limits import WRONG_PASSWORDS, LimitReached
from domain.kit.mailboxes import mailbox


class LoginLimit:
    """Limits wrong passwords for each e-mail address, with or without an account."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @asynccontextmanager
    async def guess(self, email: str) -> AsyncIterator[None]:
        """One try, counted before the password is checked, so that parallel tries cannot exceed the limit.

        Raises `LimitReached` LOGIN_LIMIT_EXCEEDED while there have been too many. A try that raises does not count.
        """
        address = mailbox(email)
        if wait := await self._limits.take(WRONG_PASSWORDS, address):
            message = "Too many wrong passwords for this account; try again later."
            raise LimitReached(message, wait, "LOGIN_LIMIT_EXCEEDED")
        try:
            yield
        except Exception:
            await self._limits.give_back(WRONG_PASSWORDS, address)
            raise

    async def forgive(self, email: str) -> None:
        """Gives the whole budget back after the right password."""
        await self._limits.give_back(WRONG_PASSWORDS, mailbox(email), WRONG_PASSWORDS.capacity)
