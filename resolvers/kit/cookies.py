"""Names and attributes of the shop's cookies.

Over https a name begins with `__Host-`: browsers then keep the cookie from other hosts of the domain, and from anybody
who changes what travels in plain text. Neither can give a shopper the device of another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DEVICE_COOKIE = "storefront_device"
LOGIN_COOKIE = "storefront_login"
_BOUND = "__Host-"
_ATTRIBUTES = "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"


@dataclass(frozen=True, slots=True)
class Cookies:
    """With `only_bound`, for shops that are served over https alone, cookies without the prefix are not read."""

    only_bound: bool = False

    def line(self, name: str, value: str, *, is_secure: bool) -> str:
        """The `Set-Cookie` header."""
        return f"{_BOUND}{name}={value}{_ATTRIBUTES}; Secure" if is_secure else f"{name}={value}{_ATTRIBUTES}"

    def read(self, sent: Mapping[str, str], name: str) -> str:
        """The value that a client sent, the bound one first; empty when there is none."""
        if value := sent.get(f"{_BOUND}{name}"):
            return value
        return "" if self.only_bound else sent.get(name, "")
