"""What goes with the body of a webhook: where it comes from, what it is about, and proof that the shop sent it."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from domain.webhooks.bodies import time_text
from domain.webhooks.records import WebhookDelivery, WebhookSubscription

_FAMILIES = ("X-Shopify", "X-Storefront")
_SIGNATURE = "Hmac-Sha256"


@dataclass(frozen=True, slots=True, repr=False)
class WebhookKeys:
    """The key that signs, and during a rotation the one before it. Neither is ever shown."""

    secret: str
    before: str = ""

    def signatures(self, body: bytes) -> Mapping[str, str]:
        """The headers that prove the origin of a body.

        Clients of Shopify compare one header with one signature, so theirs has the older key until that is removed.
        The shop's own header has the signatures of both, separated by a comma.
        """
        signed = [_signature(key, body) for key in (self.secret, self.before) if key]
        return {f"X-Shopify-{_SIGNATURE}": signed[-1], f"X-Storefront-{_SIGNATURE}": ",".join(signed)}


class WebhookSigner:
    """Makes the headers of requests. `shop_domain` names the shop."""

    def __init__(self, keys: WebhookKeys, shop_domain: str) -> None:
        self._keys = keys
        self._shop_domain = shop_domain

    @property
    def can_sign(self) -> bool:
        """Whether there is a key. Nothing is sent without one."""
        return bool(self._keys.secret)

    def headers(self, delivery: WebhookDelivery, to: WebhookSubscription, body: bytes) -> dict[str, str]:
        """All headers of a request."""
        told = {
            "Topic": delivery.topic.value,
            "Shop-Domain": self._shop_domain,
            "API-Version": to.api_version,
            "Webhook-Id": delivery.webhook_id,
            "Event-Id": delivery.event_id,
            "Triggered-At": time_text(delivery.occurred_at) or "",
        }
        if to.name is not None:
            told["Name"] = to.name
        headers = {f"{family}-{name}": value for family in _FAMILIES for name, value in told.items()}
        return headers | {"Content-Type": "application/json"} | dict(self._keys.signatures(body))


def _signature(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()
