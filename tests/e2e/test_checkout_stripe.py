"""Cards of Stripe on the checkout page, in a browser: a stand-in of Stripe's script, and a strict Stripe behind it."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from bff.settings.variables import Settings
from tests.e2e.browser import Tab
from tests.e2e.buying import fill_in, outcome, saved
from tests.e2e.stripe_shop import DECLINED, NEEDS_BANK, PLAIN, StripeShop, stripe_shop
from tests.kit.strict_stripe import StrictStripe
from tests.kit.stripe_server import serving
from tests.kit.stripe_shops import stripe_settings

# The browser is shared with the other tests of the pages.
pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]
_CARD, _BANK = "iframe[title=Card]", "iframe[title='Your bank']"
_GO_ON = "text=Continue the payment"
_LOOK = "getComputedStyle(document.documentElement).getPropertyValue('--link').trim()"


@pytest.fixture
async def stripe() -> AsyncIterator[StrictStripe]:
    """Stripe; no request of a test may break its rules."""
    async with serving(StrictStripe()) as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
async def shop(shop_settings: Settings, stripe: StrictStripe) -> AsyncIterator[StripeShop]:
    """A shop with Stripe's key for browsers."""
    async with stripe_shop(stripe_settings(shop_settings), stripe) as shop:
        yield shop


@pytest.fixture
async def tab(tab: Tab, shop: StripeShop) -> Tab:
    """A tab whose browser finds Stripe."""
    await shop.show_to(tab)
    return tab


def hosts(tab: Tab) -> set[str]:
    """The hosts that a tab has asked, beside the shop's."""
    found = {urlsplit(sent.url).hostname or "" for sent in tab.requests}
    return found - {"", "127.0.0.1"}


async def pay(tab: Tab, number: str) -> None:
    """By a card, in Stripe's frame."""
    await saved(tab)
    await tab.page.frame_locator(_CARD).locator("#number").fill(number)
    await tab.page.click(".pay", no_wait_after=True)


async def decide(tab: Tab, decision: str) -> None:
    """Answers the bank."""
    await tab.page.frame_locator(_BANK).locator(f"button[value={decision}]").click()


async def test_a_card_buys(tab: Tab, shop: StripeShop) -> None:
    """Stripe's script comes when the buyer comes to the payment, wears the shop's colors, and breaks no policy."""
    cart = await shop.new_cart(is_filled_in=False)
    await tab.page.goto(cart["checkoutUrl"])
    await saved(tab)
    assert hosts(tab) == set()
    await fill_in(tab, cart["checkoutUrl"])
    await tab.page.wait_for_selector(_CARD)
    assert hosts(tab) == {"js.stripe.com"}
    assert await tab.barriers() == []
    made, *_ = await tab.page.evaluate("standIn.elements")
    assert made["appearance"]["variables"]["colorPrimary"] == await tab.page.evaluate(_LOOK) == "#1f4e4a"
    await tab.keep_picture("checkout-stripe")
    await tab.page.check("input[name=delivery] >> nth=1")
    # Wallets show the total, in Stripe's units.
    await tab.wait_for("standIn.updates.at(-1)?.amount === 2800 + 695")
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")
    assert hosts(tab) == {"js.stripe.com", "api.stripe.com"}
    order = await shop.order(cart)
    assert order.items() >= {"status": "PAID", "totalQuantity": 2, "totalPrice": {"amount": "34.95"}}.items()
    assert shop.fake.intents["pi_1"]["amount_received"] == 3_495
    assert shop.details[0].items() >= {"name": "Ada Byron", "email": "ada@example.com"}.items()
    assert tab.complaints == []


async def test_a_card_that_needs_the_bank_buys_once_the_buyer_confirms(tab: Tab, shop: StripeShop) -> None:
    """In a window of Stripe over the order's page."""
    cart = await shop.new_cart()
    await tab.page.goto(cart["checkoutUrl"])
    await pay(tab, NEEDS_BANK)
    await decide(tab, "accept")
    await outcome(tab, "PAID")
    assert (await shop.order(cart)).items() >= {"status": "PAID", "totalQuantity": 2}.items()
    assert (len(shop.fake.intents), tab.complaints) == (1, [])


async def test_an_open_confirmation_is_not_lost(tab: Tab, shop: StripeShop) -> None:
    """A reload, the back button, another tab, a script that does not come: the page of the order offers it again."""
    cart = await shop.new_cart()
    await tab.page.goto(cart["checkoutUrl"])
    await pay(tab, NEEDS_BANK)
    await tab.page.wait_for_selector(_BANK)
    await tab.page.reload()
    await outcome(tab, "PENDING_PAYMENT")
    assert await tab.page.query_selector(_BANK) is None
    await tab.page.go_back()
    await outcome(tab, "PENDING_PAYMENT")
    other = Tab(await tab.page.context.new_page())
    await other.page.goto(cart["checkoutUrl"])
    shop.is_blocked = True
    await other.page.click(_GO_ON)
    await other.page.wait_for_selector("[role=alert]")
    await other.keep_picture("order-stripe-blocked")
    assert "js.stripe.com" in await other.page.inner_text("[role=alert]")
    assert await other.barriers() == []
    shop.is_blocked = False
    await other.page.click(_GO_ON)
    await decide(other, "accept")
    await outcome(other, "PAID")
    await tab.page.bring_to_front()
    await outcome(tab, "PAID")
    assert len(shop.fake.intents) == 1


async def test_a_refused_confirmation_leaves_the_order_for_another_card(tab: Tab, shop: StripeShop) -> None:
    """Its units are kept, and the first charge has ended."""
    cart = await shop.new_cart()
    await tab.page.goto(cart["checkoutUrl"])
    await pay(tab, NEEDS_BANK)
    await decide(tab, "refuse")
    await tab.page.wait_for_selector(".outcome.problem")
    assert "declined" in await outcome(tab, "PENDING_PAYMENT")
    first = await shop.order(cart)
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")
    assert (await shop.order(cart)) == first | {"status": "PAID"}
    assert [each["status"] for each in shop.fake.intents.values()] == ["canceled", "succeeded"]


async def test_what_is_wrong_with_a_card_is_said_at_its_place(tab: Tab, shop: StripeShop) -> None:
    """By Stripe what is incomplete, by the shop what the bank declines; then another card buys."""
    cart = await shop.new_cart()
    await tab.page.goto(cart["checkoutUrl"])
    await pay(tab, "")
    await tab.page.wait_for_selector("#card-problem")
    assert await tab.page.inner_text("#card-problem") == "Your card number is incomplete."
    assert await tab.barriers() == []
    await pay(tab, DECLINED)
    await tab.page.wait_for_selector("#payment")
    assert "declined" in await tab.page.inner_text("#payment")
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")
    assert [each["status"] for each in shop.fake.intents.values()] == ["requires_payment_method", "succeeded"]


async def test_without_the_script_other_methods_buy(tab: Tab, shop: StripeShop) -> None:
    """The page says what is missing at its place, and tries again when the buyer wants it."""
    shop.is_blocked = True
    cart = await shop.new_cart()
    await tab.page.goto(cart["checkoutUrl"])
    await tab.page.wait_for_selector("[role=alert] .problem")
    assert "js.stripe.com" in await tab.page.inner_text("[role=alert] .problem")
    assert await tab.barriers() == []
    shop.is_blocked = False
    await tab.page.click("[role=alert] button")
    await tab.page.wait_for_selector(_CARD)
    await tab.page.check("input[name=method][value=ideal]")
    await tab.page.click(".pay")
    await tab.page.wait_for_url("https://hooks.stripe.com/pi_1")
    shop.fake.authenticate("pi_1")
    await tab.page.goto(shop.fake.asked[0].fields["return_url"])
    await outcome(tab, "PAID")


async def test_blik_takes_the_code_of_the_bank(tab: Tab, shop: StripeShop) -> None:
    """Without Stripe's script: the buyer confirms in the app, and the page waits for it."""
    cart = await shop.new_cart()
    await tab.page.goto(cart["checkoutUrl"])
    await tab.page.check("input[name=method][value=blik]")
    await tab.page.fill("#bankCode", "12 34")
    await tab.page.click(".pay")
    await tab.page.wait_for_selector("#bankCode-problem")
    assert await tab.barriers() == []
    await tab.page.fill("#bankCode", "123 456")
    await tab.page.click(".pay")
    assert "app of your bank" in await outcome(tab, "PENDING_PAYMENT")
    assert shop.fake.asked[0].fields["payment_method_options[blik][code]"] == "123456"
    shop.fake.authenticate("pi_1")
    await shop.settle(await shop.order(cart))
    await outcome(tab, "PAID")


async def test_without_a_key_the_page_asks_nobody_but_the_shop(
    shop_settings: Settings, stripe: StrictStripe, tab: Tab
) -> None:
    """Cards are not offered then, and the policy names no other host."""
    async with stripe_shop(stripe_settings(shop_settings, ""), stripe) as keyless:
        cart = await keyless.new_cart()
        answer = await tab.page.goto(cart["checkoutUrl"])
        assert answer is not None
        assert "stripe" not in answer.headers["content-security-policy"]
        await saved(tab)
        offered = await tab.page.eval_on_selector_all("input[name=method]", "all => all.map(each => each.value)")
        assert (offered, hosts(tab)) == (["ideal", "bancontact", "p24", "blik"], set())
