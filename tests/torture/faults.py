"""Faults, each a story that runs beside the buyers until they are done."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.kit.backends.process import accepts
from tests.torture.processes import until
from tests.torture.proxy import Faults
from tests.torture.shop import Shop

# Longer than anybody buys.
_MOST_SECONDS = 3_600.0


@dataclass(slots=True)
class Scene:
    """What a story acts on: the shop, the share of intents that are done (0 to 1), and how often it did what."""

    shop: Shop
    done: Callable[[], float]
    happened: Counter[str] = field(default_factory=Counter)

    async def reached(self, share: float) -> None:
        """Returns when the given number of intents is done: a schedule by the clock could miss a short run."""
        await until(lambda: self.done() >= share, _MOST_SECONDS, lambda: "nobody buys")


Story = Callable[[Scene], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`story` may run forever: it is cancelled when the buyers are done. `apis` is the number of API processes.

    `least` is how often it must have done what while people bought: a run without its fault proves nothing. `proxied`
    are the ways to the stores (database, redis, sandbox) and back (webhooks) that it disturbs.
    """

    name: str
    story: Story
    least: Mapping[str, int] = field(default_factory=dict)
    databases: tuple[str, ...] = ("sqlite", "mariadb", "mysql")
    apis: int = 2
    proxied: tuple[str, ...] = ()

    def objections(self, happened: Mapping[str, int]) -> Iterator[str]:
        """A sentence for everything that did not happen often enough."""
        for what, least in self.least.items():
            if happened.get(what, 0) < least:
                yield f"There were {happened.get(what, 0)} {what} while people bought, {least} at least are needed."


_SERVERS = ("mariadb", "mysql")
API_KILLS, WORKER_KILLS, REDIS_KILLS, REDIS_LOSSES = "API kills", "worker kills", "Redis kills", "Redis losses"
DATABASE_KILLS, DATABASE_STOPS, BLACKHOLES = "database kills", "database stops", "blackholes"
PROVIDER_KILLS, PROVIDER_HANGS = "provider kills", "provider hangs"
RESETS, LOST_COMMITS = "connections reset", "replies to COMMIT lost"


async def nothing(_scene: Scene) -> None:
    """All is well."""


async def api_kill(scene: Scene) -> None:
    """Every half second one of the API processes that serve is killed, but not the last: starting may take long."""
    chance = random.Random(1)
    while True:
        await asyncio.sleep(0.5)
        serving = [api for api in scene.shop.apis if accepts(api.port)]
        if len(serving) > 1:
            scene.happened[API_KILLS] += 1
            await chance.choice(serving).restart()


async def worker_kill(scene: Scene) -> None:
    """Every second a worker is killed, in turn; at times both are dead."""
    while True:
        for worker in scene.shop.workers:
            await asyncio.sleep(1.0)
            scene.happened[WORKER_KILLS] += 1
            worker.kill()
            await asyncio.sleep(0.5)
            worker.start()


async def database_kill(scene: Scene) -> None:
    """The database is killed three times and started again after half a second."""
    assert scene.shop.database is not None
    for share in (0.15, 0.4, 0.65):
        await scene.reached(share)
        scene.happened[DATABASE_KILLS] += 1
        scene.shop.database.kill()
        await asyncio.sleep(0.5)
        await scene.shop.database.start()


async def database_stop(scene: Scene) -> None:
    """The database is frozen for two and a half seconds, again and again."""
    assert scene.shop.database is not None
    while True:
        await asyncio.sleep(2.0)
        scene.happened[DATABASE_STOPS] += 1
        await scene.shop.database.freeze(2.5)


async def resets(scene: Scene) -> None:
    """A third of the connections to each store are reset, three times a second; replies come late."""
    proxies = scene.shop.proxies.values()
    for proxy in proxies:
        proxy.faults = Faults(latency=0.002)
    while True:
        await asyncio.sleep(0.3)
        scene.happened[RESETS] += sum(proxy.reset(0.33) for proxy in proxies)


async def blackhole(scene: Scene) -> None:
    """Packets to and from the database vanish for a second and a half, again and again."""
    while True:
        await asyncio.sleep(2.0)
        scene.happened[BLACKHOLES] += 1
        scene.shop.proxies["database"].faults = Faults(blackhole=True)
        await asyncio.sleep(1.5)
        scene.shop.proxies["database"].heal()


async def lost_commits(scene: Scene) -> None:
    """Of one COMMIT in eight nobody learns whether it was done."""
    proxy = scene.shop.proxies["database"]
    proxy.faults = Faults(lost_commits=0.125)
    while True:
        await asyncio.sleep(0.1)
        scene.happened[LOST_COMMITS] = proxy.commits_lost


async def commit_kill(scene: Scene) -> None:
    """An API process is killed in the moment when the write-ahead log grows."""
    file = scene.shop.sqlite_file
    log = file.with_name(file.name + "-wal")
    chance = random.Random(1)
    while True:
        for api in scene.shop.apis:
            await asyncio.sleep(0.4)
            before = log.stat().st_mtime_ns
            while log.stat().st_mtime_ns == before:  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.001)
            await asyncio.sleep(chance.choice((0, 0, 0.001, 0.003)))
            scene.happened[API_KILLS] += 1
            await api.restart()


async def redis_loss(scene: Scene) -> None:
    """Redis is killed, comes back with its data, and loses all of them later."""
    while True:
        await asyncio.sleep(2.0)
        scene.happened[REDIS_KILLS] += 1
        scene.shop.redis.kill()
        await asyncio.sleep(1.0)
        await scene.shop.redis.start()
        await asyncio.sleep(2.0)
        await scene.shop.empty_redis()
        scene.happened[REDIS_LOSSES] += 1


async def provider(scene: Scene) -> None:
    """The payment provider fails, then hangs for longer than holds last, then fails again."""
    while True:
        await asyncio.sleep(2.0)
        scene.happened[PROVIDER_KILLS] += 1
        scene.shop.sandbox.kill()
        await asyncio.sleep(1.0)
        await scene.shop.sandbox.start()
        await asyncio.sleep(2.0)
        scene.happened[PROVIDER_HANGS] += 1
        await scene.shop.sandbox.freeze(10.0)


_WAYS = ("database", "redis", "sandbox", "webhooks")
FAULTS = {
    fault.name: fault
    for fault in (
        Fault("none", nothing),
        Fault("api_kill", api_kill, {API_KILLS: 5}, apis=5),
        Fault("worker_kill", worker_kill, {WORKER_KILLS: 2}),
        Fault("database_kill", database_kill, {DATABASE_KILLS: 3}, _SERVERS),
        Fault("database_stop", database_stop, {DATABASE_STOPS: 1}, _SERVERS),
        Fault("resets", resets, {RESETS: 50}, proxied=_WAYS),
        Fault("blackhole", blackhole, {BLACKHOLES: 2}, _SERVERS, proxied=("database",)),
        Fault("lost_commits", lost_commits, {LOST_COMMITS: 5}, _SERVERS, proxied=("database",)),
        Fault("commit_kill", commit_kill, {API_KILLS: 3}, ("sqlite",), apis=3),
        Fault("redis_loss", redis_loss, {REDIS_KILLS: 1, REDIS_LOSSES: 1}),
        Fault("provider", provider, {PROVIDER_KILLS: 1, PROVIDER_HANGS: 1}),
    )
}
