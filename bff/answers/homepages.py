"""Homepages as ready bytes: operations that ask for nothing else are compiled once and answered without executing.

The process keeps the bytes of the common page until the page changes. A shopper about whom the shop knows something
gets a page of their own, built from the same pieces.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLSchema, OperationDefinitionNode, OperationType
from starlette.requests import Request

from bff.answers.projection import Compiler, Info, NotProjectable, Pieces, RootField
from bff.answers.ready import Found, ReadyAnswer, tag_of
from bff.edge.caching import CachePolicy
from bff.edge.documents import PreparedDocument
from bff.edge.in_context import InContext
from bff.edge.requests import GraphQLRequest
from bff.edge.visits import Visit, Visits
from datasources.kit.caches import ByteCache, MemoryBudget
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.serving import ServedHomepage
from domain.kit.urls import ShopUrls
from domain.personal.pages import personalized
from domain.personal.tastes import Taste
from resolvers.homepage.serving import homepage_key, page_of
from resolvers.kit.scopes import Scope
from resolvers.shop import ShopContext

FIELD = "homepage"
# The pieces of a page, kept for each of three levels of lists, beside the page itself.
_BYTES_PER_BYTE = 4
Pages = tuple[ServedHomepage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HomepagePlan:
    """A compiled operation, which holds `document_bytes` of memory. It learns nothing from executions.

    `scope` is that of its answers.
    """

    source: "HomepageAnswers"
    fields: list[RootField]
    document_bytes: int
    scope: Scope
    is_repeatable: bool = True

    async def answer(self, request: Request, said: InContext) -> Found | None:
        """The answer and its age; None when a page is missing or the answer has to be executed."""
        return await self.source.answer(request, self, said)

    def brief(self, _context: object) -> None:
        """Does nothing: resolvers look the pages up themselves."""

    def learn(self, _data: dict[str, Any]) -> None:
        """Does nothing: the next request is tried in the same way."""


@dataclass(slots=True)
class _Kept:
    """The answer of a plan for these pages; `pieces` once a shopper has requested a page of their own."""

    pages: Pages
    ready: ReadyAnswer
    pieces: Pieces | None = None

    def shows(self, pages: Pages) -> bool:
        return all(mine is theirs for mine, theirs in zip(self.pages, pages, strict=True))


@dataclass(frozen=True, slots=True)
class _Addresses:
    """What resolvers of homepages read from a context."""

    urls: ShopUrls


class HomepageAnswers:
    """Implements `bff.answers.ready.AnswerSource`."""

    field = FIELD

    def __init__(
        self,
        schema: GraphQLSchema,
        shop: ShopContext,
        visits: Visits,
        policy: CachePolicy,
        memory: MemoryBudget,
        *,
        max_parts: int,
    ) -> None:
        self._compiler = Compiler(schema, frozenset({FIELD}))
        self._query_type = schema.query_type.name if schema.query_type else ""
        self._shop = shop
        self._visits = visits
        self._max_parts = max_parts
        self._policy = policy
        self._kept: ByteCache[tuple[Any, ...], _Kept] = ByteCache(memory, "homepage_answers")

    def plan(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, asked: GraphQLRequest
    ) -> HomepagePlan | None:
        """The compiled operation; None if it selects anything but homepages."""
        if operation.operation is not OperationType.QUERY:
            return None
        try:
            fields = self._compiler.compile(prepared, operation, asked.variables)
        except NotProjectable:
            return None
        if not any(field.name == FIELD for field in fields):
            return None
        return HomepagePlan(self, fields, prepared.estimated_bytes, prepared.scope_of(operation))

    async def answer(self, request: Request, plan: HomepagePlan, said: InContext) -> Found | None:
        """The answer and its age; None when a page is missing or the answer has to be executed."""
        visit = self._visits.of(request, said)
        keys = tuple(self._key(visit, field) for field in plan.fields if field.name == FIELD)
        copies = [copy for key in keys if (copy := await self._shop.reads.homepage.get(key)) is not None]
        if len(copies) < len(keys):
            return None
        pages = tuple(page_of(self._shop, key, copy) for key, copy in zip(keys, copies, strict=True))
        taste = await self._visits.taste(visit)
        try:
            kept = self._common(plan, visit, keys, pages)
            ready = kept.ready if taste is None else self._of_person(plan, visit, kept, taste)
        except NotProjectable:
            await asyncio.sleep(0)  # an answer that is too large took a while: others first
            return None
        return ready, max(copy.age() for copy in copies)

    def _key(self, visit: Visit, field: RootField) -> HomepageKey:
        country = field.arguments.get("country")
        named = None if country is None else getattr(country, "value", country)
        return homepage_key(self._shop, visit.territory, Platform(field.arguments["platform"]), named)

    def _common(self, plan: HomepagePlan, visit: Visit, keys: tuple[HomepageKey, ...], pages: Pages) -> _Kept:
        """The common answer, built again when a page has changed."""
        caching = self._policy.of(plan.scope, visit.shareable)
        name = (plan, visit.urls, caching.is_public, keys)
        kept = self._kept.get(name)
        if kept is not None and kept.shows(pages):
            return kept
        body = self._render(plan, pages, Info(_Addresses(visit.urls), self._max_parts))
        tags = ",".join(("homepage", *(f"homepage-{key.territory}-{key.platform.lower()}" for key in keys)))
        if caching.is_public:
            ready = ReadyAnswer(body, tag_of(body), {**caching.headers, "Cache-Tag": tags})
        else:
            ready = ReadyAnswer(body, None, caching.headers)
        kept = _Kept(pages, ready)
        self._kept.put(name, kept, len(body) * _BYTES_PER_BYTE + plan.document_bytes)
        return kept

    def _of_person(self, plan: HomepagePlan, visit: Visit, kept: _Kept, taste: Taste) -> ReadyAnswer:
        """The answer for one shopper, which nobody keeps. All share the pieces of the common page, built once."""
        context = _Addresses(visit.urls)
        if kept.pieces is None:
            pieces: Pieces = {}
            self._render(plan, kept.pages, Info(context, self._max_parts, pieces, keeps_pieces=True))
            kept.pieces = pieces
        pages = tuple(personalized(page, taste) for page in kept.pages)
        return ReadyAnswer(
            self._render(plan, pages, Info(context, self._max_parts, kept.pieces)), None, self._policy.private.headers
        )

    def _render(self, plan: HomepagePlan, pages: Pages, info: Info) -> bytes:
        """The JSON of an answer. Raises `NotProjectable`."""
        left = iter(pages)
        data = {
            field.key: self._query_type if field.complete is None else field.complete(next(left), info)
            for field in plan.fields
        }
        info.count(len(data))
        return orjson.dumps({"data": data})
