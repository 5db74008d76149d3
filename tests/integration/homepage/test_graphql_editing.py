"""Editors at work through GraphQL: drafts, previews, publishing, rollback, schedules, history and menus."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datasources import tables
from datasources.content.writes import ContentStore
from domain.accounts import Permission
from domain.content import Menu
from domain.homepage.keys import HomepageKey, Platform
from domain.kit.ids import global_id
from services.accounts.tokens import Tokens
from services.kit.clock import utc_now
from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql_api import Api

AT = 'territory: "GB", platform: WEB'
SAVE = f"""mutation($revision: Int!, $menu: String!, $sections: [HomepageSectionInput!]!) {{
  homepageDraftSave({AT}, revision: $revision, menu: $menu, sections: $sections) {{
    draft {{ revision savedBy sections {{ id kind }} }} previewToken
    warnings {{ code field message }} userErrors {{ code field message }} }} }}"""
PUBLISH = f"""mutation($version: Int!) {{ homepagePublish({AT}, version: $version) {{
    version warnings {{ code field }} userErrors {{ code }} }} }}"""
PUBLISH_AT_ONCE = f"""mutation($version: Int!, $sections: [HomepageSectionInput!]!) {{
  homepagePublish({AT}, version: $version, menu: "main", sections: $sections) {{
    version warnings {{ code field }} userErrors {{ code }} }} }}"""
ROLLBACK = f"""mutation($version: Int!, $to: Int!) {{ homepageRollback({AT}, version: $version, toVersion: $to) {{
    version warnings {{ code field }} userErrors {{ code }} }} }}"""
SCHEDULE = f"""mutation($revision: Int!, $at: DateTime!) {{ homepageSchedule({AT}, revision: $revision, at: $at) {{
    scheduledAt userErrors {{ code }} }} }}"""
UNSCHEDULE = f"mutation {{ homepageUnschedule({AT}) {{ scheduledAt userErrors {{ code }} }} }}"
DOCUMENT = f"""{{ homepageDocument({AT}) {{ territory platform version menu draftRevision
  draft {{ revision menu }} schedule {{ at scheduledBy }} versions {{ version publishedBy }}
  sections {{ id kind title visibleFrom visibleUntil collection menu size categories soldOut productIds saleId html
    banners {{ title url }} }} }} }}"""
HISTORY = f"{{ homepageHistory({AT}, first: 10) {{ actor action version detail }} }}"
PREVIEW = """query($token: String!, $at: DateTime) { homepagePreview(token: $token, at: $at) { version sections {
  __typename id title ... on HomepageShelf { handle soldOut products { handle price { amount } } }
  ... on HomepageText { html } ... on HomepageMenu { items { title } } } } }"""
MENU = """mutation($id: ID!, $title: String!, $items: [MenuItemUpdateInput!]!) {
  menuUpdate(id: $id, title: $title, items: $items) {
    menu { title items { id title type url items { title } } } userErrors { code field } } }"""

NO_TIMES = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "9000-01-01T00:00:00Z")


@pytest.fixture
async def token(api: Api) -> str:
    """Of one of the staff that may edit."""
    return (await api.add_account(Permission.HOMEPAGE)).token


async def test_a_page_goes_from_draft_to_visitors_and_back(api: Api, token: str) -> None:
    """Saved, looked at, published, published again, rolled back: each step is in the history with who did it."""

    async def save(revision: int, words: str) -> dict[str, Any]:
        variables = {"revision": revision, "menu": "main", "sections": [{"id": "a", "html": words}]}
        saved: dict[str, Any] = (await api.data(SAVE, variables, token))["homepageDraftSave"]
        assert saved["userErrors"] == []
        return saved

    saved = await save(0, "<p>first</p><script>alert(1)</script>")
    assert (saved["draft"]["revision"], saved["draft"]["sections"]) == (1, [{"id": "a", "kind": "html"}])
    shown = (await api.data(PREVIEW, {"token": saved["previewToken"]}))["homepagePreview"]
    assert shown["sections"] == [{"__typename": "HomepageText", "id": "a", "title": "", "html": "<p>first</p>"}]
    published = (await api.data(PUBLISH, {"version": 0}, token))["homepagePublish"]
    assert (published["version"], published["userErrors"]) == (1, [])
    no_draft = (await api.data(PUBLISH, {"version": 1}, token))["homepagePublish"]
    assert [error["code"] for error in no_draft["userErrors"]] == ["NOT_FOUND"]
    await save(1, "second")
    assert (await api.data(PUBLISH, {"version": 0}, token))["homepagePublish"]["userErrors"] == [
        {"code": "VERSION_CONFLICT"}
    ]
    assert (await api.data(PUBLISH, {"version": 1}, token))["homepagePublish"]["version"] == 2
    assert (await api.data(ROLLBACK, {"version": 2, "to": 1}, token))["homepageRollback"]["version"] == 3
    gone = (await api.data(ROLLBACK, {"version": 3, "to": 9}, token))["homepageRollback"]
    assert gone == {"version": None, "warnings": [], "userErrors": [{"code": "NOT_FOUND"}]}
    document = (await api.data(DOCUMENT, token=token))["homepageDocument"]
    assert (document["version"], document["sections"][0]["html"], document["draft"]) == (3, "<p>first</p>", None)
    actor = saved["draft"]["savedBy"]
    assert document["versions"] == [{"version": number, "publishedBy": actor} for number in (3, 2, 1)]
    steps = (await api.data(HISTORY, token=token))["homepageHistory"]
    assert steps == [
        {"actor": actor, "action": "ROLLED_BACK", "version": 3, "detail": "1"},
        {"actor": actor, "action": "PUBLISHED", "version": 2, "detail": ""},
        {"actor": actor, "action": "PUBLISHED", "version": 1, "detail": ""},
    ]


async def test_publishing_tells_what_the_shop_does_not_have(api: Api, token: str) -> None:
    """At once, from a draft, and by going back: the page is still published, without it."""
    gone = [{"id": "shelf", "shelf": {"collection": "no-such-thing"}}]
    missing = [{"code": "NOT_FOUND", "field": field} for field in (["menu"], ["sections", "0", "shelf", "collection"])]
    at_once = await api.data(PUBLISH_AT_ONCE, {"version": 0, "sections": gone}, token)
    assert at_once["homepagePublish"] == {"version": 1, "warnings": missing, "userErrors": []}
    await api.data(SAVE, {"revision": 0, "menu": "main", "sections": gone}, token)
    drafted = await api.data(PUBLISH, {"version": 1}, token)
    assert drafted["homepagePublish"] == {"version": 2, "warnings": missing, "userErrors": []}
    back = await api.data(ROLLBACK, {"version": 2, "to": 1}, token)
    missing = [{"code": "NOT_FOUND", "field": ["toVersion"]}] * 2
    assert back["homepageRollback"] == {"version": 3, "warnings": missing, "userErrors": []}


async def test_every_kind_of_section_can_be_given_and_read_again(api: Api, token: str) -> None:
    """A draft returns its sections as they were given; it reports and keeps what the shop does not have."""
    mug = await api.add_product(handle="mug", price=990)
    await api.transact(lambda tx: add_collection(tx, [mug.product_id], handle="mugs"))
    mug_id, sale_id = global_id("Product", mug.product_id), global_id("FlashSale", 7)
    times = {"visibleFrom": "2026-01-01T00:00:00Z", "visibleUntil": "2030-01-01T00:00:00Z"}
    sections: list[dict[str, Any]] = [
        {"id": "1", "banners": [{"title": "Spring", "imageUrl": "/spring.svg", "url": "/spring"}]},
        {"id": "2", "menu": "footer"},
        {"id": "3", "shelf": {"collection": "mugs", "size": 3, "soldOut": "SHOW"}, **times},
        {"id": "4", "products": {"products": ["mug", mug_id]}},
        {"id": "5", "trending": {"size": 4}},
        {"id": "6", "topCategories": {"categories": 2, "size": 1}},
        {"id": "7", "recommendations": {"size": 6}},
        {"id": "8", "flashSale": {"saleId": sale_id}},
        {"id": "9", "html": "Hello"},
    ]
    saved = (await api.data(SAVE, {"revision": 0, "menu": "main", "sections": sections}, token))["homepageDraftSave"]
    assert saved["userErrors"] == []
    assert [warning["field"] for warning in saved["warnings"]] == [["menu"], ["sections", "1", "menu"]]
    kinds = ["banners", "menu", "shelf", "products", "trending", "topCategories"]
    kinds += ["recommendations", "flashSale", "html"]
    assert [section["kind"] for section in saved["draft"]["sections"]] == kinds
    await api.data(PUBLISH, {"version": 0}, token)
    read = (await api.data(DOCUMENT, token=token))["homepageDocument"]["sections"]
    assert read[0]["banners"] == [{"title": "Spring", "url": "http://shop.test/spring"}]
    shelf = {name: read[2][name] for name in ("collection", "size", "soldOut", "visibleFrom", "visibleUntil")}
    assert shelf == {
        "collection": "mugs",
        "size": 3,
        "soldOut": "SHOW",
        "visibleFrom": "2026-01-01T00:00:00Z",
        "visibleUntil": "2030-01-01T00:00:00Z",
    }
    assert (read[3]["productIds"], read[3]["soldOut"], read[7]["saleId"]) == ([mug_id], "HIDE", sale_id)
    assert (read[5]["categories"], read[8]["html"], read[8]["collection"]) == (2, "Hello", None)
    shown = (await api.data(PREVIEW, {"token": saved["previewToken"]}))["homepagePreview"]["sections"]
    card = {"handle": "mug", "price": {"amount": "9.9"}}
    assert [section["id"] for section in shown] == ["1", "3", "4", "5", "6", "7", "9"]
    assert (shown[1]["handle"], shown[1]["products"], shown[2]["handle"]) == ("mugs", [card], None)
    later = {"token": saved["previewToken"], "at": "2031-01-01T00:00:00Z"}
    shown = (await api.data(PREVIEW, later))["homepagePreview"]["sections"]
    assert "3" not in [section["id"] for section in shown]


async def test_sections_that_make_no_sense_are_refused(api: Api, token: str) -> None:
    """None or two kinds, ids of other things, handles of nothing, ends before beginnings."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "INVALID"),
        ({"html": "x", "menu": "main"}, "INVALID"),
        ({"products": {"products": []}}, "INVALID"),
        ({"products": {"products": [global_id("Cart", 1)]}}, "NOT_FOUND"),
        ({"products": {"products": ["no-such-mug"]}}, "NOT_FOUND"),
        ({"flashSale": {"saleId": "7"}}, "NOT_FOUND"),
        ({"trending": {"size": 51}}, "INVALID"),
        ({"shelf": {"collection": "x" * 256}}, "TOO_LONG"),
        ({"html": "x", "visibleFrom": "2026-01-01T00:00:00Z", "visibleUntil": "2026-01-01T00:00:00Z"}, "INVALID"),
    ]
    cases += [({"html": "x", name: time}, "INVALID") for name in ("visibleFrom", "visibleUntil") for time in NO_TIMES]
    cases += [({"html": "x", "id": name}, "INVALID") for name in ("", "  ", "a\0b", "a\nb")]
    cases += [({"html": "x", "title": "a\0b"}, "INVALID")]
    for section, code in cases:
        variables = {"revision": 0, "menu": "main", "sections": [{"id": "a", **section}]}
        saved = (await api.data(SAVE, variables, token))["homepageDraftSave"]
        assert (saved["draft"], saved["previewToken"]) == (None, None)
        assert [error["code"] for error in saved["userErrors"]] == [code], section


async def test_only_a_token_of_the_shop_shows_a_draft(api: Api, token: str) -> None:
    """Not a login, not one that is over; and it signs nobody in. A page that is not there is null."""
    good = (await api.data(f"{{ homepageDocument({AT}) {{ previewToken }} }}", token=token))["homepageDocument"]
    assert (await api.data(PREVIEW, {"token": good["previewToken"]}))["homepagePreview"] is None
    old = _tokens(api).issue_preview(HomepageKey("GB", Platform.WEB), utc_now() - timedelta(hours=2))
    for bad in ("", "x", token, old):
        answer = await api(PREVIEW, {"token": bad})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    answer = await api(HISTORY, token=good["previewToken"])
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]


def _tokens(api: Api) -> Tokens:
    settings = api.stores.settings
    return Tokens(settings.token_secret.get_secret_value(), settings.token_minutes)


@pytest.mark.parametrize("time", NO_TIMES)
async def test_a_time_that_not_every_calendar_tells_is_refused(api: Api, token: str, time: str) -> None:
    """It has another year in UTC than where it was written, or none that databases know."""
    scheduled = (await api.data(SCHEDULE, {"revision": 1, "at": time}, token))["homepageSchedule"]
    assert scheduled == {"scheduledAt": None, "userErrors": [{"code": "INVALID"}]}
    page = (await api.data(f"{{ homepageDocument({AT}) {{ previewToken }} }}", token=token))["homepageDocument"]
    (error,) = (await api(PREVIEW, {"token": page["previewToken"], "at": time}))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "INVALID", "field": ["at"]}


async def test_a_draft_is_scheduled_and_taken_back(api: Api, token: str) -> None:
    """The answer shows the schedule and who made it."""
    at = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    told = at.isoformat().replace("+00:00", "Z")
    variables = {"revision": 0, "menu": "main", "sections": [{"id": "a", "html": "x"}]}
    await api.data(SAVE, variables, token)
    early = (await api.data(SCHEDULE, {"revision": 1, "at": "2020-01-01T00:00:00Z"}, token))["homepageSchedule"]
    assert early == {"scheduledAt": None, "userErrors": [{"code": "INVALID"}]}
    done = (await api.data(SCHEDULE, {"revision": 1, "at": at.isoformat()}, token))["homepageSchedule"]
    assert done == {"scheduledAt": told, "userErrors": []}
    assert (await api.data(DOCUMENT, token=token))["homepageDocument"]["schedule"]["at"] == told
    assert (await api.data(UNSCHEDULE, token=token))["homepageUnschedule"]["userErrors"] == []
    again = (await api.data(UNSCHEDULE, token=token))["homepageUnschedule"]
    assert again["userErrors"] == [{"code": "NOT_FOUND"}]
    actions = [step["action"] for step in (await api.data(HISTORY, token=token))["homepageHistory"]]
    assert actions == ["UNSCHEDULED", "SCHEDULED"]


async def test_a_menu_is_replaced_and_told(api: Api, token: str) -> None:
    """Entries keep their ids; pages that show it are marked; the authors are kept; a missing menu is an error."""
    await ContentStore(api.stores.documents).put_menu(Menu("main", "main", "Main", ()))
    items = [{"title": "Shop", "url": "/shop", "type": "CATALOG", "items": [{"title": "Mugs", "url": "/mugs"}]}]
    variables: dict[str, Any] = {"id": global_id("Menu", "main"), "title": " Head ", "items": items}
    changed = (await api.data(MENU, variables, token))["menuUpdate"]
    assert changed["userErrors"] == []
    (entry,) = changed["menu"]["items"]
    assert (changed["menu"]["title"], entry["type"], entry["items"]) == ("Head", "CATALOG", [{"title": "Mugs"}])
    variables["items"] = [{"id": entry["id"], "title": "Everything", "url": "/shop"}]
    (kept,) = (await api.data(MENU, variables, token))["menuUpdate"]["menu"]["items"]
    assert (kept["id"], kept["title"]) == (entry["id"], "Everything")
    read = (await api.data('{ menu(handle: "main") { title items { title } } }'))["menu"]
    assert read == {"title": "Head", "items": [{"title": "Everything"}]}
    events = await api.rows(tables.outbox)
    assert [(row.kind, row.payload) for row in events] == [("MenuChanged", {"handle": "main"})] * 2
    document = await api.stores.documents.one("menus", "main")
    assert document is not None
    assert [len(past["items"]) for past in document["history"]] == [0, 1, 1]
    assert [past["actor"].partition(":")[0] for past in document["history"]] == ["", "staff", "staff"]
    deep: dict[str, Any] = {"title": "x", "url": "/"}
    for _ in range(4):
        deep = {"title": "x", "url": "/", "items": [deep]}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"id": global_id("Menu", "nowhere")}, "NOT_FOUND"),
        ({"id": "main"}, "NOT_FOUND"),
        ({"title": "  "}, "BLANK"),
        ({"items": [{"title": "", "url": "/"}]}, "BLANK"),
        ({"items": [{"title": "x", "url": "javascript:alert(1)"}]}, "INVALID"),
        ({"items": [{"title": "x", "url": "/", "id": "7"}]}, "NOT_FOUND"),
        ({"items": [deep]}, "INVALID"),
        ({"items": [{"title": "x", "url": "/"}] * 251}, "INVALID"),
    ]
    for change, code in wrong:
        refused = (await api.data(MENU, variables | change, token))["menuUpdate"]
        assert (refused["menu"], refused["userErrors"][0]["code"]) == (None, code)
    assert len(await api.rows(tables.outbox)) == 2
