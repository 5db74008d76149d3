"""How the checkout page looks: the shop's own colors, a first paint that waits for nothing, and pictures to look at."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Route

from tests.e2e.browser import Tab, new_tab
from tests.e2e.buying import NEEDS_BANK, PLAIN, fill_in, new_cart, outcome, pay, saved
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]

_LOOK = """(() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector))
  return [style(".pay").backgroundColor, style(".pay").color, style("main button.link").color,
    style("header").backgroundColor, style("header").color] })()"""
# Those of the style sheet.
_OWN = ["rgb(31, 92, 74)", "rgb(255, 255, 255)", "rgb(31, 92, 74)", "rgb(255, 255, 255)", "rgb(27, 30, 29)"]
# Bytes as they were sent.
_MAX_REQUESTS, _MAX_SCRIPT_BYTES = 6, 30_000
_SLOWDOWN = 4
_FIGURES = """(() => {
  const files = performance.getEntriesByType("resource")
  return {
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    blocking: files.filter((each) => each.renderBlockingStatus === "blocking").map((each) => each.name),
    scripts: files.filter((each) => each.name.endsWith(".js")).map((each) => each.encodedBodySize),
    shown: window.shownAt } })()"""
_NOTE_WHEN_SHOWN = """new MutationObserver(() => {
  if (!window.shownAt && document.querySelector("#email")) window.shownAt = performance.now()
}).observe(document, { childList: true, subtree: true })"""


async def _dressed(tab: Tab, shop: Shop, brand: dict[str, Any]) -> list[str]:
    """The colors of button, link and header of a shop whose document says this of its brand."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        body = await response.json()
        if "shop" in (body.get("data") or {}):
            body["data"]["shop"] |= brand
        await route.fulfill(response=response, body=json.dumps(body))

    await tab.page.route("**/graphql", answer)
    await tab.page.goto((await new_cart(shop))["checkoutUrl"])
    await saved(tab)
    colors: list[str] = await tab.page.evaluate(_LOOK)
    return colors


def _colors(primary: tuple[object, object], secondary: tuple[object, object]) -> dict[str, Any]:
    groups = [[{"background": back, "foreground": front}] for back, front in (primary, secondary)]
    return {"brand": {"logo": None, "colors": {"primary": groups[0], "secondary": groups[1]}}}


async def test_the_page_has_the_name_the_logo_and_the_colors_of_the_shop(tab: Tab, shop: Shop) -> None:
    """As its document says, without a breach of the page's policy."""
    asked = "{ shop { name brand { logo { image { url } } colors { primary { background } } } } }"
    document = (await shop.data(asked))["shop"]
    await tab.page.goto((await new_cart(shop))["checkoutUrl"])
    await saved(tab)
    assert await tab.page.inner_text("header .shop") == document["name"]
    assert await tab.page.get_attribute("header img", "src") == document["brand"]["logo"]["image"]["url"]
    assert document["brand"]["colors"]["primary"] == [{"background": "#1f4e4a"}]
    look = await tab.page.evaluate(_LOOK)
    assert look == [
        *("rgb(31, 78, 74)", "rgb(255, 255, 255)", "rgb(31, 78, 74)"),
        *("rgb(243, 233, 220)", "rgb(59, 47, 47)"),
    ]
    assert tab.complaints == []


async def test_colors_that_hide_text_are_replaced(tab: Tab, shop: Shop) -> None:
    """Pale links keep the page's own color; text that is hardly there becomes black or white."""
    look = await _dressed(tab, shop, _colors(("#ffe95c", "#ffffff"), ("#222222", "#444444")))
    assert look == [
        *("rgb(255, 233, 92)", "rgb(27, 30, 29)", "rgb(31, 92, 74)"),
        *("rgb(34, 34, 34)", "rgb(255, 255, 255)"),
    ]
    assert await tab.barriers() == []


@pytest.mark.parametrize(
    "values",
    [
        ("red", "#fff", "#12345g", 7),
        ("url(https://elsewhere.example/x)", "#123456;} * { display: none", "var(--ink)", ""),
    ],
)
async def test_what_is_no_color_does_nothing(tab: Tab, shop: Shop, values: tuple[object, ...]) -> None:
    """Neither other styles nor requests to elsewhere come of it."""
    assert await _dressed(tab, shop, _colors((values[0], values[1]), (values[2], values[3]))) == _OWN
    assert [sent.url for sent in tab.requests if not sent.url.startswith((shop.url, "data:"))] == []


async def test_a_shop_without_a_brand_has_the_colors_of_the_page(tab: Tab, shop: Shop) -> None:
    """A document need not have one."""
    assert await _dressed(tab, shop, {"brand": None}) == _OWN
    assert tab.complaints == []


async def test_the_first_paint_waits_for_little(tab: Tab, shop: Shop) -> None:
    """Few requests, few bytes, all from the shop itself, and no script before the paint, on a processor at a quarter of
    its speed. Prints the times, which a busy machine may make longer: `pytest -rP` shows them.
    """
    page, cart = tab.page, await new_cart(shop)
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWDOWN})
    await page.add_init_script(_NOTE_WHEN_SHOWN)
    await page.goto(cart["checkoutUrl"])
    await saved(tab)
    sent = [each for each in tab.requests if not each.url.startswith("data:")]
    assert [each.url for each in sent if not each.url.startswith(f"{shop.url}/")] == []
    assert len(sent) <= _MAX_REQUESTS
    figures = await page.evaluate(_FIGURES)
    assert all(name.endswith(".css") for name in figures["blocking"])
    assert 0 < sum(figures["scripts"]) <= _MAX_SCRIPT_BYTES
    times = f"first contentful paint {figures['paint']:.0f} ms, form shown {figures['shown']:.0f} ms"
    print(f"{times}, {len(sent)} requests")  # noqa: T201 - a figure for people, not a rule


async def test_pictures_of_every_state_are_kept(tab: Tab, shop: Shop, chromium: Browser) -> None:
    """For people: what a buyer sees from the empty form to the paid order, in German, and on a phone."""
    cart = await new_cart(shop)
    await tab.page.goto(cart["checkoutUrl"])
    await saved(tab)
    kept = [await tab.keep_picture("checkout-contact")]
    await pay(tab, PLAIN)
    await tab.page.wait_for_selector(".errors")
    kept.append(await tab.keep_picture("checkout-refused"))
    await fill_in(tab, cart["checkoutUrl"])
    kept.append(await tab.keep_picture("checkout-filled-in"))
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=refuse]")
    await outcome(tab, "PENDING_PAYMENT")
    kept.append(await tab.keep_picture("order-declined"))
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")
    kept.append(await tab.keep_picture("order-paid"))
    kept += await _phone(chromium, shop)
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in kept)


async def _phone(chromium: Browser, shop: Shop) -> list[Any]:
    """The form in German on a phone, which shows it without scrolling sideways."""
    german = await new_tab(chromium, ("de-DE",))
    await german.page.goto((await new_cart(shop))["checkoutUrl"])
    await german.wait_for("document.querySelector('.pay:not([disabled])')")
    wide = await german.keep_picture("checkout-german")
    await german.page.set_viewport_size({"width": 320, "height": 640})
    narrow = await german.keep_picture("checkout-phone")
    assert await german.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await german.barriers() == []
    await german.page.context.close()
    return [wide, narrow]
