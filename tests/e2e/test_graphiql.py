"""GraphiQL as a developer sees it: in a browser, against the running shop."""

from collections.abc import AsyncIterator

import pytest

from bff.edge.parts import form_of
from tests.e2e.browser import Tab, browser, new_tab
from tests.kit import backends
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("shop")

_QUERY = "document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue()"
_HEADERS = "document.querySelector('.graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror')?.CodeMirror"
_RESULT = "document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue()"
_RUN = "document.querySelector('.graphiql-execute-button').click()"


@pytest.fixture
async def tab() -> AsyncIterator[Tab]:
    """A tab of a fresh browser; skips if Chromium is not installed."""
    if reason := backends.chromium.missing():
        pytest.skip(reason)
    async with browser(backends.chromium.url()) as started:
        yield await new_tab(started)


async def _open_explorer(tab: Tab, url: str) -> None:
    await tab.page.goto(f"{url}/graphiql")
    await tab.wait_for(f"!!{_QUERY}")


async def test_the_first_query_shows_the_homepage(tab: Tab, shop: Shop) -> None:
    """The tab that opens first holds a query for the homepage; running it shows the shop's data."""
    await _open_explorer(tab, shop.url)
    await tab.page.evaluate(_RUN)
    shown = await tab.wait_for(f"JSON.parse({_RESULT} || '{{}}').data")
    assert shown["homepage"]["menu"]


async def test_the_schema_is_documented(tab: Tab, shop: Shop) -> None:
    """The page may introspect: its documentation lists the root types."""
    await _open_explorer(tab, shop.url)
    await tab.wait_for("!!document.querySelector('[aria-label=\"Show Documentation Explorer\"]')")
    await tab.page.evaluate("document.querySelector('[aria-label=\"Show Documentation Explorer\"]').click()")
    await tab.wait_for("document.querySelector('.graphiql-plugin')?.innerText.includes('mutation: Mutation')")


async def test_nothing_comes_from_elsewhere(tab: Tab, shop: Shop) -> None:
    """Every request of the page goes to the shop itself, and nothing breaks its content security policy."""
    await _open_explorer(tab, shop.url)
    await tab.page.evaluate(_RUN)
    await tab.wait_for(_RESULT)
    urls = [sent.url for sent in tab.requests]
    elsewhere = [url for url in urls if not url.startswith((shop.url, "data:"))]
    assert (elsewhere, tab.complaints) == ([], [])
    assert f"{shop.url}/graphql" in urls


async def test_headers_typed_into_the_editor_are_sent(tab: Tab, shop: Shop) -> None:
    """A header from the header editor reaches the shop with the query."""
    await _open_explorer(tab, shop.url)
    await tab.page.evaluate("[...document.querySelectorAll('button')].find(b => b.textContent === 'Headers').click()")
    await tab.wait_for(f"!!{_HEADERS}")
    await tab.page.evaluate(f"{_HEADERS}.setValue(JSON.stringify({{'X-Device-Id': 'explorer'}}))")
    await tab.page.evaluate(_RUN)
    await tab.wait_for(_RESULT)
    assert "explorer" in [sent.headers.get("x-device-id") for sent in tab.requests]


async def test_deferred_fragments_are_shown_with_the_rest(tab: Tab, shop: Shop) -> None:
    """GraphiQL reads answers in parts, and puts them together."""
    # The name of the operation that was there before, which GraphiQL remembers for a moment.
    query = 'query Homepage { product(handle: "harbour-mug") { title ... @defer { onlineStoreUrl handle } } }'
    await _open_explorer(tab, shop.url)
    editor = _QUERY.replace("?.CodeMirror.getValue()", ".CodeMirror")
    await tab.page.evaluate(f"{editor}.setValue({query!r})")
    await tab.page.evaluate(_RUN)
    product = f"JSON.parse({_RESULT} || '{{}}').data?.product"
    shown = await tab.wait_for(f"{product}?.handle && {product}")
    assert (shown["title"], shown["handle"]) == ("Harbour Mug", "harbour-mug")
    (sent,) = [
        each for each in tab.requests if each.url == f"{shop.url}/graphql" and "@defer" in (each.post_data or "")
    ]
    assert form_of(sent.headers["accept"]) is not None
