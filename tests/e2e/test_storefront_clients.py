"""Published clients of Shopify's Storefront API run unchanged: each from npm, in Node.js, against the running shop."""

import asyncio
import json

import pytest

from tests.e2e.browser import Tab
from tests.e2e.buying import PLAIN, fill_in, order, outcome, pay
from tests.kit import backends
from tests.kit.backends.node import NotInstalled
from tests.kit.fixtures.running_shop import Shop

pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.slow]

# What the clients can do, as their published typings list it.
SHOPIFY_BUY = {
    "product": "fetchAll fetch fetchMultiple fetchByHandle fetchQuery fetchRecommendations helpers.variantForOptions",
    "collection": "fetchAll fetchAllWithProducts fetch fetchWithProducts fetchByHandle fetchQuery",
    "checkout": "create fetch updateAttributes updateEmail addLineItems updateLineItems removeLineItems"
    " replaceLineItems addDiscount removeDiscount addGiftCards removeGiftCard updateShippingAddress",
    "shop": "fetchInfo fetchPolicies",
    "image": "helpers.imageForSize",
}
HYDROGEN = (
    "create get addLines updateLines removeLines updateBuyerIdentity updateDiscountCodes updateNote updateAttributes"
    " setMetafields deleteMetafield updateGiftCardCodes addGiftCardCodes removeGiftCardCodes addDeliveryAddresses"
    " updateDeliveryAddresses updateSelectedDeliveryOption replaceDeliveryAddresses removeDeliveryAddresses getCartId"
    " setCartId getProductOptions"
)


_TOTAL = "query($cart: ID!) { cart(id: $cart) { cost { totalAmount { amount } } } }"


async def _run(script: str, *arguments: str) -> bytes:
    """What a script prints."""
    if reason := backends.storefront_clients.missing():
        pytest.skip(reason)
    try:
        directory = await asyncio.to_thread(backends.storefront_clients.url)
    except NotInstalled as problem:
        pytest.skip(str(problem))
    command = ("node", f"{script}.mjs", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=directory, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()[-4000:]
    return output


async def _trials(script: str, shop: Shop) -> dict[str, str | None]:
    """What went wrong with each thing that a script tried, by its name."""
    output = await _run(script, shop.url)
    trials = [json.loads(line) for line in output.splitlines() if line.startswith(b'{"name":')]
    return {trial["name"]: trial["problem"] for trial in trials}


async def test_the_js_buy_sdk_passes_every_method_of_its_typings(shop: Shop) -> None:
    """With what each method answers, from the first product to the page that its checkout leads to."""
    trials = await _trials("shopify_buy", shop)
    assert {name: problem for name, problem in trials.items() if problem} == {}
    methods = {f"{resource}.{name}" for resource, names in SHOPIFY_BUY.items() for name in names.split()}
    assert trials.keys() == methods | {"fetchNextPage"}


async def test_the_cart_handler_of_hydrogen_passes_every_operation(shop: Shop) -> None:
    """And its `getProductOptions` says of each option what the variants say."""
    trials = await _trials("hydrogen", shop)
    assert {name: problem for name, problem in trials.items() if problem} == {}
    assert trials.keys() == {*HYDROGEN.split(), "every operation of the handler"}


async def test_the_api_client_of_shopify_gets_answers_and_errors(shop: Shop) -> None:
    """For the version it names, and for the country that a query says."""
    trials = await _trials("api_client", shop)
    assert trials == dict.fromkeys(("request", "request with errors", "fetch", "cartCreate", "localized"))


@pytest.mark.parametrize("client", ["shopify-buy", "@shopify/hydrogen", "@shopify/storefront-api-client"])
async def test_a_storefront_of_each_client_sells(tab: Tab, shop: Shop, client: str) -> None:
    """Its `checkoutUrl` leads to a paid order of what its cart had, for what it cost."""
    cart = json.loads(await _run("storefront", shop.url, client))
    await fill_in(tab, cart["checkoutUrl"])
    price = (await shop.data(_TOTAL, {"cart": cart["id"]}))["cart"]["cost"]["totalAmount"]
    await pay(tab, PLAIN)
    assert "Harbour Mug" in await outcome(tab, "PAID")
    assert await order(shop, cart) == {"status": "PAID", "totalQuantity": 2, "totalPrice": {"amount": price["amount"]}}
