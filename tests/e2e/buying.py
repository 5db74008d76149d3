"""What a buyer does on the checkout page, in a browser."""

from urllib.parse import urlsplit

from playwright.async_api import Route

from tests.e2e.browser import Tab
from tests.kit.fixtures.running_shop import Shop

PLAIN, NEEDS_BANK, DECLINED = "4242 4242 4242 4242", "4000 0025 0000 3155", "4000 0000 0000 0002"
_ORDER = "query($cart: ID!) { order(cartId: $cart) { status totalQuantity totalPrice { amount } } }"
_VARIANT = '{ product(handle: "harbour-mug") { selectedOrFirstAvailableVariant { id } } }'
_CREATE = "mutation($input: CartInput!) { cartCreate(input: $input) { cart { id checkoutUrl } } }"
ADDRESS = {
    "firstName": "Ada",
    "lastName": "Byron",
    "address1": "12 St James's Square",
    "city": "London",
    "zip": "SW1Y 4JH",
}


async def new_cart(shop: Shop, *, is_filled_in: bool = False) -> dict[str, str]:
    """Two mugs: the id of the cart and the address of its checkout; only the payment is open if it is filled in."""
    variant = (await shop.data(_VARIANT))["product"]["selectedOrFirstAvailableVariant"]["id"]
    given: dict[str, object] = {"lines": [{"merchandiseId": variant, "quantity": 2}]}
    if is_filled_in:
        address = {"deliveryAddress": {**ADDRESS, "countryCode": "GB"}}
        given["buyerIdentity"] = {"email": "ada@example.com", "countryCode": "GB"}
        given["delivery"] = {"addresses": [{"address": address, "selected": True}]}
    cart: dict[str, str] = (await shop.data(_CREATE, {"input": given}))["cartCreate"]["cart"]
    return cart


async def fill(tab: Tab, name: str, text: str) -> None:
    """Types into a field and leaves it, as people do."""
    await tab.page.fill(f"#{name}", text)
    await tab.page.press(f"#{name}", "Tab")


async def fill_in(tab: Tab, url: str) -> None:
    """Everything but the payment."""
    await tab.page.goto(url)
    await fill(tab, "email", "ada@example.com")
    await tab.page.select_option("#countryCode", "GB")
    for name, text in ADDRESS.items():
        await fill(tab, name, text)
    await tab.page.check("input[name=delivery]")
    await saved(tab)


async def saved(tab: Tab) -> None:
    await tab.wait_for("document.querySelector('.pay:not([disabled])')?.innerText.startsWith('Pay')")


async def pay(tab: Tab, card: str | None = None) -> None:
    """By this card, or on the provider's page."""
    if card is None:
        await tab.page.check("input[name=method][value=sandbox]")
    else:
        await tab.page.fill("#card", card)
    await tab.page.click(".pay")


async def problems(tab: Tab) -> list[str]:
    """What the summary of problems says, line by line."""
    return [text.strip() for text in await tab.page.locator(".errors li").all_inner_texts()]


async def refused(tab: Tab) -> tuple[str, str]:
    """Presses the button, which must not buy: where the focus is then, and the first problem."""
    await tab.page.click(".pay")
    await saved(tab)
    await tab.page.wait_for_selector(".errors")
    await tab.wait_for("document.activeElement !== document.body")
    return str(await tab.page.evaluate("document.activeElement.id")), (await problems(tab))[0]


async def outcome(tab: Tab, status: str) -> str:
    """The text of the order's page once it shows this status."""
    await tab.page.wait_for_selector(f".outcome[data-status={status}]", timeout=60_000)
    return await tab.page.inner_text("main")


async def pay_and_close(tab: Tab, shop: Shop) -> None:
    """On the provider's page, whose way back to the shop gets lost together with the tab."""
    await pay(tab)
    await tab.page.wait_for_selector("button[value=accept]")
    await tab.page.route(f"{shop.url}/**", _lost)
    async with tab.page.expect_event("requestfailed"):
        await tab.page.click("button[value=accept]", no_wait_after=True)
    await tab.page.close()


async def _lost(route: Route) -> None:
    await route.abort()


async def give_up(tab: Tab, cart: dict[str, str]) -> None:
    """From the page of an order that waits for its payment, back to its cart."""
    await tab.page.click("button.link >> text=Cancel")
    await tab.page.wait_for_url(urlsplit(cart["checkoutUrl"])._replace(query="").geturl())
    await tab.page.wait_for_selector("#zip")


async def find_paid(tab: Tab) -> None:
    """The checkout of a cart that may be bought already leads to its paid order."""
    await tab.wait_for("document.querySelector('.outcome[data-status=PAID], main .button')")
    if await tab.page.query_selector("main .button"):
        await tab.page.click("main .button")
    await outcome(tab, "PAID")


async def order(shop: Shop, cart: dict[str, str]) -> dict[str, object]:
    found = await shop.data(_ORDER, {"cart": cart["id"]})
    order: dict[str, object] = found["order"] or {}
    return order
