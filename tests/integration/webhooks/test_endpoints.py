"""Requests to real servers on this machine: deadlines, redirects, long answers, and addresses that are refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from datasources.webhooks.endpoints import MAX_READ_BYTES, WebhookEndpoints
from domain.webhooks.records import WebhookAnswer


@dataclass
class Receiver:
    """A server that keeps the requests and answers by their path."""

    url: str = ""
    connections: int = 0
    got: list[tuple[str, bytes]] = field(default_factory=list)
    written: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """`/redirect`, `/silent`, `/long`, or the status of the path."""
        self.got.append((request.path, await request.read()))
        if request.path == "/redirect":
            return web.Response(status=307, headers={"Location": f"{self.url}/200"})
        if request.path == "/silent":
            await asyncio.sleep(60)
        if request.path == "/long":
            return await self._long(request)
        return web.Response(status=int(request.path.strip("/")), text="thank you")

    async def _long(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(b"x" * 10_000)
            self.written += 10_000
        return response


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """On a port of loopback."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path}", receiver.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


async def sent(endpoints: WebhookEndpoints, address: str) -> WebhookAnswer:
    """The answer to one request."""
    try:
        return await endpoints.send(address, {"X-Shopify-Topic": "orders/paid"}, b'{"id":7}')
    finally:
        await endpoints.close()


@pytest.mark.parametrize(("status", "is_success"), [(200, True), (204, True), (299, True), (400, False), (503, False)])
async def test_a_success_is_a_status_of_the_two_hundreds(receiver: Receiver, status: int, is_success: bool) -> None:
    """The body arrives as it was signed."""
    answer = await sent(WebhookEndpoints(private=True), f"{receiver.url}/{status}")
    assert (answer.status, answer.is_success) == (status, is_success)
    assert receiver.got == [(f"/{status}", b'{"id":7}')]


async def test_redirects_are_not_followed(receiver: Receiver) -> None:
    """A redirect could lead to an address that was not checked."""
    answer = await sent(WebhookEndpoints(private=True), f"{receiver.url}/redirect")
    assert answer == WebhookAnswer(307, "Redirects are not followed.")
    assert [path for path, _ in receiver.got] == ["/redirect"]


async def test_a_silent_endpoint_is_given_up(receiver: Receiver) -> None:
    """At the deadline."""
    answer = await sent(WebhookEndpoints(private=True, deadline=0.05), f"{receiver.url}/silent")
    assert not answer.is_success
    assert answer.error is not None


async def test_a_long_answer_is_not_read(receiver: Receiver) -> None:
    """Its status counts; the connection ends after a few kilobytes."""
    assert (await sent(WebhookEndpoints(private=True), f"{receiver.url}/long")).is_success
    assert receiver.written < 10_000 * 10_000
    assert MAX_READ_BYTES < 10_000


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"])
async def test_private_addresses_get_no_connection(receiver: Receiver, host: str) -> None:
    """By number or by name; the answer does not say what is there."""
    port = receiver.url.rpartition(":")[2]
    answer = await sent(WebhookEndpoints(), f"http://{host}:{port}/200")
    assert answer == WebhookAnswer(error="The host has no public address.")
    assert receiver.got == []


async def test_a_name_that_moves_to_a_private_address_gains_nothing(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that is connected to is the one that is checked, however often the name is resolved."""
    loop, port = asyncio.get_running_loop(), int(receiver.url.rpartition(":")[2])
    asked: list[str] = []

    async def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    answer = await sent(WebhookEndpoints(), f"http://moves.example:{port}/200")
    assert answer == WebhookAnswer(error="The host has no public address.")
    assert asked == ["moves.example"]
    assert receiver.got == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "https://nothing.invalid/", "http://127.0.0.1:1/x"])
async def test_whatever_goes_wrong_is_an_answer(address: str) -> None:
    """A worker must not stop because of an endpoint."""
    answer = await sent(WebhookEndpoints(private=True), address)
    assert (answer.status, answer.is_success) == (None, False)
    assert answer.error
