"""Staff subscribe addresses to topics, try them, and send deliveries again."""

from typing import Any

import pytest

from domain.accounts import Permission
from domain.events import CartChanged
from domain.kit.ids import global_id
from domain.webhooks.cart_bodies import cart_token
from domain.webhooks.topics import WebhookTopic
from services.webhooks.subscriptions import MAX_SUBSCRIPTIONS
from tests.kit.factories.webhooks import DONE_EVENT, add_done_webhook, add_webhook
from tests.kit.fixtures.graphql_api import Account, Api, Record
from workers.webhooks.expander import WebhookExpander

CREATE = """
mutation ($topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {
    userErrors { code field message }
    webhookSubscription {
      id topic uri callbackUrl format name includeFields filter metafieldNamespaces apiVersion { handle supported }
      endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } } failures pausedUntil createdAt updatedAt
    }
  }
}
"""
UPDATE = """
mutation ($id: ID!, $webhookSubscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhookSubscription) {
    userErrors { code field }
    webhookSubscription { id topic uri name includeFields }
  }
}
"""
LIST = """
query ($topics: [WebhookSubscriptionTopic!], $after: String) {
  webhookSubscriptions(first: 2, after: $after, topics: $topics) {
    nodes { uri topic } pageInfo { hasNextPage endCursor }
  }
}
"""
DELIVERIES = """
{ webhookDeliveries(first: 10, state: WAITING) { nodes { topic objectKey eventId webhookId state attempts } } }
"""
HOOK = "https://erp.example/hooks"


@pytest.fixture
async def staff(api: Api) -> Account:
    """With the one permission."""
    return await api.add_account(Permission.WEBHOOKS)


async def create(api: Api, staff: Account, topic: str = "PRODUCTS_UPDATE", **given: Any) -> Record:
    """The payload."""
    variables = {"topic": topic, "webhookSubscription": given}
    answer: Record = (await api.data(CREATE, variables, staff.token))["webhookSubscriptionCreate"]
    return answer


async def test_a_subscription_is_created_as_clients_of_shopify_do_it(api: Api, staff: Account) -> None:
    """`callbackUrl` is an older name of `uri`."""
    made = await create(api, staff, callbackUrl=HOOK, format="JSON", includeFields=["id", "title"], name="erp")
    assert made["userErrors"] == []
    one = made["webhookSubscription"]
    assert one.pop("id").startswith("gid://")
    assert one.pop("createdAt") == one.pop("updatedAt")
    assert one == {
        "topic": "PRODUCTS_UPDATE",
        "uri": HOOK,
        "callbackUrl": HOOK,
        "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": HOOK},
        "format": "JSON",
        "name": "erp",
        "includeFields": ["id", "title"],
        "filter": None,
        "metafieldNamespaces": [],
        "apiVersion": {"handle": "2026-10", "supported": True},
        "failures": 0,
        "pausedUntil": None,
    }


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "BLANK", ["webhookSubscription", "uri"]),
        ({"callbackUrl": " "}, "BLANK", ["webhookSubscription", "callbackUrl"]),
        ({"uri": "http://erp.example"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://user:key@erp.example"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://erp.example/#top"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https:///hooks"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://erp.example:99999"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://127.0.0.1/hooks"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://2130706433/hooks"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://127.0.0.1.:443/hooks"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://[fd00::1]/hooks"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://erp.internal/hooks"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://erp.example/a b"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"uri": "https://erp.example/\n"}, None, None),
        ({"uri": "https://erp.example/\nX-Key: 1"}, "INVALID", ["webhookSubscription", "uri"]),
        ({"callbackUrl": "arn:aws:events:x"}, "INVALID", ["webhookSubscription", "callbackUrl"]),
        ({"uri": f"https://erp.example/{'x' * 2_048}"}, "TOO_LONG", ["webhookSubscription", "uri"]),
        ({"uri": HOOK, "format": "XML"}, "NOT_SUPPORTED", ["webhookSubscription", "format"]),
        ({"uri": HOOK, "name": "a name"}, "INVALID", ["webhookSubscription", "name"]),
        ({"uri": HOOK, "includeFields": [""]}, "TOO_LONG", ["webhookSubscription", "includeFields"]),
    ],
)
async def test_what_cannot_be_subscribed(
    api: Api, staff: Account, given: Record, code: str | None, field: list[str] | None
) -> None:
    """Each refusal names the input."""
    errors = (await create(api, staff, **given))["userErrors"]
    assert [(each["code"], each["field"]) for each in errors] == ([] if code is None else [(code, field)])


async def test_an_address_has_a_topic_once(api: Api, staff: Account) -> None:
    """Until its subscription is deleted; other topics are free."""
    first = await create(api, staff, uri=HOOK)
    again = await create(api, staff, uri=HOOK)
    assert [(each["code"], each["field"]) for each in again["userErrors"]] == [
        ("TAKEN", ["webhookSubscription", "uri"])
    ]
    assert (await create(api, staff, "PRODUCTS_CREATE", uri=HOOK))["userErrors"] == []
    fields = "{ deletedWebhookSubscriptionId userErrors { code } }"
    delete = f"mutation ($id: ID!) {{ webhookSubscriptionDelete(id: $id) {fields} }}"
    gid = first["webhookSubscription"]["id"]
    deleted = (await api.data(delete, {"id": gid}, staff.token))["webhookSubscriptionDelete"]
    assert deleted == {"deletedWebhookSubscriptionId": gid, "userErrors": []}
    missing = (await api.data(delete, {"id": gid}, staff.token))["webhookSubscriptionDelete"]
    assert missing == {"deletedWebhookSubscriptionId": None, "userErrors": [{"code": "NOT_FOUND"}]}
    assert (await create(api, staff, uri=HOOK))["userErrors"] == []


async def test_the_number_of_subscriptions_is_bounded(api: Api, staff: Account) -> None:
    """Each event makes a row for each."""
    for number in range(MAX_SUBSCRIPTIONS):
        await api.transact(lambda tx, number=number: add_webhook(tx, address=f"{HOOK}/{number}"))  # type: ignore[misc]
    assert [each["code"] for each in (await create(api, staff, uri=HOOK))["userErrors"]] == ["INVALID"]


async def test_personal_data_need_the_permission_to_read_them(api: Api, staff: Account) -> None:
    """Otherwise a subscription would show orders to those who may not see them."""
    denied = await api(CREATE, {"topic": "ORDERS_PAID", "webhookSubscription": {"uri": HOOK}}, staff.token)
    assert [error["extensions"]["code"] for error in denied["errors"]] == ["FORBIDDEN"]
    both = await api.add_account(Permission.WEBHOOKS, Permission.ORDERS)
    made = await create(api, both, "ORDERS_PAID", uri=HOOK)
    assert made["userErrors"] == []
    moved = {"id": made["webhookSubscription"]["id"], "webhookSubscription": {"uri": "https://mine.example"}}
    assert (await api(UPDATE, moved, staff.token))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    denied = await api(CREATE, {"topic": "CUSTOMERS_CREATE", "webhookSubscription": {"uri": HOOK}}, both.token)
    assert [error["extensions"]["code"] for error in denied["errors"]] == ["FORBIDDEN"]


async def test_changes_keep_what_they_omit(api: Api, staff: Account) -> None:
    """And another address may not have the topic."""
    gid = (await create(api, staff, uri=HOOK, name="erp"))["webhookSubscription"]["id"]
    await create(api, staff, uri=f"{HOOK}/other")
    changes = {"id": gid, "webhookSubscription": {"includeFields": ["id"]}}
    changed = (await api.data(UPDATE, changes, staff.token))["webhookSubscriptionUpdate"]["webhookSubscription"]
    assert changed == {"id": gid, "topic": "PRODUCTS_UPDATE", "uri": HOOK, "name": "erp", "includeFields": ["id"]}
    taken = {"id": gid, "webhookSubscription": {"uri": f"{HOOK}/other"}}
    errors = (await api.data(UPDATE, taken, staff.token))["webhookSubscriptionUpdate"]["userErrors"]
    assert errors == [{"code": "TAKEN", "field": ["webhookSubscription", "uri"]}]


async def test_subscriptions_are_listed_in_pages(api: Api, staff: Account) -> None:
    """All, or those to some topics; others see none."""
    for topic in (WebhookTopic.PRODUCTS_UPDATE, WebhookTopic.PRODUCTS_CREATE, WebhookTopic.ORDERS_PAID):
        await api.transact(lambda tx, topic=topic: add_webhook(tx, topic))  # type: ignore[misc]
    page = (await api.data(LIST, token=staff.token))["webhookSubscriptions"]
    assert [each["topic"] for each in page["nodes"]] == ["PRODUCTS_UPDATE", "PRODUCTS_CREATE"]
    rest = {"after": page["pageInfo"]["endCursor"]}
    page = (await api.data(LIST, rest, staff.token))["webhookSubscriptions"]
    assert [each["topic"] for each in page["nodes"]] == ["ORDERS_PAID"]
    some = await api.data(LIST, {"topics": ["PRODUCTS_CREATE"]}, staff.token)
    assert [each["topic"] for each in some["webhookSubscriptions"]["nodes"]] == ["PRODUCTS_CREATE"]
    shopper = await api.add_account()
    assert (await api(LIST, token=shopper.token))["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await api(DELIVERIES))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_dry_run_says_why_an_endpoint_did_not_take_the_sample(api: Api, staff: Account) -> None:
    """This one is on a private address. A dry run is no delivery."""
    gid = global_id("WebhookSubscription", await api.transact(add_webhook))
    test = "mutation ($id: ID!) { webhookSubscriptionTest(id: $id) { isDelivered status error userErrors { code } } }"
    answer = (await api.data(test, {"id": gid}, staff.token))["webhookSubscriptionTest"]
    error = "The host has no public address."
    assert answer == {"isDelivered": False, "status": None, "error": error, "userErrors": []}
    assert (await api.data(DELIVERIES, token=staff.token))["webhookDeliveries"]["nodes"] == []


async def test_deliveries_are_sent_again_by_event_or_time(api: Api, staff: Account) -> None:
    """Spans are bounded, and neither event nor span is refused."""
    await api.transact(add_done_webhook)
    replay = "mutation { webhookDeliveriesReplay%s { count userErrors { code field } } }"
    by_event = await api.data(replay % f'(eventId: "{DONE_EVENT}")', token=staff.token)
    assert by_event["webhookDeliveriesReplay"] == {"count": 1, "userErrors": []}
    (waiting,) = (await api.data(DELIVERIES, token=staff.token))["webhookDeliveries"]["nodes"]
    assert waiting["eventId"] == DONE_EVENT
    span = '(from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z")'
    nothing = await api.data(replay % span, token=staff.token)
    assert nothing["webhookDeliveriesReplay"] == {"count": 0, "userErrors": []}
    for arguments, code, field in (
        ("", "BLANK", ["eventId"]),
        ('(from: "2026-01-01T00:00:00Z", to: "2026-03-01T00:00:00Z")', "INVALID", ["to"]),
        ('(from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z")', "INVALID", ["to"]),
    ):
        answer = (await api.data(replay % arguments, token=staff.token))["webhookDeliveriesReplay"]
        assert answer == {"count": 0, "userErrors": [{"code": code, "field": field}]}


async def test_staff_do_not_see_the_ids_of_carts(api: Api, staff: Account) -> None:
    """Whoever knows the id of a cart may use it."""
    await api.transact(lambda tx: add_webhook(tx, WebhookTopic.CARTS_UPDATE))
    await WebhookExpander(api.stores.database).handle([CartChanged("c" * 32)])
    (waiting,) = (await api.data(DELIVERIES, token=staff.token))["webhookDeliveries"]["nodes"]
    assert waiting["objectKey"] == f"carts/{cart_token('c' * 32)}"
