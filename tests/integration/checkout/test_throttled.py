"""When the queue of submits is full, clients learn the moment from which they may send again."""

from datetime import datetime, timedelta

import pytest

from benchmarks.graphql import document
from services.kit.batching import GroupCommit
from services.kit.clock import utc_now
from tests.kit.carts import variant_gid
from tests.kit.fixtures.graphql_api import Api

PREPARE = """mutation($cart: ID!) { cartPrepareForCompletion(cartId: $cart) { result { __typename
  ... on CartThrottled { pollAfter } } } }"""
SUBMIT = """mutation($cart: ID!) {
  cartSubmitForCompletion(cartId: $cart, attemptToken: "one", payment: { token: "tok_ok" }) { __typename
    ... on SubmitThrottled { pollAfter } } }"""
SECONDS = 5.0


async def test_a_full_queue_says_when_to_try_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a moment that is never too early, in the form of Shopify's `DateTime`; nothing is bought."""
    merchandise = variant_gid((await api.add_product(price=1_000, stock=10)).variant_id)
    made = await api.data(document("cart"), {"merchandiseId": merchandise})
    cart = {"cart": made["cartCreate"]["cart"]["id"]}
    monkeypatch.setattr(GroupCommit, "poll_after", property(lambda _: SECONDS))
    began = utc_now()
    prepared = (await api.data(PREPARE, cart))["cartPrepareForCompletion"]["result"]
    submitted = (await api.data(SUBMIT, cart))["cartSubmitForCompletion"]
    assert [prepared["__typename"], submitted["__typename"]] == ["CartThrottled", "SubmitThrottled"]
    for answer in (prepared, submitted):
        moment = datetime.fromisoformat(answer["pollAfter"])
        assert began <= moment - timedelta(seconds=SECONDS) <= utc_now() + timedelta(seconds=2)
