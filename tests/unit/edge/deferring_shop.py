"""A small schema with fields that wait, and a client that reads answers part by part over a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import strawberry
from starlette.requests import Request
from starlette.routing import Route

from bff.edge import GraphQLEndpoint, InContext, RequestLimits
from bff.edge.api_versions import Versioned
from bff.edge.application import StorefrontApp
from bff.edge.budgets import Cost, Unlimited
from bff.edge.unkept import STRICT_TRANSPORT
from schema.kit.directives import defer
from tests.kit.parts import BOUNDARY, DRAFT, read_part
from tests.kit.serving import serving

SECRET = "SELECT password FROM accounts"


@dataclass
class Context:
    """`gate` lets the field `slow` go on; `began` and `cancelled` say what became of it."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    answer_extensions: dict[str, Any] = field(default_factory=dict)
    answer_headers: dict[str, str] = field(default_factory=lambda: {"Set-Cookie": "first=1"})


Info = strawberry.Info[Context, None]


@strawberry.type
class Product:
    """A product that contains itself."""

    id: strawberry.ID = strawberry.ID("1")

    @strawberry.field
    def title(self) -> str:
        return "Mug"

    @strawberry.field
    async def slow(self, info: Info) -> str:
        info.context.began.set()
        try:
            await info.context.gate.wait()
        except asyncio.CancelledError:
            info.context.cancelled.set()
            raise
        return "late"

    @strawberry.field
    def same(self) -> "Product":
        return self

    @strawberry.field
    def related(self, first: int = 1) -> list["Product"]:
        return [self] * first

    @strawberry.field
    def crash(self) -> str | None:
        raise RuntimeError(SECRET)

    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    async def abandoned(self) -> str:
        raise asyncio.CancelledError

    @strawberry.field
    def long(self, characters: int) -> str:
        return "x" * characters

    @strawberry.field
    def half_a_character(self) -> str:
        return "\ud800"

    @strawberry.field
    def warned(self, info: Info) -> str:
        info.context.answer_extensions["warnings"] = ["late"]
        return "warned"


@strawberry.type
class Query:
    """Products."""

    @strawberry.field
    def product(self) -> Product:
        return Product()

    @strawberry.field
    async def abandoned(self) -> str:
        raise asyncio.CancelledError


@strawberry.type
class Mutation:
    """The same."""

    @strawberry.mutation
    def rename(self) -> Product:
        return Product()


SCHEMA = strawberry.Schema(Query, Mutation, directives=[defer])


class CountedPurse(Unlimited):
    """Pays anything and shows what it paid, and what of that it got back how often."""

    wants_cost = True

    def __init__(self) -> None:
        self.paid = 0
        self.settled: list[int] = []

    def pay(self, cost: int) -> None:
        """Adds up."""
        self.paid += cost

    def settle(self, unused: int) -> None:
        """Writes it down."""
        self.settled.append(unused)

    def cost(self) -> Cost:
        """What was paid."""
        return {"cost": self.paid - sum(self.settled)}


class Shop:
    """One endpoint, whose requests share a context and a purse."""

    def __init__(self, limits: RequestLimits | None = None, **options: Any) -> None:
        self.context = Context()
        self.purse = CountedPurse()
        self.finished: list[tuple[str, str]] = []
        options = {"purse_of": lambda _request: self.purse, **options}
        self.endpoint = GraphQLEndpoint(SCHEMA, self._context, limits or RequestLimits(), self._finish, **options)

    def _context(self, _request: Request, _said: InContext) -> Context:
        return self.context

    def _finish(self, kind: str, outcome: str, _seconds: float) -> None:
        self.finished.append((kind, outcome))

    async def parts(self, query: str, headers: dict[str, str] = DRAFT) -> list[Any]:
        """All parts of an answer, without a network; a whole answer is one. Leaves out its cost, which comes last."""
        transport = httpx.ASGITransport(self.endpoint)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://shop") as client,
            asked(client, query, headers) as answer,
        ):
            parts = [part async for part in answer.parts()]
        assert parts[-1]["extensions"].pop("cost") > 0
        if not parts[-1]["extensions"]:
            del parts[-1]["extensions"]
        return parts

    @asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client over a socket: of the endpoint by `/`, and as a version of the API."""
        routes = [Route("/", self.endpoint), Route("/api/{version}/graphql", Versioned(self.endpoint))]
        async with (
            serving(StorefrontApp(routes, always=STRICT_TRANSPORT), **options) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
        ):
            yield client


class Reader:
    """Reads an answer as it comes."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response

    async def parts(self) -> AsyncIterator[Any]:
        """Each part when its end has come; fails when the answer does not end as it should."""
        if not self.response.headers["content-type"].startswith("multipart/mixed"):
            yield orjson.loads(await self.response.aread())
            return
        rest = b""
        async for chunk in self.response.aiter_raw():
            rest += chunk
            while BOUNDARY in rest:
                part, _, rest = rest.partition(BOUNDARY)
                if part:
                    yield read_part(part)
        assert rest == b"--\r\n"


@asynccontextmanager
async def asked(
    client: httpx.AsyncClient, query: str, headers: dict[str, str] = DRAFT, path: str = "/"
) -> AsyncIterator[Reader]:
    """The answer to one operation, whose parts are still to come."""
    async with client.stream("POST", path, json={"query": query}, headers=headers) as response:
        yield Reader(response)
