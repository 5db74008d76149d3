"""Published clients of Shopify's Storefront API run unchanged: each from npm, in Node.js, against the running shop."""

import json

import pytest

from tests.e2e.storefronts import run_script
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
    " setCartId getProductOptions getSitemapIndex getSitemap storefrontRedirect getShopAnalytics forward"
)


async def _trials(script: str, shop: Shop) -> dict[str, str | None]:
    """What went wrong with each thing that a script tried, by its name."""
    output = await run_script(script, shop.url)
    trials = [json.loads(line) for line in output.splitlines() if line.startswith(b'{"name":')]
    return {trial["name"]: trial["problem"] for trial in trials}


async def test_the_js_buy_sdk_passes_every_method_of_its_typings(shop: Shop) -> None:
    """With what each method answers, from the first product to the page that its checkout leads to."""
    trials = await _trials("shopify_buy", shop)
    assert {name: problem for name, problem in trials.items() if problem} == {}
    methods = {f"{resource}.{name}" for resource, names in SHOPIFY_BUY.items() for name in names.split()}
    assert trials.keys() == methods | {"fetchNextPage"}


async def test_hydrogen_passes_every_operation_of_its_cart_handler_and_its_loaders(shop: Shop) -> None:
    """Its `getProductOptions` says of each option what the variants say; sitemap and redirects are the shop's."""
    trials = await _trials("hydrogen", shop)
    assert {name: problem for name, problem in trials.items() if problem} == {}
    assert trials.keys() == {*HYDROGEN.split(), "every operation of the handler"}


async def test_the_api_client_of_shopify_gets_answers_and_errors(shop: Shop) -> None:
    """For the version it names, and for the country that a query says."""
    trials = await _trials("api_client", shop)
    assert trials == dict.fromkeys(("request", "request with errors", "fetch", "cartCreate", "localized"))


async def test_clients_that_defer_get_the_rest_first(shop: Shop) -> None:
    """Both forms of parts that Apollo Client knows, and what urql reads without any setting."""
    handlers = ("Defer20220824Handler", "GraphQL17Alpha9Handler")
    trials = await _trials("deferred", shop)
    assert trials == dict.fromkeys((*(f"Apollo Client with {name}" for name in handlers), "urql"))
