"""Access tokens: short-lived signed statements of who the bearer is. They contain no secret and no personal data."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from domain.accounts import AccessToken, Credentials, Permission, Viewer
from domain.homepage.keys import HomepageKey, Platform

_ALGORITHM = "HS256"
_AUDIENCE = "storefront"
_PREVIEW_AUDIENCE = "storefront-homepage-preview"
PREVIEW_MINUTES = 60
_ACTIVATION_AUDIENCE = "storefront-activation"
ACTIVATION_DAYS = 7


class Tokens:
    """Issues and reads tokens signed with one secret of the shop."""

    def __init__(self, secret: str, minutes: int) -> None:
        if len(secret) < 32:
            raise ValueError("the token secret needs at least 32 characters")
        self._secret = secret
        self._lifetime = timedelta(minutes=minutes)

    def issue(self, account: Credentials, now: datetime, logged_in_at: datetime | None = None) -> AccessToken:
        """A token for an account that has just proved its password, or did at `logged_in_at`."""
        expires_at = now + self._lifetime
        claims = {
            "sub": str(account.customer_id),
            "ver": account.token_version,
            "per": sorted(account.permissions),
            "aud": _AUDIENCE,
            "iat": now,
            "log": int((logged_in_at or now).timestamp()),
            "exp": expires_at,
        }
        return AccessToken(jwt.encode(claims, self._secret, _ALGORITHM), expires_at)

    def viewer(self, token: str, device_id: str | None = None) -> Viewer | None:
        """The viewer that a token identifies; None if it is forged, expired or not from this shop."""
        try:
            claims = self._claims(token, _AUDIENCE, "sub", "ver")
            permissions = frozenset(Permission(name) for name in claims.get("per", ()))
            return Viewer(int(claims["sub"]), int(claims["ver"]), permissions, device_id)
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None

    def logged_in_at(self, token: str) -> datetime | None:
        """When the bearer of an access token proved the password; None if it is no such token."""
        try:
            claims = self._claims(token, _AUDIENCE, "sub", "ver", "iat")
            return datetime.fromtimestamp(int(claims.get("log", claims["iat"])), UTC)
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None

    def issue_preview(self, key: HomepageKey, now: datetime) -> str:
        """A token that lets its bearer see the draft of one page for an hour. It logs nobody in."""
        claims = {
            "ter": key.territory,
            "pla": key.platform.value,
            "aud": _PREVIEW_AUDIENCE,
            "exp": now + timedelta(minutes=PREVIEW_MINUTES),
        }
        return jwt.encode(claims, self._secret, _ALGORITHM)

    def preview(self, token: str) -> HomepageKey | None:
        """The page that a preview token is for; None if the token is forged, expired or of another kind."""
        try:
            claims = self._claims(token, _PREVIEW_AUDIENCE)
            return HomepageKey(str(claims["ter"]), Platform(claims["pla"]))
        except (jwt.InvalidTokenError, ValueError, KeyError):
            return None

    def issue_activation(self, account: Credentials, now: datetime) -> str:
        """A token by which the owner of an imported account sets its first password, within seven days."""
        claims = {
            "sub": str(account.customer_id),
            "ver": account.token_version,
            "aud": _ACTIVATION_AUDIENCE,
            "exp": now + timedelta(days=ACTIVATION_DAYS),
        }
        return jwt.encode(claims, self._secret, _ALGORITHM)

    def activation(self, token: str) -> tuple[int, int] | None:
        """The account and the version of its tokens; None if the token is forged, expired or of another kind."""
        try:
            claims = self._claims(token, _ACTIVATION_AUDIENCE, "sub", "ver")
            return int(claims["sub"]), int(claims["ver"])
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None

    def _claims(self, token: str, audience: str, *required: str) -> dict[str, Any]:
        """What a token of this shop says. Raises `jwt.InvalidTokenError` for every other one."""
        options: Options = {"require": ["exp", *required]}
        return jwt.decode(token, self._secret, [_ALGORITHM], audience=audience, options=options)
