"""What a shopper has hidden is gone from every list, whose pages are as long as asked for."""

from collections.abc import Awaitable, Callable

import pytest

from datasources.personal.fields import Fields
from datasources.personal.tastes import Tastes
from domain.kit.ids import global_id
from domain.personal.records import Person
from tests.integration.personal.conftest import DEVICE, Mugs, allowed
from tests.kit.fixtures.graphql_api import Record
from tests.kit.homepages import KEY, page, shelf
from tests.unit.personal.test_personal import card_in

Ask = Callable[[str], Awaitable[Record]]
# Each answers a page of products as `list`, from `AFTER`.
LISTS = {
    "products": "{ list: products(first: 3, sortKey: TITLEAFTER) { PAGE } }",
    "products-backward": "{ list: products(first: 3, sortKey: PRICE, reverse: trueAFTER) { PAGE } }",
    "products-query": '{ list: products(first: 3, query: "mug"AFTER) { PAGE } }',
    "products-filter": '{ list: products(first: 3, query: "collection:all", sortKey: TITLEAFTER) { PAGE } }',
    "collection": '{ collection(handle: "all") { list: products(first: 3AFTER) { PAGE } } }',
    "search": '{ list: search(query: "mug", first: 3AFTER) { totalCount PAGE } }',
    "search-hide": '{ list: search(query: "mug", first: 3, unavailableProducts: HIDEAFTER) { totalCount PAGE } }',
}
PAGE = "nodes { ... on Product { handle } } pageInfo { hasNextPage endCursor }"
COLLECTIONS = (
    '{ collections(first: 9) { nodes { handle } } predictiveSearch(query: "mugs") { collections { handle } } }'
)


async def pages(ask: Ask, name: str) -> list[list[str]]:
    """Every page of a list, followed by its cursors."""
    found, after = list[list[str]](), ""
    while True:
        answer = await ask(LISTS[name].replace("PAGE", PAGE).replace("AFTER", after))
        assert "errors" not in answer, answer
        data = answer["data"]
        page = data.get("list") or data["collection"]["list"]
        found.append([node["handle"] for node in page["nodes"]])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = f', after: "{page["pageInfo"]["endCursor"]}"'


async def hide(ask: Ask, mugs: Mugs, *products: int, category: str | None = None) -> None:
    """Hides products, by their number, and a category."""
    for number in products:
        gid = global_id("Product", mugs.keys[number])
        answer = await ask(f'mutation {{ hideProduct(productId: "{gid}") {{ accepted userErrors {{ code }} }} }}')
        assert answer["data"]["hideProduct"] == {"accepted": 1, "userErrors": []}
    if category is not None:
        answer = await ask(f'mutation {{ hideCategory(category: "{category}") {{ accepted userErrors {{ code }} }} }}')
        assert answer["data"]["hideCategory"] == {"accepted": 1, "userErrors": []}


@pytest.mark.parametrize("who", ["as_account", "as_guest"])
@pytest.mark.parametrize("name", LISTS)
async def test_pages_are_full_without_what_is_hidden(mugs: Mugs, who: str, name: str) -> None:
    """Two products and a category are gone from the next request on; cursors from before still lead on."""
    ask: Ask = getattr(mugs, who)
    before = await pages(ask, name)
    await hide(ask, mugs, 5, 11, category="small")
    after = await pages(ask, name)
    assert [handle for page in before for handle in page if handle[-2:] in ("04", "06", "07", "08", "09", "10")] == [
        handle for page in after for handle in page
    ]
    assert [len(page) for page in after] == [3, 3]
    assert await pages(mugs.api, name) == before


@pytest.mark.parametrize("who", ["as_account", "as_guest"])
async def test_collections_and_suggestions_leave_out_what_is_hidden(mugs: Mugs, who: str) -> None:
    """Also the collections of a product, the products of a hidden collection, recommendations and suggested words."""
    ask: Ask = getattr(mugs, who)
    await hide(ask, mugs, 5, category="small")
    data = (await ask(COLLECTIONS))["data"]
    assert [node["handle"] for node in data["collections"]["nodes"]] == ["all", "large"]
    assert [node["handle"] for node in data["predictiveSearch"]["collections"]] == ["all", "large"]
    gid = global_id("Product", mugs.keys[4])
    query = f"""{{ productRecommendations(productId: "{gid}") {{ handle }}
      predictiveSearch(query: "mug 0", limitScope: EACH) {{ products {{ handle }} queries {{ text }} }}
      product(handle: "mug-00") {{ handle collections(first: 9) {{ nodes {{ handle }} }} }}
      collection(handle: "small") {{ handle products(first: 9) {{ nodes {{ handle }} }} }} }}"""
    data = (await ask(query))["data"]
    assert {each["handle"] for each in data["productRecommendations"]} == {
        f"mug-{number:02}" for number in (6, 7, 8, 9, 10, 11)
    }
    shown = {each["handle"] for each in data["predictiveSearch"]["products"]}
    assert shown and not shown & {f"mug-{number:02}" for number in (0, 1, 2, 3, 5)}
    assert {each["text"] for each in data["predictiveSearch"]["queries"]} == {
        handle.replace("-", " ") for handle in shown
    }
    # Who follows a link to it still sees it.
    assert data["product"] == {"handle": "mug-00", "collections": {"nodes": [{"handle": "all"}]}}
    assert data["collection"] == {"handle": "small", "products": {"nodes": []}}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_costs_no_statement_more(mugs: Mugs, name: str) -> None:
    """What is hidden comes from Redis, read once for all lists of a request."""
    database = mugs.api.stores.database
    spent = []
    await hide(mugs.as_account, mugs, 1, category="large")
    for ask in (mugs.api, mugs.as_account, mugs.as_guest):
        before = database.statements
        await ask(LISTS[name].replace("PAGE", PAGE).replace("AFTER", ""))
        spent.append(database.statements - before)
    assert len(set(spent)) == 1


async def test_answers_are_private_for_a_device_or_an_account_alone(mugs: Mugs) -> None:
    """Caches may keep those of everybody else."""
    query = LISTS["products"].replace("PAGE", PAGE).replace("AFTER", "")
    placed = f"query @inContext(country: GB) {query}"
    account = await mugs.api.send(placed, token=mugs.account.token)
    guest = await mugs.api.send(allowed(query), headers=DEVICE)
    assert {account.headers["cache-control"], guest.headers["cache-control"]} == {"private, no-store"}
    for other in (await mugs.api.send(placed), await mugs.api.send(placed, headers=DEVICE)):
        assert other.headers["cache-control"].startswith("public, max-age=")


async def test_lists_do_without_redis(mugs: Mugs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows say what an account has hidden; an answer to a guest says that it is not personal."""

    async def silent(*_: object) -> None:
        raise ConnectionError

    await hide(mugs.as_account, mugs, 0)
    await hide(mugs.as_guest, mugs, 0)
    monkeypatch.setattr(mugs.api.stores.redis, "hgetall", silent)
    query = LISTS["products"].replace("PAGE", PAGE).replace("AFTER", "")
    account, guest = await mugs.as_account(query), await mugs.as_guest(query)
    assert [node["handle"] for node in account["data"]["list"]["nodes"]] == ["mug-01", "mug-02", "mug-03"]
    assert "extensions" not in account
    assert [node["handle"] for node in guest["data"]["list"]["nodes"]] == ["mug-00", "mug-01", "mug-02"]
    assert guest["extensions"] == {"personalized": False}


@pytest.mark.parametrize("who", ["as_account", "as_guest"])
async def test_all_parts_of_an_answer_agree_on_what_is_hidden(
    mugs: Mugs, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The homepage beside lists uses their read of the taste, instead of one of its own that may come too late."""
    ask: Ask = getattr(mugs, who)
    cards = shelf("all", *(card_in(key, "all") for key in mugs.keys[:2]))
    await mugs.api.stores.homepage_records.replace(KEY, page(cards))
    await hide(ask, mugs, 0)
    reads = []
    read = Tastes._read

    async def counted(tastes: Tastes, person: Person) -> Fields | None:
        reads.append(person)
        return await read(tastes, person)

    monkeypatch.setattr(Tastes, "_read", counted)
    monkeypatch.setattr("datasources.personal.tastes.READ_SECONDS", 0.0)
    shown = (
        await ask("""{ products(first: 12, sortKey: TITLE) { nodes { handle } } homepage(platform: WEB) { personalized
          sections { ... on HomepageShelf { products { title } } } } }""")
    )["data"]
    assert "mug-00" not in {node["handle"] for node in shown["products"]["nodes"]}
    assert shown["homepage"]["personalized"]
    assert [len(section["products"]) for section in shown["homepage"]["sections"]] == [1]
    assert len(reads) == 1
