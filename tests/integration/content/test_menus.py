"""Menus for editors: versions that no two editors overwrite, a history, and menus of their own for platforms."""

import asyncio
from typing import Any

import pytest

from bff.worker import homepage_builder, page_marker
from datasources import tables
from datasources.content.writes import ContentStore
from domain.accounts import Permission
from domain.content import Menu, MenuItem
from domain.events import MenuChanged
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import TextSection
from domain.kit.ids import global_id
from tests.kit.fixtures.graphql_api import Api
from tests.kit.waiting import until

ID = global_id("Menu", "main")
UPDATE = """mutation($id: ID!, $title: String!, $platform: Platform, $version: Int) {
  menuUpdate(id: $id, title: $title, platform: $platform, version: $version, items: [{title: "Mugs", url: "/mugs"}]) {
    menu { id title version platform items { title } } userErrors { code field } } }"""
ROLLBACK = """mutation($id: ID!, $to: Int!, $platform: Platform, $version: Int) {
  menuRollback(id: $id, toVersion: $to, platform: $platform, version: $version) {
    menu { title version } userErrors { code field } } }"""
DELETE = """mutation($id: ID!, $platform: Platform!, $version: Int) {
  menuDelete(id: $id, platform: $platform, version: $version) {
    menu { title version platform } userErrors { code field } } }"""
HISTORY = """query($id: ID!, $platform: Platform, $first: Int!) {
  menuHistory(id: $id, platform: $platform, first: $first) { savedAt savedBy menu { title version platform } } }"""
MENU = 'query($platform: Platform) { menu(handle: "main", platform: $platform) { title version platform } }'


@pytest.fixture
async def token(api: Api) -> str:
    """Of one of the staff that may edit; the shop has a menu that nobody has edited."""
    await ContentStore(api.stores.documents).put_menu(Menu("main", "main", "Main", (MenuItem("1", "All", "/search"),)))
    return (await api.add_account(Permission.HOMEPAGE)).token


async def _do(api: Api, token: str, document: str, **variables: Any) -> Any:
    (answer,) = (await api.data(document, {"id": ID, **variables}, token)).values()
    return answer


def _refused(code: str, *field: str) -> list[dict[str, Any]]:
    return [{"code": code, "field": list(field)}]


async def test_an_older_version_overwrites_nothing(api: Api, token: str) -> None:
    """Each change names the version that it replaces; one that names none replaces any."""
    first = await _do(api, token, UPDATE, title="One", version=0)
    assert (first["menu"]["version"], first["userErrors"]) == (1, [])
    late = await _do(api, token, UPDATE, title="Two", version=0)
    assert late == {"menu": None, "userErrors": _refused("VERSION_CONFLICT", "version")}
    assert (await _do(api, token, UPDATE, title="Three", version=1))["menu"]["version"] == 2
    assert (await _do(api, token, UPDATE, title="Four"))["menu"]["version"] == 3
    assert (await api.data(MENU))["menu"] == {"title": "Four", "version": 3, "platform": None}
    assert len(await api.rows(tables.outbox)) == 3


@pytest.mark.parametrize("version", [0, None])
async def test_of_rivals_one_replaces_a_version(api: Api, token: str, version: int | None) -> None:
    """With a version all others are refused; without one they come after each other, and none is lost."""
    work = (_do(api, token, UPDATE, title=f"Title {number}", version=version) for number in range(4))
    answers = await asyncio.gather(*work)
    won = [answer["menu"]["version"] for answer in answers if answer["menu"]]
    assert sorted(won) == ([1] if version == 0 else [1, 2, 3, 4])
    lost = [answer["userErrors"] for answer in answers if not answer["menu"]]
    assert lost == [_refused("VERSION_CONFLICT", "version")] * (4 - len(won))
    assert len(await _do(api, token, HISTORY, first=50)) == len(won) + 1


async def test_every_version_can_be_saved_again(api: Api, token: str) -> None:
    """Also the menu that the shop began with; a rollback is a new version."""
    await _do(api, token, UPDATE, title="One")
    await _do(api, token, UPDATE, title="Two")
    back = await _do(api, token, ROLLBACK, to=0, version=2)
    assert back == {"menu": {"title": "Main", "version": 3}, "userErrors": []}
    history = await _do(api, token, HISTORY, first=3)
    assert [(each["menu"]["title"], each["menu"]["version"]) for each in history] == [
        ("Main", 3),
        ("Two", 2),
        ("One", 1),
    ]
    assert all(each["savedBy"].startswith("staff:") and each["savedAt"] for each in history)
    assert (await _do(api, token, HISTORY, first=9))[-1] == {
        "savedAt": None,
        "savedBy": None,
        "menu": {"title": "Main", "version": 0, "platform": None},
    }
    assert (await _do(api, token, ROLLBACK, to=9))["userErrors"] == _refused("NOT_FOUND", "toVersion")
    assert (await _do(api, token, ROLLBACK, to=1, version=1))["userErrors"] == _refused("VERSION_CONFLICT", "version")
    missing = await _do(api, token, ROLLBACK, id=global_id("Menu", "other"), to=1)
    assert missing["userErrors"] == _refused("NOT_FOUND", "id")


async def test_a_platform_has_a_menu_of_its_own(api: Api, token: str) -> None:
    """With versions of its own; it is deleted and brought back, and versions go on."""
    own = (await _do(api, token, UPDATE, title="Apps", platform="IOS", version=0))["menu"]
    assert (own["id"], own["title"], own["version"], own["platform"]) == (ID, "Apps", 1, "IOS")
    shown = [(await api.data(MENU, {"platform": each}))["menu"] for each in (None, "WEB", "IOS")]
    main = {"title": "Main", "version": 0, "platform": None}
    assert shown == [main, main, {"title": "Apps", "version": 1, "platform": "IOS"}]
    stale = await _do(api, token, DELETE, platform="IOS", version=0)
    assert stale["userErrors"] == _refused("VERSION_CONFLICT", "version")
    assert await _do(api, token, DELETE, platform="IOS", version=1) == {"menu": main, "userErrors": []}
    assert (await api.data(MENU, {"platform": "IOS"}))["menu"] == main
    assert (await _do(api, token, DELETE, platform="IOS"))["userErrors"] == _refused("NOT_FOUND", "platform")
    assert (await _do(api, token, DELETE, platform="WEB"))["userErrors"] == _refused("NOT_FOUND", "platform")
    again = await _do(api, token, ROLLBACK, to=1, platform="IOS")
    assert again == {"menu": {"title": "Apps", "version": 3}, "userErrors": []}
    events = [row.payload for row in await api.rows(tables.outbox)]
    assert events == [{"handle": "main"}] * 3


@pytest.mark.slow
async def test_the_homepage_of_a_platform_shows_its_menu(api: Api, token: str) -> None:
    """A change of it rebuilds the page."""
    stores = api.stores
    for platform in Platform:
        await stores.homepage_documents.publish(HomepageKey("GB", platform), 0, "main", (TextSection("a", "A", "a"),))
    builder, marker = homepage_builder(stores), page_marker(stores)

    async def menus() -> list[str]:
        while await builder.turn():
            pass
        records = [await stores.homepage_records.get(HomepageKey("GB", platform)) for platform in Platform]
        return [record.menu[0].title for record in records if record is not None]

    await marker.mark_all()
    assert await menus() == ["All", "All", "All"]
    await _do(api, token, UPDATE, title="Apps", platform="IOS")
    await marker.handle([MenuChanged(**row.payload) for row in await api.rows(tables.outbox)])

    async def is_rebuilt() -> bool:
        return await menus() == ["All", "Mugs", "All"]

    await until(is_rebuilt)
