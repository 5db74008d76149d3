"""Passwords are kept as argon2id hashes; hashing runs in threads, a few at a time: logins cannot stall the shop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 128
_CONCURRENT = 2
# The hash of a password that nobody kept, verified when the account does not exist: both answers take the same time.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$zm0tyI+mNWx5gBue6fjtAw$2GSp8fN8J8ORiEpNOQhAUHu2AVW8OfJIBJJbpLR4CoM"


class Passwords:
    """Hashes and verifies. One hash takes about 64 MiB and tens of milliseconds, by design."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._slots = asyncio.Semaphore(_CONCURRENT)

    async def hash(self, password: str) -> str:
        """The argon2id hash of a password."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password belongs to the hash; takes as long when there is none."""
        async with self._slots:
            right = await asyncio.to_thread(self._verify, password_hash or _NOBODY, password)
        return right and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
