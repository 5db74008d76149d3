"""A small schema with one of everything that the edge handles, and a client for it."""

import asyncio
import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NewType

import httpx
import strawberry
from starlette.requests import Request
from strawberry.directive import DirectiveLocation
from strawberry.schema.config import StrawberryConfig

from bff.edge import GraphQLEndpoint, InContext, RequestLimits
from domain.kit.refusals import AccessDenied, RefusalCode, Refused, Unavailable, refuse

SECRET = "SELECT password FROM accounts"

Sku = NewType("Sku", str)


def _sku(value: object) -> str:
    if not isinstance(value, str) or not value.startswith("SKU-"):
        raise ValueError(SECRET)
    return value


@strawberry.enum
class CountryCode(enum.Enum):
    """Values differ from names, as graphql-core hands resolvers the value."""

    GB = "the United Kingdom"
    US = "the United States"
    ZZ = "somewhere"


@strawberry.enum
class LanguageCode(enum.Enum):
    """Languages of the small shop."""

    EN = "EN"
    PT_BR = "PT_BR"


@strawberry.directive(locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION])
def in_context(country: CountryCode | None = None, language: LanguageCode | None = None) -> None:
    """Says for whom the answer is meant; the edge reads it, nothing resolves it."""


@dataclass
class Context:
    """What resolvers get, and what tests look at."""

    said: InContext


Info = strawberry.Info[Context, None]


@strawberry.type
class Product:
    """A product that contains itself, to nest documents."""

    id: strawberry.ID
    title: str

    @strawberry.field
    def related(self, first: int = 1) -> list["Product"]:
        return [self] * min(first, 3)


@strawberry.type
class Query:
    """Fields that succeed and fields that fail in each way there is."""

    @strawberry.field
    def product(self, first: int | None = None) -> Product:
        return Product(id=strawberry.ID("1"), title="Mug")

    @strawberry.field
    def country(self, info: Info) -> str:
        return f"{info.context.said.country} {info.context.said.language}"

    @strawberry.field
    def echo(self, text: str | None = None, number: int = 1, where: CountryCode = CountryCode.GB) -> str:
        return f"{text} {number} {where.value}"

    @strawberry.field
    def price(self, amount: Decimal) -> Decimal:
        return amount

    @strawberry.field
    def sku(self, sku: Sku) -> Sku:
        return sku

    @strawberry.field
    def crash(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    async def crash_of_all(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def crashes(self) -> list["Crash"]:
        error = RuntimeError(SECRET)
        return [Crash(error=error) for _ in range(3)]

    @strawberry.field
    def wrong_integer(self) -> int | None:
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def wrong_country(self) -> CountryCode | None:
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def wrong_product(self) -> Product | None:
        return SECRET  # type: ignore[return-value]

    @strawberry.field
    def nothing(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    def half_a_character(self) -> str:
        return "\ud800"

    @strawberry.field
    def refused(self) -> str | None:
        raise refuse(RefusalCode.OUT_OF_STOCK, "Only 2 are left.", "lines", "quantity")

    @strawberry.field
    def refused_without_reason(self) -> str | None:
        raise Refused

    @strawberry.field
    def forbidden(self) -> str | None:
        raise AccessDenied

    @strawberry.field
    def unauthenticated(self) -> str | None:
        raise AccessDenied("UNAUTHENTICATED")

    @strawberry.field
    def unavailable(self) -> str | None:
        raise Unavailable("SEARCH_UNAVAILABLE", "Search is out of reach.", 2.5)

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.Event().wait()
        return "never"


@strawberry.type
class Crash:
    """Every field of it fails by the same exception."""

    error: strawberry.Private[Exception]

    @strawberry.field
    def reason(self) -> str | None:
        raise self.error


@strawberry.type
class Mutation:
    """Mutations."""

    @strawberry.mutation
    async def rename(self, title: str) -> Product:
        return Product(id=strawberry.ID("1"), title=title)


@strawberry.type
class Subscription:
    """Subscriptions, which HTTP requests do not get."""

    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        yield 1


SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    directives=[in_context],
    config=StrawberryConfig(scalar_map={Sku: strawberry.scalar(name="Sku", serialize=str, parse_value=_sku)}),
)


def make_context(request: Request, said: InContext) -> Context:
    """Fails as the header says, to stand for bad tokens and stores that are down."""
    match request.headers.get("x-fail"):
        case "denied":
            raise AccessDenied("UNAUTHENTICATED")
        case "unavailable":
            raise Unavailable("ACCOUNTS_UNAVAILABLE", "Accounts are out of reach.")
        case "crash":
            raise RuntimeError(SECRET)
        case "timeout":
            raise TimeoutError
    return Context(said)


class Client:
    """Sends requests straight into an endpoint, without a network."""

    def __init__(self, limits: RequestLimits | None = None) -> None:
        self.finished: list[tuple[str, str]] = []
        self.endpoint = GraphQLEndpoint(SCHEMA, make_context, limits or RequestLimits(), self._finish)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.endpoint), base_url="http://shop")

    async def post(
        self, query: str, accept: str = "application/graphql-response+json", **members: Any
    ) -> httpx.Response:
        """One operation as JSON."""
        return await self.http.post("/", json={"query": query, **members}, headers={"Accept": accept})

    def _finish(self, kind: str, outcome: str, _seconds: float) -> None:
        self.finished.append((kind, outcome))

    async def post_body(self, body: bytes, content_type: str = "application/json") -> httpx.Response:
        """Any bytes."""
        return await self.http.post("/", content=body, headers={"Content-Type": content_type})


def codes(response: httpx.Response) -> list[str]:
    """The codes of an answer's errors."""
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]
