"""Faults, each a story that runs beside the buyers until they are done."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from tests.torture.proxy import Faults
from tests.torture.shop import Shop

Story = Callable[[Shop], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`story` may run for ever: it is cancelled when the buyers are done; `apis` is the number of API processes."""

    name: str
    story: Story
    databases: tuple[str, ...] = ("sqlite", "mariadb", "mysql")
    apis: int = 2


_SERVERS = ("mariadb", "mysql")


async def nothing(_shop: Shop) -> None:
    """All is well."""


async def api_kill(shop: Shop) -> None:
    """Every half second an API process is killed, in turn."""
    while True:
        for api in shop.apis:
            await asyncio.sleep(0.5)
            await api.restart()


async def worker_kill(shop: Shop) -> None:
    """Every second a worker is killed, in turn; at times both are dead."""
    while True:
        for worker in shop.workers:
            await asyncio.sleep(1.0)
            worker.kill()
            await asyncio.sleep(0.5)
            worker.start()


async def database_kill(shop: Shop) -> None:
    """The database is killed three times and started again after half a second."""
    assert shop.database is not None
    for _ in range(3):
        await asyncio.sleep(3.0)
        shop.database.kill()
        await asyncio.sleep(0.5)
        await shop.database.start()


async def database_stop(shop: Shop) -> None:
    """The database stands still for two and a half seconds, again and again."""
    assert shop.database is not None
    while True:
        await asyncio.sleep(3.0)
        await shop.database.freeze(2.5)


async def resets(shop: Shop) -> None:
    """A third of the connections to each store are reset, three times a second; replies come late."""
    for proxy in shop.proxies.values():
        proxy.faults = Faults(latency=0.002)
    while True:
        await asyncio.sleep(0.3)
        for proxy in shop.proxies.values():
            proxy.reset(0.33)


async def blackhole(shop: Shop) -> None:
    """Packets to and from the database vanish for a second and a half, again and again."""
    while True:
        await asyncio.sleep(2.0)
        shop.proxies["database"].faults = Faults(blackhole=True)
        await asyncio.sleep(1.5)
        shop.proxies["database"].heal()


async def lost_commits(shop: Shop) -> None:
    """Of one COMMIT in eight nobody learns whether it was done."""
    shop.proxies["database"].faults = Faults(lost_commits=0.125)


async def commit_kill(shop: Shop) -> None:
    """An API process is killed in the moment when the write-ahead log grows."""
    log = shop.sqlite_file.with_name(shop.sqlite_file.name + "-wal")
    chance = random.Random(1)
    while True:
        for api in shop.apis:
            await asyncio.sleep(0.4)
            before = log.stat().st_mtime_ns
            while log.stat().st_mtime_ns == before:  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.001)
            await asyncio.sleep(chance.choice((0, 0, 0.001, 0.003)))
            await api.restart()


async def redis_loss(shop: Shop) -> None:
    """Redis is killed, comes back with its data, and loses all of them later."""
    while True:
        await asyncio.sleep(2.0)
        shop.redis.kill()
        await asyncio.sleep(1.0)
        await shop.redis.start()
        await asyncio.sleep(2.0)
        await shop.empty_redis()


async def provider(shop: Shop) -> None:
    """The payment provider fails, then hangs for longer than holds last, then fails again."""
    while True:
        await asyncio.sleep(2.0)
        shop.sandbox.kill()
        await asyncio.sleep(1.0)
        await shop.sandbox.start()
        await asyncio.sleep(2.0)
        await shop.sandbox.freeze(10.0)


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("none", nothing),
        Fault("api_kill", api_kill, apis=3),
        Fault("worker_kill", worker_kill),
        Fault("database_kill", database_kill, _SERVERS),
        Fault("database_stop", database_stop, _SERVERS),
        Fault("resets", resets),
        Fault("blackhole", blackhole, _SERVERS),
        Fault("lost_commits", lost_commits, _SERVERS),
        Fault("commit_kill", commit_kill, ("sqlite",), apis=3),
        Fault("redis_loss", redis_loss),
        Fault("provider", provider),
    )
}
