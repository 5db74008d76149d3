"""The straight way to GraphQL: the same answers as the way through middleware, and nothing slips past it."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Scope

from bff.edge.application import StorefrontApp
from bff.edge.endpoint import GraphQLEndpoint
from tests.unit.edge.shop import Client

HOST = (b"host", b"shop.test")
JSON = (b"content-type", b"application/json")
ORIGIN = (b"origin", b"https://storefront.test")
STRICT = {"Strict-Transport-Security": "max-age=31536000"}


class Careful:
    """Counts the requests that went through middleware and routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.count = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        self.count += 1
        await self.app(scope, receive, send)


class Shop:
    """An application with one endpoint."""

    def __init__(self, always: Mapping[str, str] | None = None) -> None:
        self.app = StorefrontApp([Route("/graphql", Client().endpoint)], always=always or {})
        self.careful = Careful(self.app.build_middleware_stack())
        self.app.middleware_stack = self.careful

    async def post(self, *lines: tuple[bytes, bytes], path: str = "/graphql") -> tuple[int, bytes, dict[bytes, bytes]]:
        """Status, body and headers of the answer."""
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "root_path": "",
            "query_string": b"",
            "headers": [JSON, *lines],
            "client": ("192.0.2.1", 1),
        }
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b'{"query":"{ country }"}', "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        return messages[0]["status"], b"".join(each["body"] for each in messages[1:]), dict(messages[0]["headers"])


async def test_a_plain_request_goes_straight_and_gets_the_same_answer() -> None:
    """As one that names its origin, save for the headers about origins."""
    shop = Shop()
    straight = await shop.post(HOST)
    assert shop.careful.count == 0
    careful = await shop.post(HOST, ORIGIN)
    assert shop.careful.count == 1
    assert straight[:2] == careful[:2]
    assert careful[2].pop(b"access-control-allow-origin") == b"*"
    assert careful[2].pop(b"access-control-expose-headers")
    assert careful[2].pop(b"vary") == b"Accept, Origin"
    assert straight[2].pop(b"vary") == b"Accept"
    assert straight[2] == careful[2]


@pytest.mark.parametrize("lines", [[], [(b"host", b"")], [HOST, HOST], [HOST, (b"host", b"other.test")]])
async def test_a_request_without_one_host_is_refused(lines: Iterable[tuple[bytes, bytes]]) -> None:
    """The straight way leaves it to the middleware."""
    assert (await Shop().post(*lines))[0] == 400


async def test_a_header_that_is_sent_twice_takes_the_careful_way() -> None:
    """The endpoint reads the first line; what middleware makes of both is its own affair."""
    shop = Shop()
    assert (await shop.post(HOST, (b"accept", b"*/*"), (b"accept", b"text/html")))[0] == 200
    assert shop.careful.count == 1


async def test_other_paths_are_routed() -> None:
    """A slash more is another path."""
    shop = Shop()
    assert (await shop.post(HOST, path="/graphql/x"))[0] == 404
    assert shop.careful.count == 1


async def test_headers_of_every_answer_are_on_straight_ones_too() -> None:
    """Those of a shop that is served over https alone."""
    status, _, headers = await Shop(STRICT).post(HOST)
    assert (status, headers[b"strict-transport-security"]) == (200, b"max-age=31536000")


async def test_a_failure_outside_the_endpoints_care_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a failure of a route is, and no cache keeps it."""

    async def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(GraphQLEndpoint, "_respond", fail)
    shop = Shop()
    answers: list[Message] = []

    async def send(message: Message) -> None:
        answers.append(message)

    with pytest.raises(RuntimeError):
        await shop.app({"type": "http", "path": "/graphql", "headers": [HOST]}, None, send)  # type: ignore[arg-type]
    assert answers[0]["status"] == 500
    assert (b"cache-control", b"no-store") in answers[0]["headers"]
    assert b"secret" not in answers[1]["body"]
