"""What caches may keep: by what an operation selects, what resolvers find out, and what caches know of visitors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from bff.edge import GraphQLEndpoint, InContext, RequestLimits
from bff.edge.caching import CachePolicy, scope_of
from bff.edge.errors import refuse_request
from resolvers.kit.scopes import Scope
from tests.unit.edge.shop import SCHEMA, codes

CORE = build_schema("""
  interface Node { id: ID }
  type Shop { name: String }
  type Product implements Node { id: ID title: String seen: String }
  type Cart implements Node { id: ID product: Product }
  type Query { shop: Shop product: Product products: [Product] cart: Cart node: Node forgotten: String }
  type Mutation { rename: Shop }
""")
DECLARED: Mapping[str, Scope] = {
    **dict.fromkeys(("Query.shop", "Shop.name"), Scope.PUBLIC),
    **dict.fromkeys(("Query.product", "Product.id", "Product.title"), Scope.TERRITORY),
    **dict.fromkeys(("Query.products", "Product.seen"), Scope.VIEWER),
    **dict.fromkeys(("Query.cart", "Cart.id", "Cart.product", "Query.node", "Node.id"), Scope.PRIVATE),
}


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("{ __typename }", Scope.PUBLIC),
        ("{ shop { name } __schema { types { name } } }", Scope.PUBLIC),
        ("{ shop { name } product { title } }", Scope.TERRITORY),
        ("{ product { title } products { title } shop { name } }", Scope.VIEWER),
        ("{ product { ...Seen } } fragment Seen on Product { ... { seen } }", Scope.VIEWER),
        ("{ shop { name } ...Deep } fragment Deep on Query { ...Deeper } fragment Deeper on Query { cart { id } }", 4),
        ("{ shop { name } ... on Query { cart { product { title } } } }", Scope.PRIVATE),
        ("query($yes: Boolean!) { shop { name } cart @include(if: $yes) { id } }", Scope.PRIVATE),
        ("{ shop { name } alias: cart { __typename } }", Scope.PRIVATE),
        ("{ node { ... on Product { title } } }", Scope.PRIVATE),
        ("{ shop { name } forgotten }", Scope.PRIVATE),
        ("mutation { rename { name } }", Scope.NEVER),
        ("{ shop { name } } fragment Unused on Query { cart { id } }", Scope.PUBLIC),
    ],
)
def test_the_narrowest_field_decides(text: str, scope: Scope) -> None:
    """Wherever it is selected, and whether or not a variable leaves it out; a field without a scope is private."""
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert scope_of(CORE, document, operation, lambda kind, name: DECLARED.get(f"{kind}.{name}")) is Scope(scope)


def test_fragments_within_fragments_are_looked_at_once() -> None:
    """Each of these doubles what the one before it selects."""
    fragments = [f"fragment F{n} on Query {{ ...F{n + 1} a: shop {{ name }} ...F{n + 1} }}" for n in range(60)]
    document = parse("{ ...F0 }" + "".join(fragments) + "fragment F60 on Query { product { title } }")
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert scope_of(CORE, document, operation, lambda kind, name: DECLARED.get(f"{kind}.{name}")) is Scope.TERRITORY


@pytest.mark.parametrize(
    ("shareable", "public"),
    [
        (None, []),
        (Scope.PUBLIC, [Scope.PUBLIC]),
        (Scope.TERRITORY, [Scope.PUBLIC, Scope.TERRITORY]),
        (Scope.VIEWER, [Scope.PUBLIC, Scope.TERRITORY, Scope.VIEWER]),
    ],
)
def test_caches_share_what_they_can_tell_apart(shareable: Scope | None, public: list[Scope]) -> None:
    """Nothing else; every answer varies by the same headers, or one visitor's would end the keeping of all others'."""
    policy = CachePolicy(lambda *_: None, ("Accept", "Cookie"), 7)
    caching = {scope: policy.of(scope, shareable) for scope in Scope}
    assert [scope for scope in Scope if caching[scope].is_public] == public
    assert {each.headers["Vary"] for each in caching.values()} == {"Accept, Cookie"}
    assert policy.public.headers["Cache-Control"] == "public, max-age=7, stale-if-error=86400"
    assert caching[Scope.PRIVATE].headers["Cache-Control"] == "private, no-store"
    assert caching[Scope.NEVER].headers["Cache-Control"] == "no-store"


@dataclass
class _Context:
    said: InContext
    shareable: Scope | None
    scope: Scope
    answer_headers: Mapping[str, str]


def _http(shareable: Scope | None = Scope.VIEWER, found: Scope = Scope.PUBLIC) -> httpx.AsyncClient:
    """A client of an endpoint whose fields are all public, `found` by resolvers to be narrower."""
    policy = CachePolicy(lambda *_: Scope.PUBLIC, ("Accept", "Cookie"), 7)
    endpoint = GraphQLEndpoint(
        SCHEMA,
        lambda _request, said: _Context(said, shareable, found, {"X-Own": "1"}),
        RequestLimits(),
        lambda *_: None,
        policy=policy,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop")


async def _kept(http: httpx.AsyncClient, query: str, **headers: str) -> str:
    answer = await http.get("/", params={"query": query}, headers=headers)
    assert answer.headers["vary"] == "Accept, Cookie"
    return answer.headers["cache-control"]


async def test_an_answer_that_everybody_may_have_is_kept_by_its_tag() -> None:
    """A client that has it gets 304, for its media type; scripts of every origin may read it."""
    http = _http()
    first = await http.get("/", params={"query": "{ country }"})
    assert first.headers["cache-control"] == "public, max-age=7, stale-if-error=86400"
    assert (first.headers["access-control-allow-origin"], first.headers["x-own"]) == ("*", "1")
    known = {"If-None-Match": first.headers["etag"]}
    again = await http.get("/", params={"query": "{ country }"}, headers=known)
    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", "Accept, Cookie")
    other = {**known, "Accept": "application/graphql-response+json"}
    assert (await http.get("/", params={"query": "{ country }"}, headers=other)).status_code == 200


async def test_resolvers_narrow_what_the_schema_declares() -> None:
    """A resolver that looked at the viewer makes the answer private, whatever its field declares."""
    assert await _kept(_http(found=Scope.PRIVATE), "{ country }") == "private, no-store"
    assert await _kept(_http(found=Scope.NEVER), "{ country }") == "no-store"
    assert await _kept(_http(shareable=None), "{ country }") == "private, no-store"


@pytest.mark.parametrize(
    "query", ["{ crash }", "{ product { title } crash }", "{ nope }", "{", "{ wrongInteger }", "mutation { nope }", ""]
)
async def test_errors_are_kept_by_nobody(query: str) -> None:
    """Also beside data."""
    assert await _kept(_http(), query) == "no-store"


async def test_answers_that_are_no_success_are_kept_by_nobody() -> None:
    """Of any media type and method; what JSON cannot hold too."""
    http = _http()
    assert await _kept(http, "{ country }", Accept="text/html") == "no-store"
    assert await _kept(http, "{ halfACharacter }") == "no-store"
    for answer in (
        await http.post("/", json={"query": 'mutation { rename(title: "Cup") { title } }'}),
        await http.post("/", content=b"x" * 300_000, headers={"Content-Type": "application/json"}),
        await http.request("DELETE", "/"),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept, Cookie"


async def test_a_context_that_cannot_be_made_is_an_error() -> None:
    """It is kept by nobody."""

    def fail(*_: Any) -> object:
        raise refuse_request(403, "FORBIDDEN", "This is not allowed.")

    policy = CachePolicy(lambda *_: Scope.PUBLIC, ("Accept",), 7)
    endpoint = GraphQLEndpoint(SCHEMA, fail, RequestLimits(), lambda *_: None, policy=policy)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://shop") as http:
        answer = await http.get("/", params={"query": "{ country }"})
    assert (codes(answer), answer.headers["cache-control"]) == (["FORBIDDEN"], "no-store")
