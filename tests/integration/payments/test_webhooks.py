"""The sandbox sends every change of a charge to the shop, signed, at least once, whatever fails on either side."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datasources.payments.sandbox import verify_webhook
from domain.payments.records import ChargeState, PaymentEvent
from tests.kit.running_sandbox import PRICE, RunningSandbox, charge_and_leave, paying

pytestmark = pytest.mark.slow


async def test_each_change_is_told_by_a_signed_webhook_until_it_is_received(tmp_path: Path) -> None:
    """The receiver fails the first delivery of each event; every event still arrives, the same each time."""
    async with receiver() as (url, received):
        sandbox = RunningSandbox(tmp_path / "books", "--webhook-url", url)
        async with paying(sandbox) as payments:
            await payments.charge("told", PRICE, "tok_ok")
            await payments.charge("told-declined", PRICE, "tok_decline")
            await payments.refund("told", "told-refund", PRICE)
            await until(lambda: len(received) == 6)
        sandbox.process.stop()
    told = {(event.kind, event.key, event.charge.state) for event in received}
    assert told == {
        ("charge.captured", "told", ChargeState.CAPTURED),
        ("charge.declined", "told-declined", ChargeState.DECLINED),
        ("refund.completed", "told", ChargeState.CAPTURED),
    }
    assert sorted(event.id for event in received) == sorted([event.id for event in set(received)] * 2)


async def test_a_webhook_is_told_after_kill_9_and_for_a_late_charge_nobody_asks_about(tmp_path: Path) -> None:
    async with receiver() as (url, received):
        sandbox = RunningSandbox(tmp_path / "books", "--webhook-url", url)
        await charge_and_leave(sandbox, "late", "tok_late")
        sandbox.process.kill()
        sandbox.start()
        await until(lambda: len(received) == 2)
        sandbox.process.stop()
    assert {(event.kind, event.key) for event in received} == {("charge.captured", "late")}


async def told(tmp_path: Path, token: str, events: int) -> list[PaymentEvent]:
    """The events, in this order, of a charge that is refunded at once."""
    async with receiver(fails_first=False) as (url, received):
        sandbox = RunningSandbox(tmp_path / "books", "--webhook-url", url)
        async with paying(sandbox) as payments:
            assert (await payments.charge("key", PRICE, token)).state is ChargeState.CAPTURED
            await payments.refund("key", "refund", PRICE)
            await until(lambda: len(received) >= events)
        sandbox.process.stop()
    return received


async def test_tok_webhook_twice_has_each_event_delivered_twice(tmp_path: Path) -> None:
    received = await told(tmp_path, "tok_webhook_twice", 4)
    assert sorted(event.kind for event in received) == ["charge.captured"] * 2 + ["refund.completed"] * 2
    assert len({event.id for event in received}) == 2


async def test_tok_webhook_late_tells_of_the_charge_after_its_refund(tmp_path: Path) -> None:
    received = await told(tmp_path, "tok_webhook_late", 2)
    assert [(event.kind, event.refunded) for event in received] == [
        ("refund.completed", True),
        ("charge.captured", False),
    ]


async def test_tok_webhook_reordered_tells_everything_backwards(tmp_path: Path) -> None:
    received = await told(tmp_path, "tok_webhook_reordered", 3)
    assert [(event.kind, event.charge.state) for event in received] == [
        ("refund.completed", ChargeState.CAPTURED),
        ("charge.captured", ChargeState.CAPTURED),
        ("charge.processing", ChargeState.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("token", "state"), [("tok_async", ChargeState.CAPTURED), ("tok_async_decline", ChargeState.DECLINED)]
)
async def test_only_a_webhook_tells_what_became_of_tok_async(tmp_path: Path, token: str, state: ChargeState) -> None:
    """The answer is UNKNOWN at first, however often the shop asks."""
    async with receiver(fails_first=False) as (url, received):
        sandbox = RunningSandbox(tmp_path / "books", "--webhook-url", url)
        async with paying(sandbox) as payments:
            assert (await payments.charge("key", PRICE, token)).state is ChargeState.UNKNOWN
            await until(lambda: len(received) == 1)
        sandbox.process.stop()
    assert [(event.key, event.charge.state) for event in received] == [("key", state)]


async def test_books_from_before_these_tokens_stay_readable(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "books")
    async with paying(sandbox) as payments:
        first = await payments.charge("old", PRICE, "tok_ok")
        sandbox.process.stop()
        with sqlite3.connect(tmp_path / "books" / "sandbox.db") as books:
            books.execute("ALTER TABLE charges DROP COLUMN telling")
        books.close()
        sandbox.start()
        assert await payments.status("old") == first
    sandbox.process.stop()


@asynccontextmanager
async def receiver(*, fails_first: bool = True) -> AsyncIterator[tuple[str, list[PaymentEvent]]]:
    """A receiver that keeps genuine events; answers 500 to the first delivery of an event if it `fails_first`."""
    received: list[PaymentEvent] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        event = verify_webhook("signing", body, headers["sandbox-signature"], datetime.now(UTC))
        assert event is not None
        status = b"200 OK" if event in received or not fails_first else b"500 No"
        received.append(event)
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks", received
    server.close()
    await server.wait_closed()


async def until(fact: Callable[[], bool]) -> None:
    """Waits for a fact; TimeoutError when it does not come about."""
    while True:
        if fact():
            return
        await asyncio.sleep(0.05)
