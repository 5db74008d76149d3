"""What the previous release wrote, under this one: rows, documents, records and events."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bff import worker
from bff.backup.restore import restore_rows
from bff.backup.write import back_up
from bff.settings.variables import Settings
from bff.stores.migrate import migrate
from bff.stores.wiring import Stores, compared
from datasources.consistency.check import check
from datasources.kit import outbox, redis
from datasources.kit.documents import Documents
from domain.search import SearchQuery
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.graphql import asking, paying_settings
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.fixtures.stores import present, remove_keys, unique_name
from tests.kit.fixtures.workers import kept_together
from tests.kit.running_sandbox import RunningSandbox
from tests.upgrades import fixture, operations
from tests.upgrades.make import SECRET
from tests.upgrades.release import PREVIOUS
from tests.upgrades.story import NEWCOMER, PASSWORD, SHOPPER, STAFF, attempt_of
from workers.kit.pauses import wait

FOLDER = Path(__file__).parent / PREVIOUS
FACTS: Record = fixture.facts(FOLDER)
ORDERS: dict[str, Record] = FACTS["orders"]
PLACES = ("GB", "US", "DE")
STATUSES = {
    "paid": "PAID",
    "discounted": "PAID",
    "guest": "PAID",
    "refunded": "PAID",
    "cancelled": "REFUNDED",
    "fulfilled": "FULFILLED",
    "unheard": "PAID",
    "waiting": "PENDING_PAYMENT",
    "lost_answer": "PAID",
    "late_refund": "REFUNDED",
}


@pytest.fixture(scope="module", params=kept_together(backends.RELATIONAL, "upgrade"))
async def settings(
    request: pytest.FixtureRequest, all_databases: dict[str, Databases], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """The stores of the release, its sandbox among them, on each relational store in turn."""
    databases = all_databases[present(request.param).name]
    directory, name, moved = tmp_path_factory.mktemp("upgrade"), unique_name(), fixture.age(FOLDER)
    fixture.load_sql(FOLDER / fixture.SANDBOX, directory / "sandbox" / "sandbox.db")
    fixture.load_sql(FOLDER / fixture.RELATIONAL, directory / "shop.db", moved)
    sandbox = RunningSandbox(directory / "sandbox")
    loaded = Settings(
        data_dir=directory,
        database_url=SecretStr(f"sqlite+aiosqlite:///{directory / 'shop.db'}"),
        mongo_url=SecretStr(present("mongo").url()),
        mongo_database=name,
        redis_url=SecretStr(present("valkey").url()),
        prefix=f"{name}:",
        search_url=f"tantivy://{directory / 'search'}",
        token_secret=SecretStr(SECRET),
    ).model_copy(update=paying_settings(sandbox))
    documents = Documents(loaded.mongo_url.get_secret_value(), name, deadline=30.0)
    client = redis.connect(loaded.redis_url.get_secret_value(), deadline=5.0)
    await fixture.load_documents(FOLDER / fixture.DOCUMENTS, documents, moved)
    await fixture.load_keys(FOLDER / fixture.KEYS, client, loaded.prefix)
    if request.param != "sqlite":
        loaded = await _carried_over(loaded, databases.empty(directory))
    yield loaded
    await documents.db.client.drop_database(name)
    await documents.close()
    await remove_keys(client, loaded.prefix)
    await client.close()
    sandbox.process.kill()


async def _carried_over(settings: Settings, url: str) -> Settings:
    """The same with the rows of the release in another database."""
    directory = settings.data_dir / "backup"
    written = await back_up(settings, directory)
    await restore_rows(url, directory, written)
    return settings.model_copy(update={"database_url": SecretStr(url)})


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The shop after the update; `first_pages` are its homepages by country before any worker of this version ran."""

    api: Api
    first_pages: dict[str, Record]

    async def ask(self, query: str, signed_in: str | None = None, **variables: Any) -> Any:
        """The only field of an answer without errors, to a guest or to whose access token is given."""
        (field,) = (await self.api.data(query, variables, signed_in)).values()
        assert not (isinstance(field, dict) and field.get("userErrors")), field
        return field

    async def login(self, email: str) -> str:
        """An access token for the password that an account had."""
        payload = await self.ask(operations.LOGIN, email=email, password=PASSWORD)
        return str(payload["customerAccessToken"]["accessToken"])

    async def submit(self, cart_id: str, payment: str = "tok_ok") -> Record:
        """What the attempt to buy a cart came to."""
        variables = {"cart": cart_id, "attempt": attempt_of({"id": cart_id}), "payment": payment}
        answer: Record = await self.ask(operations.SUBMIT, **variables)
        return answer

    async def status(self, name: str) -> str:
        """The current state of an order."""
        order = ORDERS[name]
        return str((await self.ask(operations.ORDER, id=order["id"], token=order["token"]))["status"])


@pytest.fixture(scope="module")
async def shop(settings: Settings) -> AsyncIterator[Upgraded]:
    """Migrated, and with workers that have worked off every old event."""
    await migrate(settings)
    stopping = asyncio.Event()
    async with asking(settings) as api:
        pages = {country: await _page(api, country) for country in PLACES}
        working = asyncio.create_task(worker.work(api.stores, stopping))
        async with asyncio.timeout(60):
            while await _is_busy(api.stores):
                await wait(stopping, 0.1)
        yield Upgraded(api, pages)
        stopping.set()
        await asyncio.wait_for(working, 30)


async def _page(api: Api, country: str) -> Record:
    """A homepage; a busy machine may take longer for the first one than a request waits."""
    async with asyncio.timeout(30):
        while "errors" in (answer := await api(operations.HOMEPAGE, {"country": country})):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)
    page: Record = answer["data"]["homepage"]
    return page


async def _is_busy(stores: Stores) -> bool:
    """Whether events are on their way, or the index is not whole."""
    if await outbox.backlog(stores.database) or any((await stores.stream.lags()).values()):
        return True
    return (await stores.search.search(SearchQuery(text="", size=1))).total < await stores.catalog.products.count()


def test_the_fixture_has_every_kind_of_event() -> None:
    """A kind that a release did not know cannot be in what it left; every other one is."""
    assert fixture.kinds_of_events(FOLDER) == {
        "AvailabilityChanged",
        "CollectionsChanged",
        "EventsLost",
        "FlashSaleChanged",
        "FlashSaleEnded",
        "FlashSaleStarted",
        "HomepageMissing",
        "HomepagePublished",
        "MenuChanged",
        "OrderCancelled",
        "OrderPaid",
        "OrderPlaced",
        "OrderRefunded",
        "OrderReleased",
        "OrdersImported",
        "ProductsChanged",
        "SalesCounted",
        "TrendingComputed",
    }


async def test_old_events_are_understood(shop: Upgraded) -> None:
    """No group gave one up, and their effects are there: search finds the last title."""
    assert await shop.api.stores.stream.dead() == 0
    found = await shop.ask(operations.SEARCH, text="harbour mug navy")
    assert "harbour-mug" in [node["handle"] for node in found["nodes"]]


async def test_the_stores_fit_together(shop: Upgraded) -> None:
    """`storefront check` finds nothing."""
    async with compared(shop.api.stores) as stores:
        assert await check(stores) == []


async def test_old_pages_are_served_before_they_are_built_again(shop: Upgraded) -> None:
    """Every section of the records that the release wrote is answered."""
    kinds = {name: {one["__typename"] for one in page["sections"]} for name, page in shop.first_pages.items()}
    assert kinds["GB"] >= {"HomepageBanners", "HomepageShelf", "HomepageTopCategories", "HomepageText"}
    assert kinds["US"] >= {"HomepageFlashSale", "HomepageMenu", "HomepageShelf", "HomepageText"}


async def test_homepages_keep_their_versions(shop: Upgraded) -> None:
    """The published version is shown, with its history; the scheduled draft still waits."""
    page = await shop.ask(operations.HOMEPAGE, country="US")
    texts = [section["html"] for section in page["sections"] if "html" in section]
    assert (page["version"], texts) == (2, ["<p>second</p>"])
    staff = await shop.login(STAFF)
    steps = await shop.ask(operations.HISTORY, staff)
    assert [step["action"] for step in steps] == ["SCHEDULED", "PUBLISHED", "PUBLISHED"]


async def test_orders_are_as_they_were(shop: Upgraded) -> None:
    """The products, their prices, and the order's state; the e-mail address of an account is shown to the account."""
    for name, status in STATUSES.items():
        order = ORDERS[name]
        seen = await shop.ask(operations.ORDER, id=order["id"], token=order["token"])
        same = ("name", "totalPrice", "lineItems")
        assert {field: seen[field] for field in same} == {field: order[field] for field in same}
        assert (name, seen["status"]) == (name, status)


async def test_a_repeated_attempt_answers_the_same_order(shop: Upgraded) -> None:
    """A buyer who repeats a submit after the update does not pay twice."""
    for name, payment in (("guest", "tok_ok"), ("waiting", "tok_hang")):
        again = await shop.submit(ORDERS[name]["cart"], payment)
        assert again["order"]["id"] == ORDERS[name]["id"]


async def test_people_log_in_and_see_their_orders(shop: Upgraded) -> None:
    """With the passwords that they had."""
    known = await shop.ask(operations.CUSTOMER, token=await shop.login(SHOPPER))
    assert {ORDERS[name]["id"] for name in ("paid", "fulfilled", "unheard")} <= {
        order["id"] for order in known["orders"]["nodes"]
    }
    new = await shop.ask(operations.CUSTOMER, token=await shop.login(NEWCOMER))
    assert (new["email"], new["firstName"], new["orders"]["nodes"]) == (NEWCOMER, "Mary", [])


async def test_a_cart_is_as_it_was_and_is_bought(shop: Upgraded) -> None:
    """Lines, attributes, discount, price of the flash sale, and the total that it was last shown with."""
    cart = FACTS["cart"]
    assert await shop.ask(operations.CART, id=cart["id"]) == cart
    bought = await shop.submit(cart["id"])
    assert (bought["order"]["status"], bought["order"]["totalPrice"]) == ("PAID", cart["cost"]["totalAmount"])


async def test_a_cart_whose_payment_failed_is_open_again(shop: Upgraded) -> None:
    """Another attempt buys it."""
    variables = {"cart": FACTS["declined_cart"], "attempt": "another", "payment": "tok_ok"}
    assert (await shop.ask(operations.SUBMIT, **variables))["order"]["status"] == "PAID"


async def test_staff_deals_with_old_orders(shop: Upgraded) -> None:
    """Cancelled, sent and paid back: what the release recorded of them is enough."""
    staff = await shop.login(STAFF)
    await shop.ask(operations.CANCEL, staff, id=ORDERS["to_cancel"]["id"])
    await shop.ask(operations.FULFIL, staff, fulfillment={"orderId": ORDERS["to_send"]["id"]})
    line = ORDERS["to_refund"]["lineItems"]["nodes"][0]["id"]
    part = [{"lineItemId": line, "quantity": 1, "restockType": "CANCEL"}]
    given = {"orderId": ORDERS["to_refund"]["id"], "refundLineItems": part}
    assert (await shop.ask(operations.REFUND, staff, input=given))["refund"]["status"] == "DONE"
    assert [await shop.status(name) for name in ("to_cancel", "to_send")] == ["REFUNDED", "FULFILLED"]


async def test_a_device_is_still_known(shop: Upgraded) -> None:
    """Its cookie is believed, its likings come first, and what it hid does not appear."""
    headers = {"Cookie": FACTS["device"]}
    async with asyncio.timeout(30):
        while True:  # a busy machine may miss the 20 ms that a personal page has
            page = (await shop.api.data(operations.HOMEPAGE, {"country": "GB"}, headers=headers))["homepage"]
            if page["personalized"]:
                break
            await asyncio.sleep(0.05)
    assert ("harbour-mug" in str(shop.first_pages["GB"]), "harbour-mug" in str(page)) == (True, False)
