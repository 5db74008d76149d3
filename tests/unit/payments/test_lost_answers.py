"""For every answer of the provider the shop gets a state: certain, or UNKNOWN."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from datasources.payments.sandbox import SandboxPayments
from domain.kit.money import Money
from domain.payments.records import ChargeState

PRICE = Money(1299, "GBP")


@asynccontextmanager
async def provider_that_sends(answer: bytes) -> AsyncIterator[SandboxPayments]:
    """A client of a server that sends these bytes to every request and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    payments = SandboxPayments(f"http://127.0.0.1:{port}", "hidden-key", 2)
    try:
        yield payments
    finally:
        await payments.close()
        server.close()
        await server.wait_closed()


def answer_of(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        answer_of(200, b"null"),
        answer_of(200, b"\xff\xfe"),
        answer_of(200, b'{"state": "CAPTURED"}'),
        answer_of(200, b'{"state": "PROCESSING", "reference": "ch_1"}'),
        answer_of(302, b""),
        answer_of(401, b'{"error": {"code": "unauthorized"}}'),
        answer_of(404, b"<html>"),
        answer_of(409, b'{"error": {"code": "key_reused"}}'),
        answer_of(429, b""),
        answer_of(500, b'{"state": "CAPTURED", "reference": "ch_1"}'),
        answer_of(503, b""),
    ],
)
async def test_an_answer_that_proves_nothing_is_unknown(answer: bytes) -> None:
    async with provider_that_sends(answer) as payments:
        charge = await payments.charge("order-1", PRICE, "tok_ok")
        status = await payments.status("order-1")
        refund = await payments.refund("order-1", "refund-1", PRICE)
    assert status is not None
    assert {charge.state, status.state, refund.state} == {ChargeState.UNKNOWN}


async def test_a_charge_with_nobody_listening_is_unknown() -> None:
    payments = SandboxPayments("http://127.0.0.1:1", "hidden-key", 2)
    assert (await payments.charge("order-1", PRICE, "tok_ok")).state is ChargeState.UNKNOWN
    await payments.close()


async def test_a_url_that_is_none_is_unknown() -> None:
    payments = SandboxPayments("", "hidden-key", 2)
    assert (await payments.charge("order-1", PRICE, "tok_ok")).state is ChargeState.UNKNOWN
    await payments.close()


async def test_only_the_providers_own_not_found_means_that_it_never_saw_the_charge() -> None:
    async with provider_that_sends(answer_of(404, b'{"error": {"code": "charge_not_found"}}')) as payments:
        assert await payments.status("order-1") is None


async def test_an_answer_that_trickles_does_not_outlast_the_deadline() -> None:
    """Each byte comes within a timeout of its own; only the deadline of the whole call ends it."""
    sent = 0

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while sent < 1000:
                writer.write(b" ")
                sent += 1
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    payments = SandboxPayments(f"http://127.0.0.1:{port}", "hidden-key", 0.3)
    assert (await payments.charge("order-1", PRICE, "tok_ok")).state is ChargeState.UNKNOWN
    assert sent < 1000
    await payments.close()
    server.close()
