"""Names of guests' devices: the shop draws and signs them, so that nobody can forge the name of another device."""

import hmac
import re
from hashlib import sha256

from domain.kit.ids import new_secret

_NAMED = re.compile("[0-9a-f]{32}")
_CLAIMED = re.compile(r"[A-Za-z0-9_.:-]{8,64}")


class Devices:
    """A cookie holds a name and its signature. Names that apps choose themselves live in a separate namespace."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"storefront device", sha256)

    def new(self) -> tuple[str, str]:
        """The device id of a new device, and the cookie that proves it."""
        name = new_secret()
        return f"device:{name}", f"{name}.{self._signature(name)}"

    def of_cookie(self, cookie: str) -> str | None:
        """The device id that a cookie proves; None if this shop did not sign the cookie."""
        name, _, signature = cookie.partition(".")
        if not _NAMED.fullmatch(name) or not signature.isascii():
            return None
        return f"device:{name}" if hmac.compare_digest(signature, self._signature(name)) else None

    def of_header(self, claimed: str) -> str | None:
        """The device id of an app that names itself; None when the name is too short, too long or strange."""
        return f"claimed:{claimed}" if _CLAIMED.fullmatch(claimed) else None

    def _signature(self, name: str) -> str:
        return hmac.new(self._key, name.encode(), sha256).hexdigest()[:32]
