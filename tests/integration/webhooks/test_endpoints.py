"""Requests to real servers on this machine: deadlines, redirects, long answers, and addresses that are refused."""

import asyncio

import pytest

from datasources.webhooks.endpoints import MAX_READ_BYTES, WebhookEndpoints
from domain.webhooks.records import WebhookAnswer
from tests.kit.webhook_receiver import Receiver


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
    assert [(each.path, each.body) for each in receiver.requests] == [(f"/{status}", b'{"id":7}')]


async def test_redirects_are_not_followed(receiver: Receiver) -> None:
    """A redirect could lead to an address that was not checked."""
    answer = await sent(WebhookEndpoints(private=True), f"{receiver.url}/redirect")
    assert answer == WebhookAnswer(307, "Redirects are not followed.")
    assert [each.path for each in receiver.requests] == ["/redirect"]


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
    assert receiver.requests == []


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
    assert receiver.requests == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "https://nothing.invalid/", "http://127.0.0.1:1/x"])
async def test_whatever_goes_wrong_is_an_answer(address: str) -> None:
    """A worker must not stop because of an endpoint."""
    answer = await sent(WebhookEndpoints(private=True), address)
    assert (answer.status, answer.is_success) == (None, False)
    assert answer.error
