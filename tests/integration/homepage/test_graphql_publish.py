"""What staff may put on a homepage: nothing that runs in a visitor's browser, nothing without an end."""

from typing import Any

from domain.accounts import Permission
from tests.kit.fixtures.graphql_api import Api

PUBLISH = """
mutation($sections: [HomepageSectionInput!]!) {
  homepagePublish(territory: "GB", platform: WEB, version: 0, menu: "main", sections: $sections) {
    version userErrors { code field }
  }
}"""
GOOD = {"title": "Spring", "imageUrl": "/media/spring.svg", "url": "https://example.com/a?b=c#d"}
NOT_FOLLOWED = [
    *("javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "\0javascript:x"),
    *("data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:x", "spring", ""),
    *("//evil.example", "/\\evil.example", "\\\\evil.example", "/a\\b", "https:evil.example", "/a\nb", "/\u202ea"),
    "/" + "a" * 2_048,
]


async def published(api: Api, *banners: dict[str, Any], title: str = "") -> list[str]:
    """Publishes one section of banners; answers the codes of the refusals."""
    staff = await api.add_account(Permission.HOMEPAGE)
    sections = [{"id": "top", "title": title, "banners": list(banners)}]
    outcome = (await api.data(PUBLISH, {"sections": sections}, token=staff.token))["homepagePublish"]
    assert (outcome["version"] is None) is bool(outcome["userErrors"])
    return [error["code"] for error in outcome["userErrors"]]


async def test_banners_lead_to_pages(api: Api) -> None:
    """Of this shop and of others."""
    pages = ("/", "/collections/spring?x=1", "http://example.com", "HTTPS://example.com/é")
    assert await published(api, *(GOOD | {"url": url} for url in pages)) == []


async def test_banners_lead_nowhere_else(api: Api) -> None:
    """No scheme that runs, and no path that browsers take for another site."""
    for url in NOT_FOLLOWED:
        for name in ("url", "imageUrl"):
            assert await published(api, GOOD, GOOD | {name: url}) == ["INVALID"], (name, url)


async def test_banners_have_an_end(api: Api) -> None:
    """So have their texts and the titles of sections."""
    assert await published(api, *([GOOD] * 20)) == []
    assert await published(api, *([GOOD] * 21)) == ["INVALID"]
    assert await published(api) == ["INVALID"]
    for name in ("title", "subtitle", "altText"):
        assert await published(api, GOOD | {name: "x" * 256}) == ["TOO_LONG"]
    assert await published(api, GOOD, title="x" * 256) == ["TOO_LONG"]
