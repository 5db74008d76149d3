"""The demo shop answers what the Storefront API has: each name counts when an answer has a value for it."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import parse, type_from_ast
from pydantic import SecretStr
from starlette.applications import Starlette

from bff.app import routes_over
from bff.edge.execution import core_schema
from bff.edge.limits import RequestLimits
from bff.settings.territories import demo_territories
from bff.stores.demo import seed
from bff.stores.wiring import Stores, open_stores
from demo.accounts import DEMO_PASSWORD
from schema.build import schema
from tests.contracts.absent import ANSWERING_NONE
from tests.contracts.compatibility import compared
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.graphql import paying_settings
from tests.kit.fixtures.shop import empty_shop
from tests.kit.fixtures.stores import unique_name
from tests.kit.running_sandbox import RunningSandbox
from tests.kit.selections import GIVEN, Selections, said, sent, written
from workers.search import Indexer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

CORE = core_schema(schema)
FIRST = "(first: 3)"
HOME = {"firstName": "Ada", "lastName": "Byron", "company": "Engines Ltd", "address1": "12 Mill Lane", "address2": "B"}
HOME |= {"city": "London", "zip": "SW1A 1AA", "countryCode": "GB", "phone": "+442079460000", "provinceCode": "ENG"}
TEXT = {name: value for name, value in HOME.items() if not name.endswith("Code")}
TEXT |= {"country": "United Kingdom", "province": "England"}

INTERFACES = """
query($id: ID!) { QueryRoot__of__node: node(id: $id) { __typename Node__of__id: id
  ... on HasMetafields { HasMetafields__of__metafield: metafield(key: "maker", namespace: "custom") { __typename }
    HasMetafields__of__metafields: metafields(identifiers: [{key: "maker", namespace: "custom"}]) { __typename } }
  ... on OnlineStorePublishable { OnlineStorePublishable__of__onlineStoreUrl: onlineStoreUrl }
} }"""
TOTAL = "query($id: ID!) { cart(id: $id) { cost { totalAmount { amount } } } }"
ERRORS = """
mutation { cartNoteUpdate(cartId: "gid://shopify/Cart/none", note: "x") {
  userErrors { ... on DisplayableError { DisplayableError__of__message: message DisplayableError__of__field: field } }
} }"""
IN_CONTEXT = """
query @inContext(country: GB, language: EN,
  visitorConsent: {analytics: true, marketing: false, preferences: true, saleOfData: false}) {
  QueryRoot__of__products: products(first: 1, sortKey: TITLE) { nodes {
    Product__of__featuredImage: featuredImage { __typename
      url(transform: {maxWidth: 100, maxHeight: 100, crop: CENTER, scale: 2, preferredContentType: WEBP}) }
    Product__of__images: images(first: 1, sortKey: POSITION) { __typename }
    Product__of__media: media(first: 1, sortKey: POSITION) { __typename }
    Product__of__variants: variants(first: 1, sortKey: POSITION) { __typename }
    Product__of__adjacentVariants: adjacentVariants(selectedOptions: [{name: "Colour", value: "Red"}]) { __typename }
  } }
  QueryRoot__of__blogs: blogs(first: 1, sortKey: HANDLE) { __typename }
  QueryRoot__of__pages: pages(first: 1, sortKey: TITLE) { __typename }
  QueryRoot__of__articles: articles(first: 1, sortKey: TITLE) { __typename }
  QueryRoot__of__collections: collections(first: 1, sortKey: TITLE, query: "kitchen") {
    nodes { Collection__of__products: products(first: 1, sortKey: MANUAL) { __typename } } }
}"""


class Asker:
    """Sends operations that select everything, and keeps what was answered."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.answered: set[str] = set()

    async def query(self, name: str, arguments: str = "", depth: int = 6, **given: str) -> Any:
        """A root field with everything below it."""
        selection = Selections(CORE, {**GIVEN, **given}, depth).field("QueryRoot", name, arguments)
        return await self.ask("query { " + selection + " }")

    async def mutation(self, name: str, variables: Mapping[str, tuple[str, Any]], depth: int = 6) -> Any:
        """A mutation by its arguments: each with its type and its value."""
        declared = ", ".join(f"${each}: {kind}" for each, (kind, _) in variables.items())
        passed = ", ".join(f"{each}: ${each}" for each in variables)
        selection = Selections(CORE, GIVEN, depth).field("Mutation", name, f"({passed})")
        text = f"mutation({declared}) {{ {selection} }}"
        return await self.ask(text, {each: value for each, (_, value) in variables.items()})

    async def ask(self, text: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data; notes what it says, and the inputs that led to it."""
        sent_body = {"query": text, "variables": dict(variables or {})}
        answer = (await self._client.post("/api/2026-10/graphql.json", json=sent_body)).json()
        assert "errors" not in answer, str(answer["errors"])[:2000]
        self.answered |= said(CORE, answer["data"]) | written(CORE, text)
        for definition in parse(text).definitions[0].variable_definitions or ():  # type: ignore[attr-defined]
            kind = type_from_ast(CORE, definition.type)
            self.answered |= sent(kind, (variables or {}).get(definition.variable.name.value))
        return next(iter(answer["data"].values()))


@pytest.fixture(scope="module")
async def asker(
    all_databases: dict[str, Databases], tmp_path_factory: pytest.TempPathFactory, payment_sandbox: RunningSandbox
) -> AsyncIterator[Asker]:
    """The whole demo shop, searchable, in which everybody can pay."""
    directory: Path = tmp_path_factory.mktemp("compatible")
    async with empty_shop(all_databases, unique_name(), directory) as settings:
        changes = {
            "territories": demo_territories(),
            "max_cost": 10**9,
            "max_depth": 60,
            "body_bytes": 2**22,
            "id_prefix": "storefront",
        }
        changes |= {"limits": {}, "token_secret": SecretStr("a secret of the compatible shop, to sign with")}
        async with open_stores(settings.model_copy(update=changes | paying_settings(payment_sandbox))) as stores:
            await seed(stores, lambda *_: None)
            await Indexer(stores.search, stores.catalog, stores.content, stores.territories.default).rebuild()
            with pytest.MonkeyPatch.context() as patch:
                # Documents that select everything are larger than any client may send.
                patch.setattr("bff.edge.parsing.MAX_CHARACTERS", 2**22)
                patch.setattr("bff.app.RequestLimits", partial(RequestLimits, max_tokens=10**6))
                transport = httpx.ASGITransport(Starlette(routes=routes_over(stores)))
                async with httpx.AsyncClient(transport=transport, base_url="http://shop.test", timeout=60) as client:
                    asker = Asker(client)
                    await _browse(asker)
                    await _buy(asker, stores)
                    yield asker
            await stores.documents.db.client.drop_database(settings.mongo_database)


async def _browse(ask: Asker) -> None:
    await ask.query("product", '(handle: "harbour-mug")')
    await ask.query("product", '(handle: "oat-honey-soap")', depth=3)
    await ask.query("productByHandle", '(handle: "harbour-mug")', depth=3)
    for name in ("products", "collections", "pages", "blogs", "articles", "urlRedirects"):
        await ask.query(name, FIRST, depth=5)
    await ask.query("collection", '(handle: "kitchen")', key='"season"', identifiers='[{key: "season"}]')
    await ask.query("collectionByHandle", '(handle: "kitchen")', depth=3)
    await ask.query("page", '(handle: "about")')
    await ask.query("page", '(handle: "about")', key='"makers"')
    await ask.query("pageByHandle", '(handle: "about")', depth=2)
    await ask.query("shop", key='"founded"', identifiers='[{key: "founded"}]')
    await ask.query("collection", '(handle: "sale")', depth=4)
    for name in ("localization", "paymentSettings", "publicApiVersions"):
        await ask.query(name)
    await ask.query("menu", '(handle: "main-menu")')
    await ask.query("blog", '(handle: "news")')
    await ask.query("blogByHandle", '(handle: "news")', depth=2)
    await ask.query("article", '(id: "gid://shopify/Article/news/why-the-harbour-mug-has-no-glaze-below")')
    await ask.query("metaobject", '(handle: {type: "maker", handle: "hobb-larkin"})', key='"name"')
    await ask.query("metaobject", '(handle: {type: "maker", handle: "hobb-larkin"})', key='"story"')
    await ask.query("metaobjects", '(type: "maker", first: 2)', key='"read_more"')
    for kind in ("PRODUCT", "COLLECTION", "PAGE", "BLOG", "ARTICLE", "METAOBJECT"):
        await ask.query("sitemap", f"(type: {kind})")
    for name in ("productTags", "productTypes"):
        await ask.query(name, "(first: 5)")
    about = "gid://shopify/Page/about"
    await ask.ask(INTERFACES, {"id": about})
    await ask.query("nodes", f'(ids: ["{about}"])', depth=2)
    await ask.ask(IN_CONTEXT)
    await ask.query(
        "search", '(query: "mug", first: 2, types: [PRODUCT, PAGE], sortKey: PRICE, unavailableProducts: SHOW)', depth=4
    )
    found = '(query: "kitchen", limit: 5, limitScope: EACH, types: [COLLECTION, PRODUCT, PAGE, QUERY])'
    await ask.query("predictiveSearch", found, depth=4)


async def _buy(ask: Asker, stores: Stores) -> None:
    """A whole life of a cart."""
    mug = (await stores.catalog.products.by_handle(["harbour-mug"]))[0]
    assert mug is not None
    (variants,) = await stores.catalog.variants.by_product([mug.id], stores.territories.default)
    first, second = (f"gid://shopify/ProductVariant/{variant.id}" for variant in variants[:2])
    await ask.query("productRecommendations", f'(productId: "gid://shopify/Product/{mug.id}")', depth=3)
    attributes = [{"key": "maker", "value": "me"}]
    line = {"merchandiseId": first, "quantity": 2, "attributes": attributes}
    address: dict[str, Any] = {"address": {"deliveryAddress": HOME}, "selected": True, "oneTimeUse": False}
    address |= {"validationStrategy": "COUNTRY_CODE_ONLY"}
    where = {"countryCode": "GB", "latitude": 51.5, "longitude": -0.1}
    preferences = {"delivery": {"coordinates": where, "deliveryMethod": ["SHIPPING"], "pickupHandle": ["x"]}}
    buyer = {"email": "ada@example.com", "phone": "+442079460000", "countryCode": "GB"}
    given = {
        "lines": [line],
        "attributes": attributes,
        "note": "Please ring",
        "sourceName": "web",
        "buyerIdentity": buyer | {"preferences": preferences | {"wallet": ["x"]}},
        "discountCodes": ["WELCOME10", "FREESHIP"],
        "delivery": {"addresses": [address]},
        "metafields": [{"key": "maker", "type": "single_line_text_field", "value": "us"}],
    }
    made = await ask.mutation("cartCreate", {"input": ("CartInput", given)}, depth=8)
    cart = made["CartCreatePayload__of__cart"]["Cart__of__id"]
    named = {"cartId": ("ID!", cart)}
    group = made["CartCreatePayload__of__cart"]["Cart__of__deliveryGroups"]
    group = group["CartDeliveryGroupConnection__of__nodes"][0]["CartDeliveryGroup__of__id"]
    await ask.query("cart", f'(id: "{cart}")', depth=8)
    lines = [{"merchandiseId": second, "quantity": 100_000_000 - 99_999_999}]
    added = await ask.mutation("cartLinesAdd", named | {"lines": ("[CartLineInput!]!", lines)})
    nodes = added["CartLinesAddPayload__of__cart"]["Cart__of__lines"]["BaseCartLineConnection__of__nodes"]
    key, other = nodes[0]["BaseCartLine__of__viewKey"], nodes[1]["BaseCartLine__of__id"]
    changes = [{"viewKey": key, "quantity": 3, "attributes": attributes}, {"id": other, "merchandiseId": second}]
    await ask.mutation("cartLinesUpdate", named | {"lines": ("[CartLineUpdateInput!]!", changes)})
    await ask.mutation("cartLinesRemove", named | {"lineIds": ("[ID!]", [other])})
    await ask.mutation("cartLinesRemove", named | {"lineIds": ("[ID!]", [other])})
    old = [{"deliveryAddress": TEXT, "oneTimeUse": True, "deliveryAddressValidationStrategy": "STRICT"}]
    kind = "CartBuyerIdentityInput!"
    older: dict[str, Any] = buyer | {"deliveryAddressPreferences": old}
    await ask.mutation("cartBuyerIdentityUpdate", named | {"buyerIdentity": (kind, older)})
    await ask.mutation("cartNoteUpdate", named | {"note": ("String!", "Ring twice")})
    await ask.mutation("cartAttributesUpdate", named | {"attributes": ("[AttributeInput!]!", attributes)})
    codes = ["FREESHIP", "WELCOME10", "NOSUCHCODE"]
    await ask.mutation("cartDiscountCodesUpdate", named | {"discountCodes": ("[String!]!", codes)})
    many = {"addresses": ("[CartSelectableAddressInput!]!", [address])}
    await ask.mutation("cartDeliveryAddressesReplace", named | many)
    await ask.mutation("cartDeliveryAddressesReplace", named | {"addresses": (many["addresses"][0], [address] * 21)})
    shown = await ask.mutation("cartDeliveryAddressesAdd", named | many)
    shown = shown["CartDeliveryAddressesAddPayload__of__cart"]["Cart__of__delivery"]
    ids = [each["CartSelectableAddress__of__id"] for each in shown["CartDelivery__of__addresses"]]
    change = [address | {"id": ids[0]}]
    update = {"addresses": ("[CartSelectableAddressUpdateInput!]!", change)}
    await ask.mutation("cartDeliveryAddressesUpdate", named | update)
    await ask.mutation("cartDeliveryAddressesRemove", named | {"addressIds": ("[ID!]!", ids[1:])})
    option = [{"deliveryGroupId": group, "deliveryOptionHandle": "express"}]
    chosen = {"selectedDeliveryOptions": ("[CartSelectedDeliveryOptionInput!]!", option)}
    await ask.mutation("cartSelectedDeliveryOptionsUpdate", named | chosen)
    for name in ("cartGiftCardCodesAdd", "cartGiftCardCodesUpdate"):
        await ask.mutation(name, named | {"giftCardCodes": ("[String!]!", ["x"])})
    await ask.mutation("cartGiftCardCodesRemove", named | {"appliedGiftCardIds": ("[ID!]!", ["x"])})
    field = {"ownerId": cart, "key": "maker", "type": "single_line_text_field", "value": "them"}
    for value in ("them", ""):
        fields = ("[CartMetafieldsSetInput!]!", [field | {"value": value}])
        await ask.mutation("cartMetafieldsSet", {"metafields": fields})
    for _ in range(2):
        named_so = {"ownerId": cart, "key": "maker"}
        await ask.mutation("cartMetafieldDelete", {"input": ("CartMetafieldDeleteInput!", named_so)})
    await ask.mutation("cartNoteUpdate", named | {"note": ("String!", "x" * 5_001)})
    await ask.mutation("cartAttributesUpdate", named | {"attributes": ("[AttributeInput!]!", attributes * 51)})
    await ask.mutation("cartLinesAdd", named | {"lines": ("[CartLineInput!]!", lines * 101)})
    await ask.mutation("cartLinesUpdate", named | {"lines": ("[CartLineUpdateInput!]!", changes * 51)})
    await ask.mutation("cartDiscountCodesUpdate", named | {"discountCodes": ("[String!]!", list("abcdefghijk"))})
    await ask.mutation("cartBuyerIdentityUpdate", named | {"buyerIdentity": (kind, {"email": "nobody"})})
    for name in ("cartDeliveryAddressesAdd", "cartDeliveryAddressesReplace"):
        await ask.mutation(name, named | {"addresses": (many["addresses"][0], [address] * 21)})
    await ask.mutation("cartDeliveryAddressesUpdate", named | {"addresses": (update["addresses"][0], change * 21)})
    await ask.mutation("cartDeliveryAddressesRemove", named | {"addressIds": ("[ID!]!", ["x"])})
    unknown = [{"deliveryGroupId": group, "deliveryOptionHandle": "pigeon"}]
    options = chosen["selectedDeliveryOptions"][0]
    await ask.mutation("cartSelectedDeliveryOptionsUpdate", named | {"selectedDeliveryOptions": (options, unknown)})
    await ask.mutation("cartCreate", {"input": ("CartInput", {"note": "x" * 5_001})})
    await ask.mutation("cartPrepareForCompletion", named)
    await ask.ask(ERRORS)
    total = (await ask.ask(TOTAL, {"id": cart}))["cost"]["totalAmount"]["amount"]
    for attempt, amount in (("first", "0.01"), ("second", total)):
        agreed = {"amount": amount, "currencyCode": "GBP"}
        submit = named | {"attemptToken": ("String!", attempt), "payment": ("CartPaymentInput!", {"token": "tok_ok"})}
        await ask.mutation("cartSubmitForCompletion", submit | {"expectedTotal": ("MoneyInput", agreed)})
    await _sign_up(ask)


async def _sign_up(ask: Asker) -> None:
    """An account with past orders, and one that is new."""
    new: dict[str, Any] = {"email": "new@example.com", "password": "long enough", "firstName": "New", "lastName": "Person"}
    new |= {"phone": "+442079460000", "acceptsMarketing": True}
    for _ in range(2):
        await ask.mutation("customerCreate", {"input": ("CustomerCreateInput!", new)})
    login = {"email": "shopper@example.com", "password": DEMO_PASSWORD}
    kind = "CustomerAccessTokenCreateInput!"
    made = await ask.mutation("customerAccessTokenCreate", {"input": (kind, login)})
    token = made["CustomerAccessTokenCreatePayload__of__customerAccessToken"]["CustomerAccessToken__of__accessToken"]
    await ask.mutation("customerAccessTokenCreate", {"input": (kind, login | {"password": "wrong password"})})
    mine = {"buyerIdentity": {"customerAccessToken": token}}
    await ask.mutation("cartCreate", {"input": ("CartInput", mine)})
    await ask.query("customer", f'(customerAccessToken: "{token}")')
    for _ in range(2):
        await ask.mutation("customerAccessTokenDelete", {"customerAccessToken": ("String!", token)})


def test_enough_of_the_storefront_api_is_answered(asker: Asker) -> None:
    """Of its names at least 245 types and 880 fields and input fields, at most 60 of which have no value."""
    found = compared()
    types = found.known_types & asker.answered
    fields = found.known_fields & asker.answered
    silent = sorted(found.known_fields - asker.answered)
    Path("/tmp/wt/npm-types/silent.txt").write_text(
        "\n".join(silent) + f"\n{len(types)} {len(fields)}\n" + str(sorted(found.known_types - asker.answered))
    )
    assert silent == sorted(ANSWERING_NONE)
    assert len(types) >= 245
    assert len(fields) + min(len(silent), 60) >= 880
