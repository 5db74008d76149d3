"""Connections that break: their requests fail as unavailable, and no such connection is used again."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvloop

from datasources.kit import redis
from datasources.kit.database import Database, Tx
from datasources.payments.sandbox import SandboxPayments
from domain.kit.refusals import Unavailable
from domain.payments.records import Charge, ChargeState
from tests.kit.fixtures.stores import present
from tests.kit.running_sandbox import KEY, PRICE, RunningSandbox
from tests.torture.proxy import Proxy

pytestmark = pytest.mark.slow

_ONE = sa.select(sa.literal(1))


async def _reset_under_load(url: sa.URL) -> set[str]:
    """Names of the errors while connections were reset: in use, idle, and during the handshake."""
    proxy = Proxy(url.port or 0)
    await proxy.start()
    database = Database(url.set(port=proxy.port).render_as_string(hide_password=False), pool=8, deadline=2.0)
    raised: set[str] = set()

    async def slow(tx: Tx) -> None:
        await tx.all(_ONE)
        await asyncio.sleep(0.01)
        await tx.all(_ONE)

    async def ask(number: int) -> None:
        try:
            await (database.transact(slow) if number % 2 else database.all(_ONE))
        except Exception as error:
            raised.add(type(error).__name__)

    for _ in range(20):
        asking = [asyncio.create_task(ask(number)) for number in range(16)]
        await asyncio.sleep(0.005)
        proxy.reset()
        await asyncio.gather(*asking)
    await asyncio.gather(*(_answers(database) for _ in range(16)))
    await database.close()
    await proxy.stop()
    return raised


async def _answers(database: Database) -> None:
    """Each connection of the pool is good, or replaced: a transaction is refused once at most."""
    try:
        await database.transact(lambda tx: tx.all(_ONE))
    except Unavailable:
        await database.transact(lambda tx: tx.all(_ONE))


@pytest.mark.parametrize("server", ["mariadb", "mysql"])
def test_a_broken_connection_is_unavailable_and_never_used_again(server: str) -> None:
    """On the loop of the server processes, which is another one than that of other tests."""
    url = sa.make_url(present(server).url()).set(database="mysql")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(_reset_under_load(url)) <= {Unavailable.__name__}


async def _redis_errors(port: int) -> list[BaseException]:
    """What commands raised while their connections were reset."""
    proxy = Proxy(port)
    await proxy.start()
    client = redis.connect(f"redis://127.0.0.1:{proxy.port}", connections=8)
    raised: list[BaseException] = []

    async def ask() -> None:
        try:
            await client.ping()
        except Exception as error:
            raised.append(error)

    for _ in range(50):
        asking = [asyncio.create_task(ask()) for _ in range(16)]
        await asyncio.sleep(0.001)
        proxy.reset()
        await asyncio.gather(*asking)
    await client.close()
    await proxy.stop()
    return raised


def test_a_broken_connection_to_redis_raises_what_its_callers_expect() -> None:
    """They go on without an answer then; on the loop of the server processes."""
    port = int(present("valkey").url().rpartition(":")[2].split("/")[0])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        unexpected = [error for error in runner.run(_redis_errors(port)) if not isinstance(error, redis.ERRORS)]
    assert unexpected == []


@asynccontextmanager
async def _closed_for_good() -> AsyncIterator[None]:
    """Code in this block must leave no open connection behind."""
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        await asyncio.sleep(0)
        gc.collect()
    assert [str(warning.message) for warning in caught if warning.category is ResourceWarning] == []


async def test_a_closed_client_of_redis_asks_no_more(redis_url: str) -> None:
    async with _closed_for_good():
        client = redis.connect(redis_url)
        assert await client.get("nothing") is None
        await client.close()
        with pytest.raises(redis.ERRORS, match="the client was closed"):
            await client.get("nothing")


async def test_a_client_of_redis_waits_for_its_last_commands(redis_url: str, redis_prefix: str) -> None:
    """And leaves no connection of theirs; one of them has none yet."""
    async with _closed_for_good():
        client: Any = redis.connect(redis_url, connections=1, deadline=5.0)
        asking = client.blpop([f"{redis_prefix}list"], timeout=0.2), client.get(f"{redis_prefix}text")
        waiting = [asyncio.create_task(command) for command in asking]
        await asyncio.sleep(0.05)
        await client.close()
        assert [task.done() and task.result() for task in waiting] == [None, None]
        del client, asking


async def test_a_client_of_a_cluster_is_closed_after_a_failure_too(cluster_url: str, redis_prefix: str) -> None:
    """A master answers no more, but the others do: their connections are closed."""
    key = f"{redis_prefix}text"
    async with _closed_for_good():
        client: Any = redis.connect(cluster_url, deadline=0.1)
        await client.ping()
        master = client.get_node_from_key(key)
        await client.execute_command("CLIENT PAUSE", 1500, "ALL", target_nodes=master)
        with pytest.raises(redis.ERRORS):
            await client.get(key)
        await client.close()
        del client, master
    patient = redis.connect(cluster_url, deadline=5.0)
    await patient.get(key)
    await patient.close()


async def _charged_under_resets(port: int) -> list[Charge]:
    """The results of charges while the connections were reset; the last one without faults."""
    proxy = Proxy(port)
    await proxy.start()
    payments = SandboxPayments(f"http://127.0.0.1:{proxy.port}", KEY, 2.0)
    told: list[Charge] = []
    for turn in range(20):
        keys = [f"order-{turn}-{number}" for number in range(16)]
        asking = [asyncio.create_task(payments.charge(key, PRICE, "tok_ok")) for key in keys]
        await asyncio.sleep(0.01)
        proxy.reset()
        told += await asyncio.gather(*asking)
    told.append(await payments.charge("order-last", PRICE, "tok_ok"))
    await payments.close()
    await proxy.stop()
    return told


def test_a_broken_connection_to_the_provider_leaves_a_charge_unknown(tmp_path: Path) -> None:
    """Whenever a connection breaks, a charge that is known to be captured was captured once."""
    sandbox = RunningSandbox(tmp_path / "books")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        told = runner.run(_charged_under_resets(sandbox.port))
    booked = sandbox.charges()
    sandbox.process.stop()
    assert {charge.state for charge in told} == {ChargeState.CAPTURED, ChargeState.UNKNOWN}
    assert told[-1].state is ChargeState.CAPTURED
    references = [charge.reference for charge in told if charge.state is ChargeState.CAPTURED]
    assert len(references) == len(set(references)) <= len(booked)
    assert len({key for key, _, _ in booked}) == len(booked)
