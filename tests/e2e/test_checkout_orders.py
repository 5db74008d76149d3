"""What the page of an order says in each of its states, and the texts of the shop on every page.

The answers of the shop are made up: few of the states can be had at will.
"""

import json
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.e2e.browser import Tab
from tests.e2e.buying import new_cart, saved
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]

_MONEY = {"amount": "28.00", "currencyCode": "GBP"}
_NOTHING = {"amount": "0.00", "currencyCode": "GBP"}
_METHOD = {"handle": "page", "title": "Page", "kind": "REDIRECT", "provider": "sandbox", "token": "tok"}
_ORDER: dict[str, Any] = {
    "id": "gid://storefront/Order/7",
    "token": "secret",
    "name": "#7",
    "email": "ada@example.com",
    "processedAt": "2026-01-02T03:04:05Z",
    "taxesIncluded": True,
    "shippingTitle": "Standard",
    "shippingAddress": {"formatted": ["12 St James's Square"]},
    "lineItems": {"nodes": []},
    "successfulFulfillments": [],
    "financialStatus": "PENDING",
    "paymentAction": None,
    **dict.fromkeys(("subtotalPrice", "totalPrice"), _MONEY),
    **dict.fromkeys(("totalDiscounts", "totalShippingPrice", "totalTax", "totalRefunded"), _NOTHING),
}
_CONFIRMATION = "We send the confirmation to ada@example.com."
_CLOSE = "You may close it."


def _open(**changes: object) -> dict[str, Any]:
    """An open payment; nothing is known of it unless `changes` says more."""
    action = {"redirectUrl": None, "clientSecret": None, "returnUrl": None, "isDeclined": False, "mayRetry": False}
    return {"status": "PENDING_PAYMENT", "paymentAction": {**action, "availableMethods": [_METHOD], **changes}}


async def _answering(tab: Tab, **data: Any) -> None:
    """The shop answers with this data where a client asks for fields of these names."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        body = await response.json()
        body["data"] |= {name: value for name, value in data.items() if name in body["data"]}
        await route.fulfill(response=response, body=json.dumps(body))

    await tab.page.route("**/graphql", answer)


# An order; what its page says, and what it does not say.
_SAID: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"status": "PAID", "financialStatus": "PAID"}, ["your order is paid", _CONFIRMATION], [_CLOSE]),
    ({"status": "PAID", "financialStatus": "AUTHORIZED"}, ["The money is reserved", _CONFIRMATION], ["is paid"]),
    ({"status": "PAYMENT_FAILED"}, ["nothing was bought"], ["ada@", "declined", "Delivery to"]),
    ({"status": "CANCELLED"}, ["cancelled"], ["ada@", "Delivery to"]),
    ({"status": "REFUNDED"}, ["refunded"], ["ada@", "Delivery to"]),
    ({"status": "PENDING_PAYMENT"}, ["waiting for the payment", _CLOSE], ["ada@", "Cancel"]),
    (_open(), ["waiting for the payment", _CLOSE], ["ada@", "Cancel"]),
    (
        _open(redirectUrl="https://bank.example/", mayRetry=True),
        ["Your payment is not finished", "Continue the payment", "Cancel"],
        ["ada@", _CLOSE, "waiting"],
    ),
    (_open(isDeclined=True, mayRetry=True), ["declined", "Cancel"], ["ada@", _CLOSE]),
]


async def test_the_page_of_an_order_says_what_is_true_of_it(tab: Tab, shop: Shop) -> None:
    """Who gets a message, whose turn it is, and where the money is."""
    wrong = []
    for order, said, unsaid in _SAID:
        await _answering(tab, order={**_ORDER, **order})
        await tab.page.goto(f"{shop.url}/orders/7/secret")
        await tab.page.wait_for_selector(".outcome")
        text = await tab.page.inner_text("main")
        wrong += [(order, each) for each in said if each not in text]
        wrong += [(order, each) for each in unsaid if each in text]
    assert wrong == []


async def test_a_buyer_need_not_wait_for_a_provider_that_does_not_answer(tab: Tab, shop: Shop) -> None:
    """After some reads of the order the payment can be given up, unless nobody can say what became of it."""
    refusal = {"code": "PAYMENT_NOT_RETRYABLE", "field": None, "message": "It is being decided."}
    payload = {"order": {"status": "PENDING_PAYMENT"}, "userErrors": [refusal]}
    await _answering(tab, order={**_ORDER, **_open()})

    async def refuse(route: Route) -> None:
        if "orderPaymentAbandon" in (route.request.post_data or ""):
            await route.fulfill(json={"data": {"payload": payload}})
        else:
            await route.fallback()

    await tab.page.route("**/graphql", refuse)
    await tab.page.clock.install()
    await tab.page.goto(f"{shop.url}/orders/7/secret")
    await tab.page.wait_for_selector(".outcome")
    cancel = tab.page.get_by_role("button", name="Cancel and go back to the cart")
    assert await cancel.count() == 0
    for _ in range(40):
        await tab.page.clock.run_for(1_600)
        if await cancel.count():
            break
    await expect(tab.page.get_by_role("button", name="Try again")).to_be_visible()
    assert await tab.barriers() == []
    await cancel.click()
    await expect(tab.page.get_by_role("alert")).to_contain_text("cannot say yet")


async def test_texts_of_the_shop_are_read_on_the_page(tab: Tab, shop: Shop) -> None:
    """They need no storefront; without one there is no way back to it."""
    await tab.page.goto((await new_cart(shop))["checkoutUrl"])
    await saved(tab)
    assert await tab.page.locator("main a", has_text="Back to").count() == 0
    link = tab.page.get_by_role("button", name="Privacy policy")
    await link.focus()
    await tab.page.keyboard.press("Enter")
    dialog = tab.page.get_by_role("dialog", name="Privacy policy")
    await expect(dialog).to_contain_text("We keep what an order needs")
    assert await dialog.locator(".policy p").count() == 2
    assert await tab.barriers() == []
    await tab.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert await link.evaluate("each => each === document.activeElement")
    assert tab.complaints == []


async def test_nothing_but_text_gets_out_of_a_text_of_the_shop(tab: Tab, shop: Shop) -> None:
    """It may have been imported: no scripts, pictures, styles or forms, and links lead to the web or to people."""
    body = (
        "<h1>Ours</h1><script>document.title = 'owned'</script><img src=https://elsewhere.example/x onerror=alert(1)>"
        "<p style='position: fixed' onclick='alert(1)'>A <b>bold</b> <a href='javascript:alert(1)'>word</a>"
        "<a href=' https://law.example/'>law</a></p><form action=/x><input name=email></form><iframe src=/x></iframe>"
    )
    page = (await shop.client.get("/cart/1")).text

    async def with_site(route: Route) -> None:
        site = '<meta name="site" content="https://shop.example/?a=1&amp;b=2">'
        await route.fulfill(body=page.replace('<meta name="site" content="">', site), content_type="text/html")

    await tab.page.route("**/cart/**", with_site)
    ours: dict[str, Any] = {"name": "Ours", "shipsToCountries": [], "brand": None, "termsOfService": {"title": "Terms"}}
    await _answering(tab, shop={**ours, "policy": {"title": "Terms", "body": body}}, cart=None, order=None)
    await tab.page.goto(f"{shop.url}/cart/1")
    await tab.page.get_by_role("button", name="Terms").click()
    text = tab.page.locator(".policy")
    found = await text.evaluate(
        "each => [...each.querySelectorAll('*')].map((one) => one.outerHTML.replace(/>.*/s, '>'))"
    )
    assert found[:4] == ["<h2>", "<span>", "<p>", "<b>"]
    assert not any(word in tag for tag in found for word in ("style", "on", "script", "img", "input", "iframe", "form"))
    assert await text.locator("a").evaluate_all("all => all.map(each => each.href)") == ["https://law.example/"]
    assert [sent.url for sent in tab.requests if "elsewhere" in sent.url] == []
    back = tab.page.get_by_role("link", name="Back to Ours", include_hidden=True)
    assert await back.get_attribute("href") == "https://shop.example/?a=1&b=2"
