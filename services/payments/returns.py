"""Where buyers come back from the pages of a payment provider: links that the shop signs."""

import hmac
from hashlib import sha256

PATH = "/payments/return"
_DIGITS = 19


class ReturnLinks:
    """The link leads to the completer of one order. The provider's word in its query counts for nothing."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"storefront payment return", sha256)

    def url(self, base: str, order_id: int) -> str:
        """The link at this address of the shop; empty without an address."""
        if not base:
            return ""
        signature = hmac.new(self._key, str(order_id).encode(), sha256).hexdigest()[:32]
        return f"{base}{PATH}/{order_id}/{signature}"

    def order_of(self, order: str, signature: str) -> int | None:
        """The order of a link; None if the shop did not sign it."""
        if not (order.isascii() and order.isdecimal() and len(order) <= _DIGITS and signature.isascii()):
            return None
        _, _, signed = self.url("/", int(order)).rpartition("/")
        return int(order) if hmac.compare_digest(signature, signed) else None
