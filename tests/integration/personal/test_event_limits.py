"""How many events a shopper may send, and about what."""

import pytest

from datasources.kit.limits import Limits
from datasources.kit.redis import Client
from datasources.personal.fields import AFFINITY, LOOKS, PRODUCT_LOOKS
from datasources.personal.tastes import Tastes
from domain.accounts import Consent
from domain.catalog.handles import MAX_HANDLE
from domain.kit.ids import MAX_KEY, global_id
from domain.kit.limits import EVENTS_OF_DEVICE, EVENTS_OF_NETWORK
from domain.kit.refusals import RefusalCode, Refused
from domain.personal.records import MAX_HIDDEN, EventType, Person, ShopperEvent, Thing
from services.personal.dislikes import DislikeService
from services.personal.tracking import MAX_EVENTS, TrackingService
from tests.kit.fixtures.graphql_api import Api

ANN, BOB = Person("customer", "1"), Person("device", "b0b")
CLAIMED = Person("claimed", "some-app-install")
ADDRESS = "203.0.113.7"
CONSENT = "@inContext(visitorConsent: { analytics: true, preferences: true })"
TRACK = f"""mutation($events: [ShopperEventInput!]!) {CONSENT} {{ trackEvents(events: $events) {{
  accepted userErrors {{ code field }} }} }}"""
# What one visitor can make the shop keep. Handles of categories are as long as staff make them; few are long.
BYTES_OF_VISITOR = 200_000


class Shop:
    """Counts what is recorded."""

    def __init__(self, service: TrackingService) -> None:
        self._service = service

    async def accepts(self, person: Person, events: int, address: str = ADDRESS) -> bool:
        """Whether it records so many events at once."""
        sent = [ShopperEvent(EventType.VIEW, None, "mugs")] * events
        try:
            return await self._service.track(person, address, sent, lambda _: (), Consent(True, True)) == events
        except Refused as refused:
            assert refused.refusals[0].code is RefusalCode.RATE_LIMITED
            return False


@pytest.fixture
def shop(api: Api, redis_client: Client, redis_prefix: str) -> Shop:
    """A shop whose limits have not been used yet."""
    tastes = Tastes(redis_client, redis_prefix)
    limits = Limits(redis_client, redis_prefix, "secret")
    return Shop(TrackingService(tastes, DislikeService(api.stores.database, tastes), limits))


async def _use_up(shop: Shop, person: Person, events: float, address: str = ADDRESS) -> None:
    for _ in range(int(events) // MAX_EVENTS):
        assert await shop.accepts(person, MAX_EVENTS, address)


async def test_a_shopper_sends_no_more_events_than_allowed(shop: Shop) -> None:
    """From whichever address; others go on."""
    await _use_up(shop, ANN, EVENTS_OF_DEVICE.capacity)
    assert not await shop.accepts(ANN, MAX_EVENTS, "198.51.100.1")
    assert await shop.accepts(BOB, MAX_EVENTS)


async def test_guests_of_one_network_share_a_bound(shop: Shop) -> None:
    """A client that invents names cannot fill the memory; accounts have a limit of their own."""
    for number in range(int(EVENTS_OF_NETWORK.capacity // EVENTS_OF_DEVICE.capacity) + 2):
        await _use_up(shop, Person("claimed", f"made-up-{number}"), 200)
    assert not await shop.accepts(CLAIMED, MAX_EVENTS)
    assert await shop.accepts(CLAIMED, MAX_EVENTS, "198.51.100.1")
    assert await shop.accepts(ANN, MAX_EVENTS)


async def test_categories_that_do_not_exist_are_refused(api: Api) -> None:
    """Nothing is noted, and no device gets a name: nobody can fill the memory with names of their own."""
    await api.add_categories("mugs")
    for events, field in (
        ([{"type": "VIEW", "category": "mugs"}, {"type": "VIEW", "category": "Junk"}], ["events", "1", "category"]),
        ([{"type": "NOT_INTERESTED", "category": "junk"}], ["events", "0", "category"]),
    ):
        answer = await api.send(TRACK, {"events": events})
        (error,) = answer.json()["data"]["trackEvents"]["userErrors"]
        assert (error["code"], error["field"]) == ("INVALID", field)
        assert "set-cookie" not in answer.headers
    hide = f'mutation {CONSENT} {{ hideCategory(category: "junk") {{ userErrors {{ code field }} }} }}'
    answer = await api.send(hide)
    assert answer.json()["data"]["hideCategory"]["userErrors"] == [{"code": "INVALID", "field": ["category"]}]
    assert "set-cookie" not in answer.headers
    assert await _kept(api) == []


async def _kept(api: Api) -> list[bytes]:
    return [key async for key in api.stores.redis.scan_iter(match=f"{api.stores.settings.prefix}taste:*")]


async def test_products_that_do_not_exist_are_not_kept(api: Api) -> None:
    """Events about them are left out, others are recorded; nobody hides them; no device gets a name for them."""
    mug, gone = await api.add_product(), global_id("Product", 7)
    hide = f'mutation {CONSENT} {{ hideProduct(productId: "{gone}") {{ userErrors {{ code field }} }} }}'
    refused, only_gone = (
        await api.send(hide),
        [{"type": kind, "productId": gone} for kind in ("VIEW", "NOT_INTERESTED")],
    )
    assert refused.json()["data"]["hideProduct"]["userErrors"] == [{"code": "INVALID", "field": ["productId"]}]
    nothing = await api.send(TRACK, {"events": only_gone})
    assert nothing.json()["data"]["trackEvents"] == {"accepted": 0, "userErrors": []}
    assert not {"set-cookie"} & {*refused.headers, *nothing.headers}
    assert await _kept(api) == []
    events = [*only_gone, {"type": "VIEW", "productId": global_id("Product", mug.product_id)}]
    answer = await api.send(TRACK, {"events": events})
    assert answer.json()["data"]["trackEvents"] == {"accepted": 1, "userErrors": []}
    assert "set-cookie" in answer.headers
    (key,) = await _kept(api)
    assert (await api.stores.redis.memory_usage(key, samples=0) or 0) < 1_000


async def test_what_one_visitor_stores_is_bounded_in_bytes(shop: Shop, redis_client: Client, redis_prefix: str) -> None:
    """However much is sent: names as long as they may be, of characters of four bytes, and everything hidden."""
    tastes = Tastes(redis_client, redis_prefix)
    longest = ["𝒂" * (MAX_HANDLE - 4) + f"{number:04}" for number in range(MAX_HIDDEN)]
    weights = (f"{prefix}{name}" for prefix in (AFFINITY, LOOKS) for name in longest)
    await tastes.track(CLAIMED, dict.fromkeys(weights, 1.0))
    await tastes.track(CLAIMED, {f"{PRODUCT_LOOKS}{MAX_KEY - number}": 1.0 for number in range(MAX_HIDDEN)})
    assert await tastes.hide(CLAIMED, [Thing(product_id=MAX_KEY - number) for number in range(MAX_HIDDEN)])
    (key,) = [key async for key in redis_client.scan_iter(match=f"{redis_prefix}taste:*")]
    assert (await redis_client.memory_usage(key, samples=0) or 0) <= BYTES_OF_VISITOR
    assert not await tastes.hide(CLAIMED, [Thing(product_id=7)])
