"""Compiled operations answer what graphql-core answers by executing, byte for byte."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, GraphQLObjectType
from hypothesis import HealthCheck, assume, given, settings

from bff.answers.projection import Compiler, Info, NotProjectable, Pieces, RootField, _reader
from bff.edge.answer_size import MAX_FRAGMENTS, AnswerSize
from bff.edge.documents import DocumentCache
from bff.edge.errors import RequestRefused
from bff.edge.execution import core_schema, execute_operation
from bff.edge.limits import RequestLimits
from datasources.homepage.copies import Patience
from datasources.kit.caches import MemoryBudget
from domain.catalog.unwanted import Unwanted
from domain.homepage.serving import ServedHomepage, served
from domain.kit.urls import ShopUrls, urls_at
from domain.personal.pages import personalized
from domain.personal.tastes import Taste
from domain.territories.markets import Territories, Territory
from resolvers.context import Context
from schema.build import schema
from tests.kit.homepages import full_page
from tests.kit.parts import merged
from tests.unit.answers.selections import operations

CORE = core_schema(schema)
LIMITS = RequestLimits(max_cost=100_000, max_depth=100)
PAGE = served(full_page(categories=2, size=3), frozenset({2, 3}))
DOCUMENTS = DocumentCache(CORE, LIMITS, MemoryBudget())
COMPILER = Compiler(CORE, frozenset({"homepage"}))
PUBLIC_URL = "https://shop.test"


@dataclass(frozen=True)
class _Shop:
    """The part of a shop that the resolver of the homepage uses."""

    page: ServedHomepage
    territories: Territories = Territories((Territory("GB", "United Kingdom", "GBP"),))

    @property
    def reads(self) -> Any:
        return self

    @property
    def homepage(self) -> Any:
        return _Copies(self.page)


@dataclass(frozen=True)
class _Copies:
    served: ServedHomepage
    patience: Patience = Patience()

    async def get(self, _key: object) -> Any:
        return self

    def page(self, _stale: float) -> ServedHomepage:
        return self.served


def _context(page: ServedHomepage) -> Context:
    shop: Any = _Shop(page)
    return Context(shop, shop.territories.default, public_url=PUBLIC_URL, urls=urls_at(ShopUrls(), PUBLIC_URL))


async def _executed(text: str, variables: dict[str, Any], page: ServedHomepage = PAGE, *, later: int = 0) -> Any:
    """The data, of all parts together; so many fragments may come later than the rest."""
    prepared = DOCUMENTS.prepare(text)
    result = await execute_operation(
        CORE,
        prepared.document,
        operation_name=None,
        variables=variables,
        context=_context(page),
        suggestions=True,
        size=AnswerSize(LIMITS.max_parts, fragments=MAX_FRAGMENTS - later),
        defers=later > 0,
    )
    if isinstance(result, ExecutionResult):
        assert result.errors is None, result.errors
        return result.data
    return merged([result.initial_result.formatted, *[each.formatted async for each in result.subsequent_results]])


def _answer(data: Any) -> bytes:
    return orjson.dumps({"data": data})


def _compiled(text: str, variables: dict[str, Any]) -> list[RootField]:
    prepared = DOCUMENTS.prepare(text)
    return COMPILER.compile(prepared, prepared.operation(None), variables)


def _projected(roots: list[RootField], page: ServedHomepage = PAGE, **info: Any) -> bytes:
    given = Info(_context(page), **{"max_parts": LIMITS.max_parts, **info})
    data = {root.key: "QueryRoot" if root.complete is None else root.complete(page, given) for root in roots}
    return orjson.dumps({"data": data})


@pytest.mark.slow
@given(operations(CORE))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_projecting_and_executing_answer_the_same(drawn: tuple[str, dict[str, Any]]) -> None:
    """Aliases, fragments of each kind, conditions, directives and their order; with pieces, without, and in parts."""
    text, variables = drawn
    assume(_is_valid(text))
    data = asyncio.run(_executed(text, variables))
    for later in (3, MAX_FRAGMENTS):
        assert asyncio.run(_executed(text, variables, later=later)) == data
    expected = _answer(data)
    roots = _compiled(text, variables)
    assert _projected(roots) == expected
    pieces: Pieces = {}
    assert _projected(roots, pieces=pieces, keeps_pieces=True) == expected
    assert _projected(roots, pieces=pieces) == expected


def _is_valid(text: str) -> bool:
    try:
        DOCUMENTS.prepare(text)
    except RequestRefused:
        return False
    return True


ALL = """query($p: Platform = WEB) { homepage(platform: $p) {
  territory platform version builtAt isStale personalized menu { title url items { title url } }
  sections { __typename id title
    ... on HomepageBanners { banners { title subtitle url image { id url altText width height } } }
    ... on HomepageShelf { ...Row } ... on HomepageTopCategories { categories { ...Row } }
    ... on HomepageRecommendations { products { ...Card } } ... on HomepageMenu { items { title url items { title } } }
    ... on HomepageFlashSale { saleTitle startsAt endsAt items { product { ...Card } price { amount } unitsLeft } }
    ... on HomepageText { html } } } }
fragment Row on HomepageShelf { id title handle products { ...Card } }
fragment Card on HomepageProductCard { id handle title availableForSale image { url }
  price { amount currencyCode } compareAtPrice { amount currencyCode } }"""


async def test_a_page_of_a_shoppers_own_uses_pieces_of_the_common_one() -> None:
    """The answer equals the executed one, whatever is hidden or put first."""
    pieces: Pieces = {}
    roots = _compiled(ALL, {})
    _projected(roots, pieces=pieces, keeps_pieces=True)
    known = len(pieces)
    taste = Taste({"category-1": 3.0}, Unwanted(frozenset({4})))
    page = personalized(PAGE, taste)
    assert _projected(roots, page, pieces=pieces) == _answer(await _executed(ALL, {}, page))
    assert len(pieces) == known


@pytest.mark.parametrize(
    "text",
    [
        "{ homepage(platform: WEB) { version } shop { name } }",
        "query { ...F } fragment F on QueryRoot { homepage(platform: WEB) { version } shop { name } }",
        "{ __schema { queryType { name } } }",
        "query($p: Platform!) { homepage(platform: $p) { version } }",
    ],
    ids=["another-field", "another-field-in-a-fragment", "introspection", "a-variable-that-is-missing"],
)
def test_everything_else_is_executed(text: str) -> None:
    """Operations that ask for more than homepages, and those whose variables are wrong."""
    with pytest.raises(NotProjectable):
        _compiled(text, {})


async def test_an_answer_that_grows_too_large_is_executed() -> None:
    """Executing refuses it in words; just below the limit it is answered."""
    counted = Info(_context(PAGE), LIMITS.max_parts)
    roots = _compiled(ALL, {})
    assert roots[0].complete is not None
    roots[0].complete(PAGE, counted)
    assert _projected(roots, max_parts=counted.parts) == _answer(await _executed(ALL, {}))
    with pytest.raises(NotProjectable):
        _projected(roots, max_parts=counted.parts - 1)


def test_what_the_schema_does_not_allow_is_executed() -> None:
    """A null in a non-null field: executing gives the error with its path."""
    nothing: Any = None
    broken = replace(PAGE, territory=nothing)
    with pytest.raises(NotProjectable):
        _projected(_compiled(ALL, {}), broken)


def test_a_field_with_an_argument_is_executed() -> None:
    """One that could have some is projected: pictures of every homepage have an address with a `transform`."""
    picture = CORE.type_map["Image"]
    assert isinstance(picture, GraphQLObjectType)
    assert callable(_reader(picture.fields["url"], False))
    with pytest.raises(NotProjectable):
        _reader(picture.fields["url"], True)
