"""The checkout page as buyers use it: in a browser, against the running shop and the pages of its payment provider."""

import re

import pytest
from playwright.async_api import Browser

from tests.e2e.browser import Tab, new_tab
from tests.e2e.buying import (
    ADDRESS,
    DECLINED,
    NEEDS_BANK,
    PLAIN,
    fill,
    fill_in,
    find_paid,
    give_up,
    new_cart,
    order,
    outcome,
    pay,
    pay_and_close,
    saved,
)
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]


async def test_a_plain_card_buys(tab: Tab, shop: Shop) -> None:
    """From the cart's URL to a paid order, with nothing from elsewhere but the payment provider, and no barrier."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    assert await tab.barriers() == []
    await pay(tab, PLAIN)
    shown = await outcome(tab, "PAID")
    assert "12 St James's Square" in shown and "Harbour Mug" in shown
    assert await tab.barriers() == []
    assert (await order(shop, cart)).items() >= {"status": "PAID", "totalQuantity": 2}.items()
    hosts = {re.sub(r"^(\w+://[^/]+|data:).*", r"\1", sent.url) for sent in tab.requests}
    elsewhere = [host for host in hosts if not host.startswith((shop.url, "data:", "http://127.0.0.1:"))]
    assert (elsewhere, tab.complaints) == ([], [])


async def test_a_card_that_needs_the_bank_buys_once_the_buyer_confirms(tab: Tab, shop: Shop) -> None:
    """The bank's page leads back to the order's own page."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=accept]")
    await outcome(tab, "PAID")
    assert (await order(shop, cart))["status"] == "PAID"


async def test_a_refused_confirmation_leaves_the_order_for_another_method(tab: Tab, shop: Shop) -> None:
    """Its units are kept: the buyer pays the same order on the provider's page."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=refuse]")
    assert "declined" in await outcome(tab, "PENDING_PAYMENT")
    await pay(tab)
    await tab.page.click("button[value=accept]")
    await outcome(tab, "PAID")
    assert (await order(shop, cart)).items() >= {"status": "PAID", "totalQuantity": 2}.items()


async def test_a_tab_closed_after_paying_has_bought(tab: Tab, shop: Shop, chromium: Browser) -> None:
    """The provider's word suffices. Who opens the checkout again elsewhere is led to the order."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    await pay_and_close(tab, shop)
    other = await new_tab(chromium)
    await other.page.goto(cart["checkoutUrl"])
    await find_paid(other)
    await other.page.context.close()
    assert (await order(shop, cart))["status"] == "PAID"


async def test_a_confirmation_that_is_given_up_opens_the_cart_again(tab: Tab, shop: Shop) -> None:
    """The buyer comes back by the back button, gives the payment up, and finds the cart with everything in it."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    await pay(tab, NEEDS_BANK)
    await tab.page.wait_for_selector("button[value=accept]")
    await tab.page.go_back()
    await outcome(tab, "PENDING_PAYMENT")
    assert "not finished" in await tab.page.inner_text("main")
    assert "close" not in await tab.page.inner_text("main")
    await give_up(tab, cart)
    assert await tab.page.input_value("#zip") == ADDRESS["zip"]
    assert await order(shop, cart) == {}
    await saved(tab)
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")


async def test_a_declined_card_is_explained_and_another_one_buys(tab: Tab, shop: Shop) -> None:
    """The page says so, keeps everything, and the second try is a new attempt."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    await pay(tab, DECLINED)
    await tab.page.wait_for_selector(".errors")
    assert "declined" in await tab.page.inner_text(".errors")
    assert await tab.barriers() == []
    await saved(tab)
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")


async def test_refusals_are_shown_at_their_places(tab: Tab, shop: Shop) -> None:
    """What is missing or wrong is marked at its field, and the list leads there."""
    cart = await new_cart(shop)
    await tab.page.goto(cart["checkoutUrl"])
    await fill(tab, "email", "not an address")
    await tab.page.wait_for_selector("#email-problem")
    await tab.page.select_option("#countryCode", "GB")
    await fill(tab, "zip", "1234")
    await saved(tab)
    await pay(tab, PLAIN)
    await tab.page.wait_for_selector("#zip-problem")
    marked = await tab.page.eval_on_selector_all("[aria-invalid=true]", "all => all.map(each => each.id)")
    assert {"zip", "lastName", "city", "address1"} <= set(marked)
    assert await tab.barriers() == []


async def test_a_reload_loses_nothing(tab: Tab, shop: Shop) -> None:
    """Neither what was saved nor what is being typed."""
    cart = await new_cart(shop)
    await fill_in(tab, cart["checkoutUrl"])
    await tab.page.fill("#company", "Analytical Eng")
    await tab.page.reload()
    await tab.page.wait_for_selector("#company")
    values = {name: await tab.page.input_value(f"#{name}") for name in (*ADDRESS, "company", "email")}
    assert values == {**ADDRESS, "company": "Analytical Eng", "email": "ada@example.com"}


async def test_two_tabs_buy_once(chromium: Browser, shop: Shop) -> None:
    """Both press the button; one order comes of it, and both show it."""
    cart = await new_cart(shop)
    first = await new_tab(chromium)
    await fill_in(first, cart["checkoutUrl"])
    second = Tab(await first.page.context.new_page())
    await second.page.goto(cart["checkoutUrl"])
    await saved(second)
    await first.page.fill("#card", PLAIN)
    await second.page.fill("#card", PLAIN)
    await first.page.click(".pay", no_wait_after=True)
    await second.page.click(".pay", no_wait_after=True)
    await outcome(first, "PAID")
    await second.page.bring_to_front()
    await find_paid(second)
    assert first.page.url == second.page.url
    await first.page.context.close()


async def test_the_keyboard_alone_buys(tab: Tab, shop: Shop) -> None:
    """Every step can be reached by Tab and done by keys."""
    cart = await new_cart(shop)
    await tab.page.goto(cart["checkoutUrl"])
    await tab.page.wait_for_selector("#email")
    await tab.page.focus("#email")
    await tab.page.keyboard.type("ada@example.com")
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.type("United Kingdom")
    await tab.page.keyboard.press("Tab")
    await tab.page.wait_for_selector("#firstName")
    await tab.page.focus("#firstName")
    for text in ("Ada", "Byron", "", "12 St James's Square", "", "London", "SW1Y 4JH", ""):
        await tab.page.keyboard.type(text)
        await tab.page.keyboard.press("Tab")
    await saved(tab)
    await tab.page.focus("#card")
    await tab.page.keyboard.type(PLAIN)
    await tab.page.keyboard.press("Enter")
    await outcome(tab, "PAID")


async def test_the_page_speaks_the_language_of_the_browser(chromium: Browser, shop: Shop) -> None:
    """German words and German numbers."""
    cart = await new_cart(shop)
    german = await new_tab(chromium, ("de-DE",))
    await german.page.goto(cart["checkoutUrl"])
    await german.page.wait_for_selector("#email")
    assert await german.page.inner_text("h1") == "Kasse"
    assert "28,00\N{NO-BREAK SPACE}£" in await german.page.inner_text(".summary")
    assert await german.page.inner_text(".pay") == "Zahlen"
    await german.page.goto((await new_cart(shop, is_filled_in=True))["checkoutUrl"])
    await german.page.wait_for_selector("input[name=delivery]")
    # Names of the shop's own stay as they are.
    shown = await german.page.locator(".option").all_inner_texts()
    names = [text.split("\n")[0].strip() for text in shown]
    assert names == [
        "Standardversand",
        "Express, next working day",
        "Karte",
        "Auf der Seite der Sandbox zahlen",
    ]
    await german.page.context.close()


@pytest.mark.parametrize("path", ["cart/nothing", "cart/%", "orders/1/%E0%A4%A", "orders/%/%"])
async def test_an_address_of_nothing_is_answered(tab: Tab, shop: Shop, path: str) -> None:
    """Also one that no browser can decode: the page says that there is nothing, instead of staying empty."""
    await tab.page.goto(f"{shop.url}/{path}")
    await tab.page.wait_for_selector("h1")
    assert len((await tab.page.inner_text("#page")).strip()) > 10
    assert tab.complaints == []
