"""What is bought is what the page shows, and whoever cannot buy yet reads why, at its place."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser import Tab
from tests.e2e.buying import NEEDS_BANK, PLAIN, fill, new_cart, order, outcome, pay, problems, refused, saved
from tests.kit.fixtures.running_shop import Shop

# One running shop for all of them, in one of the processes that run tests.
pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]
_MISSING = "Please fill this in."


async def test_nothing_is_bought_that_the_page_does_not_show(tab: Tab, shop: Shop) -> None:
    """Neither with the last good value of a field that is wrong now, nor without a code that was only typed.

    What the buyer is still typing when the button is pressed counts.
    """
    cart = await new_cart(shop, is_filled_in=True)
    await tab.page.goto(cart["checkoutUrl"])
    await saved(tab)
    await tab.page.fill("#card", PLAIN)
    await fill(tab, "email", "nonsense")
    assert await refused(tab) == ("email", "E-mail: This is not valid.")
    await tab.page.reload()
    await saved(tab)
    await tab.page.fill("#card", PLAIN)
    assert await refused(tab) == ("email", "E-mail: This is not valid.")
    await fill(tab, "email", "")
    assert await refused(tab) == ("email", "E-mail: Please enter your e-mail address.")
    await fill(tab, "email", "ada@example.com")
    await expect(tab.page.locator(".errors")).to_have_count(0)
    await fill(tab, "phone", "abc")
    assert await refused(tab) == ("phone", "Phone: This is not valid.")
    assert len(await problems(tab)) == 1
    await fill(tab, "phone", "")
    await tab.page.select_option("#countryCode", "")
    assert await refused(tab) == ("countryCode", "Country: Please fill this in.")
    await tab.page.select_option("#countryCode", "GB")
    await tab.page.fill("#discount", "WELCOME10")
    assert await refused(tab) == ("discount", "Discount code: Apply this code, or empty the field.")
    await tab.page.fill("#discount", "")
    assert await order(shop, cart) == {}
    await tab.page.fill("#card", PLAIN.replace(" ", "-"))
    await tab.page.fill("#email", "grace@example.com")
    await tab.page.click(".pay")
    await outcome(tab, "PAID")
    bought = await shop.data("query($cart: ID!) { order(cartId: $cart) { email } }", {"cart": cart["id"]})
    assert bought["order"]["email"] == "grace@example.com"


async def test_a_total_that_the_buyer_has_not_seen_is_not_charged(tab: Tab, shop: Shop) -> None:
    """The last field may bring the delivery with it: the page shows the new total and waits for another press."""
    cart = await new_cart(shop)
    await tab.page.goto(cart["checkoutUrl"])
    await saved(tab)
    assert await tab.page.inner_text(".pay") == "Pay"
    await tab.page.fill("#card", PLAIN)
    await tab.page.wait_for_selector("#zip")
    texts = {"email": "ada@example.com", "firstName": "Ada", "lastName": "Byron", "address1": "1 Mill Lane"}
    for name, text in {**texts, "city": "London", "zip": "SW1Y 4JH"}.items():
        # As fast as a browser that fills in by itself: nothing waits for what was saved.
        await tab.page.evaluate(
            """([name, text]) => { const field = document.getElementById(name); field.value = text
            field.dispatchEvent(new Event("input", { bubbles: true })) }""",
            [name, text],
        )
    assert await refused(tab) == ("payment", "The total with the delivery is £31.95. Pay again if you agree.")
    assert await order(shop, cart) == {}
    assert await tab.page.inner_text(".pay") == "Pay £31.95"
    await tab.page.click(".pay")
    await outcome(tab, "PAID")


async def test_all_that_is_missing_is_named_at_once(tab: Tab, shop: Shop) -> None:
    """Before anything is sent to the payment provider; each leads to its field, and goes when the field is right."""
    cart = await new_cart(shop)
    await tab.page.goto(cart["checkoutUrl"])
    await saved(tab)
    await tab.page.wait_for_selector("#zip")
    # The visitor's country.
    assert await tab.page.input_value("#countryCode") == "GB"
    assert (await refused(tab))[0] == "email"
    assert await problems(tab) == [
        "E-mail: Please enter your e-mail address.",
        f"Last name: {_MISSING}",
        f"Street and number: {_MISSING}",
        f"Town or city: {_MISSING}",
        f"Postal code: {_MISSING}",
        "Delivery: Choose\N{HORIZONTAL ELLIPSIS}",
        f"Card number: {_MISSING}",
    ]
    assert await tab.barriers() == []
    express = tab.page.locator("input[name=delivery]").nth(1)
    await express.check()
    await saved(tab)
    await expect(express).to_be_checked()
    await tab.page.click(".errors a >> text=Town or city")
    assert await tab.page.evaluate("document.activeElement.id") == "city"
    assert "#" not in tab.page.url
    await tab.page.keyboard.type("London")
    await tab.page.keyboard.press("Tab")
    await expect(tab.page.locator(".errors li")).to_have_count(5)
    assert not any(text.startswith(("Town", "Delivery")) for text in await problems(tab))
    await expect(express).to_be_checked()
    for number in ("1234", PLAIN.replace("4242", "4243", 1)):
        await tab.page.fill("#card", number)
        await tab.page.click(".pay")
        await expect(tab.page.locator("#card-problem")).to_have_text("This is not a valid card number.")
    await tab.page.fill("#card", NEEDS_BANK)
    await expect(tab.page.locator("#card-problem")).to_have_count(0)
    # The numbers that work, as this provider is the sandbox.
    await expect(tab.page.locator("#card-hint")).to_contain_text(NEEDS_BANK)
    assert [sent.url for sent in tab.requests if sent.url.endswith("/tokens")] == []
    assert not any("cartSubmitForCompletion" in (sent.post_data or "") for sent in tab.requests)


async def test_each_code_says_its_own_reason(tab: Tab, shop: Shop) -> None:
    """One does not exist, the other one waits for the e-mail address."""
    cart = await new_cart(shop)
    await tab.page.goto(cart["checkoutUrl"])
    for code in ("NOPE", "WELCOME10"):
        await tab.page.fill("#discount", code)
        await tab.page.press("#discount", "Enter")
        await tab.page.wait_for_selector(f".codes li >> text={code}")
    reasons = await tab.page.locator(".codes li .problem").all_inner_texts()
    assert [reason.strip() for reason in reasons] == [
        "There is no such code.",
        "The code counts once we know your e-mail address.",
    ]


async def test_fewer_of_what_is_sold_out_can_be_taken(tab: Tab, shop: Shop) -> None:
    """By keys, where the page says so; the focus is there already."""
    cart = await new_cart(shop, is_filled_in=True)
    await tab.page.goto(cart["checkoutUrl"])
    await saved(tab)
    units = tab.page.get_by_role("spinbutton", name="Quantity of Harbour Mug")
    await units.fill("200000")
    await units.press("Tab")
    await expect(tab.page.locator(".line .problem")).to_have_text("There are not enough units left.")
    await tab.page.fill("#card", PLAIN)
    place, problem = await refused(tab)
    assert problem.startswith("Harbour Mug: Sold out meanwhile")
    assert await units.get_attribute("id") == place
    assert await tab.barriers() == []
    await tab.page.keyboard.press("Control+A")
    await tab.page.keyboard.type("1")
    await tab.page.keyboard.press("Tab")
    await expect(tab.page.locator(".errors, .line .problem")).to_have_count(0)
    await saved(tab)
    costs = [await tab.page.locator(each).bounding_box() for each in (".line .cost", ".row dd >> nth=0")]
    assert len({round(cost["x"] + cost["width"]) for cost in costs if cost}) == 1
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")
    assert (await order(shop, cart))["totalQuantity"] == 1
