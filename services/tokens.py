"""Access tokens: short-lived signed statements of who the bearer is. They carry no secret and no personal data."""

from datetime import UTC, datetime, timedelta

import jwt

from domain.accounts import AccessToken, Credentials, Permission, Viewer

_ALGORITHM = "HS256"
_AUDIENCE = "storefront"


class Tokens:
    """Issues and reads tokens signed with one secret of the shop."""

    def __init__(self, secret: str, minutes: int) -> None:
        if len(secret) < 32:
            raise ValueError("the token secret needs at least 32 characters")
        self._secret = secret
        self._lifetime = timedelta(minutes=minutes)

    def issue(self, account: Credentials, now: datetime) -> AccessToken:
        """A token for an account that has just proved its password."""
        expires_at = now + self._lifetime
        claims = {
            "sub": str(account.customer_id),
            "ver": account.token_version,
            "per": sorted(account.permissions),
            "aud": _AUDIENCE,
            "iat": now,
            "exp": expires_at,
        }
        return AccessToken(jwt.encode(claims, self._secret, _ALGORITHM), expires_at)

    def viewer(self, token: str, device_id: str | None = None) -> Viewer | None:
        """Who a token speaks for; None when it is forged, expired or not ours."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                [_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["exp", "sub", "ver"]},
            )
            permissions = frozenset(Permission(name) for name in claims.get("per", ()))
            return Viewer(int(claims["sub"]), int(claims["ver"]), permissions, device_id)
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None


def utc_now() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)
