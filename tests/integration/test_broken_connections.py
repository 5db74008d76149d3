"""Connections that break: what was on them is refused as unavailable, and none of them is used again."""

import asyncio

import httpx
import pytest
import sqlalchemy as sa
import uvloop

from datasources import redis
from datasources.mysql import Database, Tx
from datasources.payments_sandbox import SandboxPayments
from domain.money import Money
from domain.payments import Charge, ChargeState
from domain.refusals import Unavailable
from tests.fixtures.stores import present
from tests.torture.proxy import Proxy

_ONE = sa.select(sa.literal(1))


async def _reset_under_load(url: sa.URL) -> set[str]:
    """Names of what was raised while connections were reset: in use, idle, and while they greeted."""
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
    await client.aclose()
    await proxy.stop()
    return raised


def test_a_broken_connection_to_redis_raises_what_its_callers_expect() -> None:
    """They go on without an answer then; on the loop of the server processes."""
    port = int(present("valkey").url().rpartition(":")[2].split("/")[0])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        unexpected = [error for error in runner.run(_redis_errors(port)) if not isinstance(error, redis.ERRORS)]
    assert unexpected == []


async def test_a_broken_connection_to_the_provider_leaves_a_charge_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """anyio looks at the socket of a new connection, which uvloop has taken away again when it broke at once."""

    async def request(*_arguments: object, **_options: object) -> httpx.Response:
        raise AttributeError("'NoneType' object has no attribute 'getpeername'")

    monkeypatch.setattr(httpx.AsyncClient, "request", request)
    payments = SandboxPayments("http://127.0.0.1:9", "key", 2.0)
    assert await payments.charge("order-1", Money(100, "GBP"), "tok_ok") == Charge(ChargeState.UNKNOWN)
    await payments.close()
