"""Passwords as argon2id hashes. Hashing runs in threads, a few at a time, so that logins cannot stall the shop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.kit.mailboxes import one_form
from domain.kit.refusals import INPUT, RefusalCode, Unavailable, refuse

MIN_LENGTH = 8
MAX_LENGTH = 128
_CONCURRENT = 2
# About two seconds of hashing. A longer queue would only make callers wait in vain.
_WAITING = 32
# The hash of a password that nobody knows. Verifying it for missing accounts makes both answers take as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$zm0tyI+mNWx5gBue6fjtAw$2GSp8fN8J8ORiEpNOQhAUHu2AVW8OfJIBJJbpLR4CoM"


def check_password(password: str) -> str:
    """The one form of a new password. Refused: TOO_SHORT, TOO_LONG."""
    text = one_form(password)
    if len(text) < MIN_LENGTH:
        raise refuse(RefusalCode.TOO_SHORT, f"{INPUT} must have at least {MIN_LENGTH} characters.", "password")
    if len(text) > MAX_LENGTH:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_LENGTH} characters.", "password")
    return text


class Passwords:
    """Hashes and verifies. One hash takes about 64 MiB and tens of milliseconds, by design.

    Raises `Unavailable` ACCOUNTS_BUSY at once if too many calls are waiting already.
    """

    def __init__(self, waiting: int = _WAITING) -> None:
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(_CONCURRENT)
        self._places = waiting + _CONCURRENT

    async def hash(self, password: str) -> str:
        """The argon2id hash of a password."""
        async with self._slot():
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password matches the hash, in its one form or as typed, which older versions hashed.

        Without a hash the check takes the same time.
        """
        forms = dict.fromkeys((one_form(password), password))
        async with self._slot():
            right = any([await asyncio.to_thread(self._verify, password_hash or _NOBODY, form) for form in forms])
        return right and password_hash is not None

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._places == 0:
            raise Unavailable("ACCOUNTS_BUSY", "Too many are signing in at this moment; try again soon.", 2.0)
        self._places -= 1
        try:
            async with self._slots:
                yield
        finally:
            self._places += 1

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
