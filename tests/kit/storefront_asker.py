"""Operations that select everything, and what their answers said."""

from collections.abc import Mapping
from typing import Any

import httpx
from graphql import parse, type_from_ast

from bff.edge.execution import core_schema
from schema.build import schema
from tests.kit.selections import GIVEN, Selections, said, sent, written

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
CHOSEN = """
query($id: ID!, $options: [SelectedOptionInput!]!) { product(id: $id) {
  Product__of__variantBySelectedOptions: variantBySelectedOptions(selectedOptions: $options) { __typename }
} }"""
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
        self.client = client
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
        answer = (await self.client.post("/api/2026-10/graphql.json", json=sent_body)).json()
        assert "errors" not in answer, str(answer["errors"])[:2000]
        self.answered |= said(CORE, answer["data"]) | written(CORE, text)
        for definition in parse(text).definitions[0].variable_definitions or ():  # type: ignore[attr-defined]
            kind = type_from_ast(CORE, definition.type)
            self.answered |= sent(kind, (variables or {}).get(definition.variable.name.value))
        return next(iter(answer["data"].values()))
