"""Links that prove who reads the mail of an account. The shop keeps none: a signed token says what it is for.

A token carries a digest of the state of the account. What a link does changes that state, so it works once. Whatever
else changes it, such as another link or a new password, ends all links before it.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

import jwt

from domain.accounts import AccountState
from services.kit.clock import utc_now

_ALGORITHM = "HS256"


class LinkKind(StrEnum):
    """What a link does. The value is a part of its URL."""

    RESET = "reset"
    VERIFICATION = "verify"


LIFE = {LinkKind.RESET: timedelta(hours=1), LinkKind.VERIFICATION: timedelta(days=3)}


class Proof(NamedTuple):
    """What a token says, before it is compared with the account."""

    kind: LinkKind
    customer_id: int
    digest: str


class AccountLinks:
    """Issues and reads the tokens of links. They log nobody in and contain nothing personal."""

    def __init__(self, secret: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._key = hmac.digest(secret.encode(), b"storefront account link", sha256)
        self._clock = clock

    def issue(self, kind: LinkKind, account: AccountState) -> str:
        """A token for the account as it is now."""
        claims = {
            "sub": str(account.customer_id),
            "dig": self._digest(kind, account),
            "aud": kind.value,
            "exp": self._clock() + LIFE[kind],
        }
        return jwt.encode(claims, self._key, _ALGORITHM)

    def read(self, kind: LinkKind, token: str) -> Proof | None:
        """What a token says; None if it is forged, expired or of another kind."""
        options: jwt.types.Options = {"require": ["exp", "sub", "dig"], "verify_exp": False}
        try:
            claims = jwt.decode(token, self._key, [_ALGORITHM], audience=kind.value, options=options)
            if int(claims["exp"]) <= self._clock().timestamp():
                return None
            return Proof(kind, int(claims["sub"]), str(claims["dig"]))
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None

    def holds(self, proof: Proof, account: AccountState | None) -> bool:
        """Whether the account is as it was when the token was issued."""
        if account is None or account.customer_id != proof.customer_id:
            return False
        return hmac.compare_digest(self._digest(proof.kind, account).encode(), proof.digest.encode())

    def _digest(self, kind: LinkKind, account: AccountState) -> str:
        parts = [kind.value, str(account.customer_id), account.email, account.password_hash or ""]
        if kind is LinkKind.VERIFICATION:
            parts += [account.pending_email or "", str(account.is_email_verified)]
        return hmac.new(self._key, "\0".join(parts).encode(), sha256).hexdigest()[:32]
