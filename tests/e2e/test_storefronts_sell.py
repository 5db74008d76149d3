"""A storefront of a few lines per client library sells: through `checkoutUrl`, in a browser, to what the books say."""

import json
from collections import deque
from collections.abc import Awaitable, Callable

import pytest

from tests.e2e.books import books
from tests.e2e.browser import Tab, new_tab
from tests.e2e.buying import NEEDS_BANK, PLAIN, fill_in, find_paid, give_up, order, outcome, pay, pay_and_close
from tests.e2e.storefronts import CLIENTS, run_script
from tests.kit.fixtures.running_shop import Shop

pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]

# The scripts put two of it into each cart; no other test here buys it.
PRODUCT = "fig-leaf-candle"
_TOTAL = "query($cart: ID!) { cart(id: $cart) { cost { totalAmount { amount } } } }"
Cart = dict[str, str]
Flow = Callable[[Tab, Shop, Cart], Awaitable[None]]


async def _plain_card(tab: Tab, shop: Shop, cart: Cart) -> None:
    await pay(tab, PLAIN)
    assert "Fig Leaf Candle" in await outcome(tab, "PAID")


async def _confirmed(tab: Tab, shop: Shop, cart: Cart) -> None:
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=accept]")
    await outcome(tab, "PAID")


async def _refused_then_paid_otherwise(tab: Tab, shop: Shop, cart: Cart) -> None:
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=refuse]")
    assert "declined" in await outcome(tab, "PENDING_PAYMENT")
    await pay(tab, PLAIN)
    await outcome(tab, "PAID")


async def _refused_then_given_up(tab: Tab, shop: Shop, cart: Cart) -> None:
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=refuse]")
    assert "declined" in await outcome(tab, "PENDING_PAYMENT")
    await give_up(tab, cart)


async def _left_then_given_up(tab: Tab, shop: Shop, cart: Cart) -> None:
    await pay(tab, NEEDS_BANK)
    await tab.page.click("button[value=leave]")
    await outcome(tab, "PENDING_PAYMENT")
    await give_up(tab, cart)


async def _redirected(tab: Tab, shop: Shop, cart: Cart) -> None:
    await pay(tab)
    await tab.page.click("button[value=accept]")
    await outcome(tab, "PAID")


async def _tab_closed(tab: Tab, shop: Shop, cart: Cart) -> None:
    """The buyer opens the storefront's link again elsewhere."""
    await pay_and_close(tab, shop)
    browser = tab.page.context.browser
    assert browser is not None
    other = await new_tab(browser)
    await other.page.goto(cart["checkoutUrl"])
    await find_paid(other)
    await other.page.context.close()


PAYS: dict[str, Flow] = {
    "plain card": _plain_card,
    "3DS accepted": _confirmed,
    "3DS refused, paid otherwise": _refused_then_paid_otherwise,
    "redirect": _redirected,
    "tab closed": _tab_closed,
}
GIVES_UP: dict[str, Flow] = {"3DS refused": _refused_then_given_up, "3DS abandoned": _left_then_given_up}


@pytest.fixture(scope="module", params=CLIENTS)
async def carts(request: pytest.FixtureRequest, shop: Shop) -> deque[Cart]:
    """Carts of one client, one for each test below."""
    count = len(PAYS) + len(GIVES_UP)
    return deque(json.loads(await run_script("storefront", shop.url, request.param, PRODUCT, str(count))))


@pytest.mark.parametrize("flow", PAYS.values(), ids=PAYS)
async def test_a_storefront_sells(tab: Tab, shop: Shop, carts: deque[Cart], flow: Flow) -> None:
    """The order has what the cart had, for what it cost; the provider took that once, and two units are sold."""
    cart = carts.popleft()
    before = books(shop, PRODUCT)
    await fill_in(tab, cart["checkoutUrl"])
    total = (await shop.data(_TOTAL, {"cart": cart["id"]}))["cart"]["cost"]["totalAmount"]["amount"]
    await flow(tab, shop, cart)
    assert await order(shop, cart) == {"status": "PAID", "totalQuantity": 2, "totalPrice": {"amount": total}}
    units, charges = books(shop, PRODUCT).since(before)
    taken = [minor for state, minor in charges if state == "CAPTURED"]
    assert (units, taken) == ((-2, 0, 2), [round(float(total) * 100)])
    assert {state for state, _ in charges} <= {"CAPTURED", "DECLINED"}


@pytest.mark.parametrize("flow", GIVES_UP.values(), ids=GIVES_UP)
async def test_a_purchase_that_is_given_up_costs_nothing(tab: Tab, shop: Shop, carts: deque[Cart], flow: Flow) -> None:
    """The units are for sale again, the provider took nothing and waits for nobody, and the cart is as it was."""
    cart = carts.popleft()
    before = books(shop, PRODUCT)
    await fill_in(tab, cart["checkoutUrl"])
    total = await shop.data(_TOTAL, {"cart": cart["id"]})
    await flow(tab, shop, cart)
    assert (await order(shop, cart), await shop.data(_TOTAL, {"cart": cart["id"]})) == ({}, total)
    units, charges = books(shop, PRODUCT).since(before)
    assert (units, {state for state, _ in charges}) == ((0, 0, 0), {"DECLINED"})
