"""What shoppers hide: kept until it is taken back, listed by one query and undone by one mutation."""

import asyncio
from datetime import UTC, datetime

import pytest

from bff.worker import taste_keeper
from datasources import tables
from datasources.kit.database import Database
from datasources.kit.redis import Client
from datasources.personal.dislikes import Dislikes
from datasources.personal.tastes import Tastes
from domain.catalog.unwanted import Unwanted
from domain.events import DislikesChanged
from domain.kit.ids import global_id
from domain.kit.refusals import Unavailable
from domain.personal.records import MAX_HIDDEN, Person, Thing, account
from services.personal.dislikes import DislikeService
from tests.integration.personal.conftest import Mugs
from tests.kit.factories.accounts import add_customer
from tests.kit.fixtures.stores import remove_keys

HIDDEN = "{ hiddenItems { productId category product { handle } collection { handle } hiddenAt } }"
TRACK = """mutation { trackEvents(events: [EVENTS]) { accepted userErrors { code field } } }"""


def _event(kind: str, **named: str) -> str:
    parts = "".join(f', {name}: "{value}"' for name, value in named.items())
    return f"{{ type: {kind}{parts} }}"


async def _hidden(mugs: Mugs, who: str) -> list[tuple[str | None, str | None]]:
    items = (await getattr(mugs, who)(HIDDEN))["data"]["hiddenItems"]
    assert all(item["hiddenAt"] for item in items)
    return [((item["product"] or {}).get("handle"), item["category"]) for item in items]


@pytest.mark.parametrize("who", ["as_account", "as_guest"])
async def test_not_interested_hides_at_once_and_for_good(mugs: Mugs, who: str) -> None:
    """A product without its categories, or a category; looks and carts later change nothing."""
    gid, other = (global_id("Product", mugs.keys[number]) for number in (0, 1))
    events = [_event("NOT_INTERESTED", productId=gid, category="large"), _event("NOT_INTERESTED", category="small")]
    answer = await getattr(mugs, who)(TRACK.replace("EVENTS", ", ".join(events)))
    assert answer["data"]["trackEvents"] == {"accepted": 2, "userErrors": []}
    later = [_event("ADD_TO_CART", productId=each, category="small") for each in (gid, other)]
    await getattr(mugs, who)(TRACK.replace("EVENTS", ", ".join(later * 5)))
    assert sorted(await _hidden(mugs, who), key=str) == [("mug-00", None), (None, "small")]


@pytest.mark.parametrize("who", ["as_account", "as_guest"])
async def test_one_mutation_shows_everything_again(mugs: Mugs, who: str) -> None:
    """What is not hidden changes nothing; wrong ids and handles are refused with their place."""
    ask = getattr(mugs, who)
    ids = [global_id("Product", key) for key in mugs.keys[:2]]
    for gid in ids:
        await ask(f'mutation {{ hideProduct(productId: "{gid}") {{ accepted }} }}')
    await ask('mutation { hideCategory(category: "small") { accepted } }')
    named = f'productIds: ["{ids[0]}", "{ids[1]}"], categories: ["small", "other"]'
    answer = await ask(f"mutation {{ unhide({named}) {{ accepted userErrors {{ code }} }} }}")
    assert answer["data"]["unhide"] == {"accepted": 4, "userErrors": []}
    assert await _hidden(mugs, who) == []
    answer = await ask('mutation { unhide(productIds: ["x"]) { userErrors { code field } } }')
    assert answer["data"]["unhide"]["userErrors"] == [{"code": "INVALID", "field": ["productIds", "0"]}]
    answer = await ask('mutation { unhide(categories: ["a", " "]) { userErrors { code field } } }')
    assert answer["data"]["unhide"]["userErrors"] == [{"code": "INVALID", "field": ["categories", "1"]}]


async def test_nobody_hides_more_than_can_be_listed(mugs: Mugs) -> None:
    """Nothing that is hidden gives way."""
    many = [Thing(number) for number in range(1, MAX_HIDDEN + 1)]
    await _service(mugs).hide(account(mugs.account.customer_id), many)
    answer = await mugs.as_account('mutation { hideCategory(category: "small") { accepted userErrors { code } } }')
    assert answer["data"]["hideCategory"] == {"accepted": 0, "userErrors": [{"code": "INVALID"}]}
    (left,) = await Dislikes(mugs.api.stores.database).by_customer([mugs.account.customer_id])
    assert {each.thing for each in left} == set(many)


def _service(mugs: Mugs) -> DislikeService:
    return DislikeService(mugs.api.stores.database, mugs.api.stores.tastes)


async def _unwanted(mugs: Mugs, person: Person) -> Unwanted:
    """What Redis says to a process that has just started."""
    stores = mugs.api.stores
    taste = await Tastes(stores.redis, stores.settings.prefix).get_for_list(person)
    assert taste is not None
    return taste.unwanted


async def test_what_an_account_hid_outlives_redis(mugs: Mugs) -> None:
    """Rows are the truth: a worker copies them again, and until then no list shows what is hidden."""
    person, stores = account(mugs.account.customer_id), mugs.api.stores
    await _service(mugs).hide(person, [Thing(mugs.keys[0]), Thing(category="large")])
    await remove_keys(stores.redis, stores.settings.prefix)
    query = "{ products(first: 3) { nodes { handle } } }"
    lost = await mugs.as_account(query)
    assert await taste_keeper(stores).turn() is True
    for answer in (lost, await mugs.as_account(query)):
        assert [node["handle"] for node in answer["data"]["products"]["nodes"]] == ["mug-01", "mug-02", "mug-03"]
    assert await _unwanted(mugs, person) == Unwanted(frozenset({mugs.keys[0]}), frozenset({"large"}))
    assert await taste_keeper(stores).turn() is False


async def test_a_copy_that_failed_is_made_up_for(mugs: Mugs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row and its event are one transaction; the event copies what the rows say by then."""

    async def failing(*_: object) -> None:
        raise Unavailable("PERSONALIZATION_UNAVAILABLE", "Not now.")

    person, stores = account(mugs.account.customer_id), mugs.api.stores
    with monkeypatch.context() as patch:
        patch.setattr(Tastes, "copy_dislikes", failing)
        await _service(mugs).hide(person, [Thing(7)])
    assert await _unwanted(mugs, person) == Unwanted()
    events = [row.payload for row in await mugs.api.rows(tables.outbox) if row.kind == "DislikesChanged"]
    assert events == [{"customer_id": mugs.account.customer_id}]
    await taste_keeper(stores).handle([DislikesChanged(mugs.account.customer_id)] * 2)
    assert await _unwanted(mugs, person) == Unwanted(frozenset({7}))


async def test_what_version_0_1_knew_becomes_rows(mugs: Mugs) -> None:
    """It kept what accounts hid in Redis alone; hashes of accounts that are gone stop nobody."""
    stores, customer_id = mugs.api.stores, mugs.account.customer_id
    prefix = stores.settings.prefix
    for key in (f"{prefix}taste:{{customer:{customer_id}}}", f"{prefix}taste:{{customer:999999}}"):
        await stores.redis.hset(
            key, mapping={"p:7": "1767225600000", "c:small": "1767225600001", "a:x": "1.0 1767225600"}
        )
    await stores.redis.delete(f"{prefix}{{tastes}}:copied")
    assert await taste_keeper(stores).turn()
    (found,) = await Dislikes(stores.database).by_customer([customer_id])
    assert [each.thing for each in found] == [Thing(category="small"), Thing(7)]
    assert found[1].hidden_at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.slow
async def test_a_login_takes_along_what_the_device_hid(mugs: Mugs) -> None:
    """It is hidden from the account from then on, and stays hidden from the device."""
    await mugs.as_guest('mutation { hideCategory(category: "small") { accepted } }')
    sign_up = 'input: { email: "ada@example.com", password: "long enough" }'
    await mugs.api.data(f"mutation {{ customerCreate({sign_up}) {{ customer {{ id }} }} }}")
    log_in = f"mutation {{ customerAccessTokenCreate({sign_up}) {{ customerAccessToken {{ accessToken }} }} }}"
    data = (await mugs.as_guest(log_in))["data"]
    token = data["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"]
    answer = await mugs.api(HIDDEN, token=token)
    assert [item["category"] for item in answer["data"]["hiddenItems"]] == ["small"]
    assert await _hidden(mugs, "as_guest") == [(None, "small")]


async def test_an_account_must_be_signed_in_to_hide_and_to_be_recorded(mugs: Mugs) -> None:
    """A token that a logout has ended changes nothing."""
    token = mugs.account.token
    await mugs.api.data(
        f'mutation {{ customerAccessTokenDelete(customerAccessToken: "{token}") {{ deletedAccessToken }} }}'
    )
    tracked = [TRACK.replace("EVENTS", _event(kind, category="small")) for kind in ("NOT_INTERESTED", "VIEW")]
    for query in (*tracked, 'mutation { hideCategory(category: "small") { accepted } }', HIDDEN):
        answer = await mugs.as_account(query)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert await mugs.api.rows(tables.dislikes) == []


async def test_two_changes_at_once_are_both_kept(database: Database, redis_client: Client, redis_prefix: str) -> None:
    """On every database: rows of one account change one after the other."""
    customer_id = await database.transact(lambda tx: add_customer(tx))
    services = [DislikeService(database, Tastes(redis_client, redis_prefix)) for _ in range(2)]
    person = account(customer_id)
    await asyncio.gather(*(services[number % 2].hide(person, [Thing(number)]) for number in range(1, 9)))
    await services[0].hide(person, [Thing(category="größe"), Thing(category="Größe"), Thing(3)])
    await asyncio.gather(*(services[number % 2].unhide(person, [Thing(number)]) for number in range(1, 5)))
    await services[1].unhide(person, [Thing(category="Größe"), Thing(99)])
    found = await services[0].hidden(person)
    assert {each.thing for each in found} == set(map(Thing, range(5, 9)))
    assert [each.hidden_at for each in found] == sorted((each.hidden_at for each in found), reverse=True)
