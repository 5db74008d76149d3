"""Limits wrong passwords per e-mail address, over the whole fleet: after too many guesses the client has to wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from datasources.kit.counters import RateCounter
from datasources.kit.redis import Client
from domain.kit.mailboxes import mailbox
from domain.kit.refusals import Unavailable

WRONG_PASSWORDS = 20
WINDOW_SECONDS = 900.0


class LoginLimit:
    """Limits wrong passwords for each e-mail address within the counter's window, with or without an account."""

    def __init__(self, tries: RateCounter) -> None:
        self._tries = tries

    @asynccontextmanager
    async def guess(self, email: str) -> AsyncIterator[None]:
        """One try, counted before the password is checked, so that parallel tries cannot exceed the limit.

        Raises `Unavailable` LOGIN_LIMIT_EXCEEDED while there have been too many. A try that raises does not count.
        """
        address = mailbox(email)
        if wait := await self._tries.take(address):
            message = "Too many wrong passwords for this account; try again later."
            raise Unavailable("LOGIN_LIMIT_EXCEEDED", message, max(0.1, round(wait, 1)))
        try:
            yield
        except Exception:
            await self._tries.give_back(address)
            raise

    async def forgive(self, email: str) -> None:
        """Resets the count after the right password."""
        await self._tries.reset(mailbox(email))


def login_limit(redis: Client, prefix: str, secret: str) -> LoginLimit:
    """The limit of the shop."""
    return LoginLimit(RateCounter(redis, prefix, "logins", secret, limit=WRONG_PASSWORDS, seconds=WINDOW_SECONDS))
