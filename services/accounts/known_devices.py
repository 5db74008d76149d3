"""Devices on which a person has logged in before. The shop keeps nothing: the device holds a signed proof.

A proof admits nobody. It gives the owner of an account budgets that strangers cannot use up.
"""

import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from domain.kit.ids import new_secret
from domain.kit.mailboxes import mailbox
from services.kit.clock import utc_now

LIFE = timedelta(days=365)
_PROOF = re.compile(r"(([0-9a-f]{32})\.([0-9a-f]{32})\.([0-9]{1,12}))\.([0-9a-f]{32})", re.ASCII)


class KnownDevice(NamedTuple):
    """A device, by its random name, and the account of its last login."""

    account: str
    device: str


class KnownDevices:
    """Issues and reads proofs. Neither an account nor a device can be read from one."""

    def __init__(self, secret: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._key = hmac.digest(secret.encode(), b"storefront known device", sha256)
        self._clock = clock

    def proof(self, email: str) -> str:
        """A proof for the device on which the owner of this address has just logged in."""
        ends = int((self._clock() + LIFE).timestamp())
        content = f"{self.account_of(email)}.{new_secret()}.{ends}"
        return f"{content}.{self._digest('proof', content)}"

    def read(self, proof: str) -> KnownDevice | None:
        """What a proof says; None if it is forged or too old."""
        found = _PROOF.fullmatch(proof)
        if found is None or not hmac.compare_digest(found[5], self._digest("proof", found[1])):
            return None
        return KnownDevice(found[2], found[3]) if int(found[4]) > self._clock().timestamp() else None

    def account_of(self, email: str) -> str:
        """The name of an account in proofs, whether the account exists or not."""
        return self._digest("account", mailbox(email))

    def _digest(self, kind: str, text: str) -> str:
        return hmac.new(self._key, f"{kind} {text}".encode(), sha256).hexdigest()[:32]
