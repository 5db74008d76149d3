"""GraphiQL as a developer sees it: in a browser, against the running shop."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.browser import Page, open_page
from tests.kit import backends
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")

_QUERY = "document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue()"
_HEADERS = "document.querySelector('.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror')?.CodeMirror"
_RESULT = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue()"
_RUN = "document.querySelector('.graphiql-execute-button').click()"


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A tab of a fresh browser; skips if Chromium is not installed."""
    if reason := backends.chromium.missing():
        pytest.skip(reason)
    async with open_page(backends.chromium.url()) as tab:
        yield tab


async def _open_explorer(page: Page, url: str) -> None:
    await page.open(f"{url}/graphiql")
    await page.wait_for(f"!!{_QUERY}")


async def test_the_first_query_shows_the_homepage(page: Page, shop: Shop) -> None:
    """The tab that opens first holds a query for the homepage; running it shows the shop's data."""
    await _open_explorer(page, shop.url)
    await page.evaluate(_RUN)
    shown = await page.wait_for(f"JSON.parse({_RESULT} || '{{}}').data")
    assert shown["homepage"]["menu"]


async def test_the_schema_is_documented(page: Page, shop: Shop) -> None:
    """The page may introspect: its documentation lists the root types."""
    await _open_explorer(page, shop.url)
    await page.wait_for("!!document.querySelector('[aria-label=\"Show Documentation Explorer\"]')")
    await page.evaluate("document.querySelector('[aria-label=\"Show Documentation Explorer\"]').click()")
    await page.wait_for("document.querySelector('.graphiql-plugin')?.innerText.includes('mutation: Mutation')")


async def test_nothing_comes_from_elsewhere(page: Page, shop: Shop) -> None:
    """Every request of the page goes to the shop itself, and nothing breaks its content security policy."""
    await _open_explorer(page, shop.url)
    await page.evaluate(_RUN)
    await page.wait_for(_RESULT)
    urls = [sent.url for sent in page.requests]
    elsewhere = [url for url in urls if not url.startswith((shop.url, "data:"))]
    assert (elsewhere, page.complaints) == ([], [])
    assert f"{shop.url}/graphql" in urls


async def test_headers_typed_into_the_editor_are_sent(page: Page, shop: Shop) -> None:
    """A header from the header editor reaches the shop with the query."""
    await _open_explorer(page, shop.url)
    await page.evaluate("[...document.querySelectorAll('button')].find(b => b.textContent === 'Headers').click()")
    await page.wait_for(f"!!{_HEADERS}")
    await page.evaluate(f"{_HEADERS}.setValue(JSON.stringify({{'X-Device-Id': 'explorer'}}))")
    await page.evaluate(_RUN)
    await page.wait_for(_RESULT)
    assert "explorer" in [sent.headers.get("x-device-id") for sent in page.requests]
