"""Headers of webhooks, and signatures that other code verifies."""

import base64
from datetime import UTC, datetime

from domain.webhooks.records import API_VERSION, DeliveryState, WebhookDelivery, WebhookSubscription
from domain.webhooks.topics import WebhookTopic
from services.webhooks.signing import WebhookKeys, WebhookSigner
from tests.kit.webhooks import hmac_sha256

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
TO = WebhookSubscription(5, WebhookTopic.ORDERS_PAID, "https://erp.example", API_VERSION, AT, AT, name="erp")
DELIVERY = WebhookDelivery(1, 5, TO.topic, "orders/7", "event", "webhook", DeliveryState.WAITING, AT)
BODY = '{"id":7,"note":"Grüße"}'.encode()


def signed(key: str) -> str:
    """The signature as a receiver computes it."""
    return base64.b64encode(hmac_sha256(key.encode(), BODY)).decode()


def test_every_header_has_both_names() -> None:
    """Clients of Shopify read the one, and everybody else the other."""
    headers = WebhookSigner(WebhookKeys("new"), "shop.example").headers(DELIVERY, TO, BODY)
    assert {name: value for name, value in headers.items() if name.startswith("X-Shopify-")} == {
        "X-Shopify-Topic": "orders/paid",
        "X-Shopify-Shop-Domain": "shop.example",
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": "webhook",
        "X-Shopify-Event-Id": "event",
        "X-Shopify-Triggered-At": "2026-11-27T08:00:00+00:00",
        "X-Shopify-Name": "erp",
        "X-Shopify-Hmac-Sha256": signed("new"),
    }
    for name, value in headers.items():
        if name.startswith("X-Shopify-"):
            assert headers[name.replace("Shopify", "Storefront")] == value
    assert headers["Content-Type"] == "application/json"


def test_during_a_rotation_receivers_with_either_key_verify() -> None:
    """A client of Shopify compares the whole header: it gets the older key's signature, until that is removed."""
    headers = WebhookSigner(WebhookKeys("new", "old"), "shop.example").headers(DELIVERY, TO, BODY)
    assert headers["X-Shopify-Hmac-Sha256"] == signed("old")
    assert headers["X-Storefront-Hmac-Sha256"].split(",") == [signed("new"), signed("old")]


def test_keys_are_never_shown() -> None:
    """Neither in a log nor in a traceback."""
    keys = WebhookKeys("a secret", "another secret")
    assert "secret" not in repr(keys).replace("WebhookKeys", "")
    assert "a secret" not in repr(WebhookSigner(keys, "shop.example"))
