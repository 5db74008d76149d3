"""Every change of a charge is told to the shop, signed, at least once, whatever fails on either side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from datasources.payments_sandbox import verify_webhook
from domain.payments import ChargeState, PaymentEvent
from tests.integration.running_sandbox import PRICE, RunningSandbox, paying


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
        async with paying(sandbox, deadline=0.2) as payments:
            await payments.charge("late", PRICE, "tok_late")
        sandbox.process.kill()
        sandbox.start()
        await until(lambda: len(received) == 2)
        sandbox.process.stop()
    assert {(event.kind, event.key) for event in received} == {("charge.captured", "late")}


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[str, list[PaymentEvent]]]:
    """An address that answers 500 to the first delivery of an event and 200 to later ones; keeps what is genuine."""
    received: list[PaymentEvent] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        event = verify_webhook("signing", body, headers["sandbox-signature"], datetime.now(UTC))
        assert event is not None
        status = b"200 OK" if event in received else b"500 No"
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
    async with asyncio.timeout(30):
        while True:
            if fact():
                return
            await asyncio.sleep(0.05)
