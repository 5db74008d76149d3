"""A separate Redis for the faults: it keeps its memory on disk, as a shop's should, and has proxies in front."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.kit.backends import valkey
from tests.kit.backends.process import Process, accepts, free_port
from tests.kit.backends.redis import MASTERS, ask, follows, is_complete, join
from tests.torture.proxy import Proxy

Fault = Callable[[], Awaitable[float]]
_KEEPING = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
_PATIENCE_SECONDS = 60.0


class Node:
    """One server behind a proxy; in a cluster, it announces only the proxy to others."""

    def __init__(self, directory: Path) -> None:
        self.port, self.bus = free_port(), free_port()
        self.proxy = Proxy(self.port)
        self._directory = directory
        self._process: Process | None = None
        self._options: tuple[str, ...] = ()

    async def start(self, *options: str) -> None:
        """Waits until it answers."""
        self._directory.mkdir(exist_ok=True)
        self._options = options
        await asyncio.to_thread(self.run().wait_until, self.answers, _PATIENCE_SECONDS)

    def run(self) -> Process:
        """Starts the server, also again after `kill`."""
        program = valkey.program()
        assert program is not None
        place = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._directory))
        self._process = Process([program, *place, *_KEEPING, *self._options], self._directory / "valkey.log")
        return self._process

    def kill(self) -> None:
        """Ends it without warning."""
        if self._process is not None:
            self._process.kill()

    @property
    def runs(self) -> bool:
        """Whether it was not killed."""
        return self._process is not None and self._process.runs

    def signal(self, number: signal.Signals) -> None:
        """Freezes it, or lets it go on."""
        assert self._process is not None
        os.kill(self._process.pid, number)

    def answers(self) -> bool:
        """Not while it reads its memory from disk."""
        try:
            return accepts(self.port) and "PONG" in ask(self.port, "PING")
        except (RuntimeError, OSError):
            return False


class Victim:
    """A Valkey server that can be emptied, killed, started again, frozen and slowed."""

    def __init__(self, directory: Path) -> None:
        self.nodes = [Node(directory / "valkey")]

    @property
    def url(self) -> str:
        """The way through the proxy, once that was started."""
        return f"redis://127.0.0.1:{self.nodes[0].proxy.port}"

    @property
    def more_faults(self) -> dict[str, Fault]:
        """What else can be done to it, by name; each answers when it was over (monotonic)."""
        return {}

    async def start(self) -> None:
        """Waits until it answers."""
        for node in self.nodes:
            await node.proxy.start()
            await node.start()

    async def flush(self) -> None:
        """Empties it."""
        for node in self._masters():
            await asyncio.to_thread(ask, node.port, "FLUSHALL")

    async def kill(self, seconds: float) -> float:
        """Ends all of it without warning, and starts it again after some time; when it answered again (monotonic)."""
        for node in self.nodes:
            node.kill()
        await asyncio.sleep(seconds)
        for node in self.nodes:
            node.run()
        await until(self._answers)
        return time.monotonic()

    async def pause(self, seconds: float) -> float:
        """Freezes it: connections stay open, and nothing is answered."""
        for node in self.nodes:
            node.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        for node in self.nodes:
            node.signal(signal.SIGCONT)
        await until(self._answers)
        return time.monotonic()

    async def slow(self, latency: float, seconds: float) -> float:
        """Delays each piece of its replies."""
        for node in self.nodes:
            node.proxy.faults.latency = latency
        await asyncio.sleep(seconds)
        for node in self.nodes:
            node.proxy.faults.latency = 0.0
        return time.monotonic()

    async def stop(self) -> None:
        """Ends it for good."""
        for node in self.nodes:
            await node.proxy.stop()
            node.kill()

    def _masters(self) -> list[Node]:
        return self.nodes

    def _answers(self) -> bool:
        return all(node.answers() for node in self.nodes if node.runs)


class ClusterVictim(Victim):
    """Three masters with a replica each. A master may also die for good: its replica takes over."""

    def __init__(self, directory: Path) -> None:
        self.nodes = [Node(directory / f"node-{number}") for number in range(2 * MASTERS)]

    @property
    def url(self) -> str:
        """By way of the first master."""
        return f"redis+cluster://127.0.0.1:{self.nodes[0].proxy.port}"

    @property
    def more_faults(self) -> dict[str, Fault]:
        """A master dies."""
        return {"failed over": self._fail_over}

    async def start(self) -> None:
        """Waits until each master has its slots and its replica."""
        for node in self.nodes:
            await node.proxy.start()
            own = ("--cluster-port", str(node.bus), "--cluster-announce-port", str(node.proxy.port))
            at = ("--cluster-announce-ip", "127.0.0.1", "--cluster-announce-bus-port", str(node.bus))
            options = ("--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0")
            await node.start("--cluster-enabled", "yes", *own, *at, *options)
        masters, replicas = self.nodes[:MASTERS], self.nodes[MASTERS:]
        await asyncio.to_thread(join, [(node.port, node.bus) for node in masters])
        await until(lambda: all(is_complete(node.port) for node in masters))
        for master, replica in zip(masters, replicas, strict=True):
            ask(masters[0].port, "CLUSTER", "MEET", "127.0.0.1", str(replica.port), str(replica.bus))
            identity = ask(master.port, "CLUSTER", "MYID").split("\r\n")[1]
            await until(lambda port=replica.port, identity=identity: follows(port, identity))  # type: ignore[misc]  # bound now
        await until(self._answers)

    async def _fail_over(self) -> float:
        self._masters()[0].kill()
        await until(self._answers)
        return time.monotonic()

    def _masters(self) -> list[Node]:
        return [node for node in self.nodes if node.runs and "role:master" in ask(node.port, "INFO", "replication")]

    def _answers(self) -> bool:
        """False while slots have no master, or one that is gone."""
        return super()._answers() and all(
            is_complete(node.port) and self._is_whole(node) for node in self.nodes if node.runs
        )

    def _is_whole(self, node: Node) -> bool:
        """Whether all masters that the node knows to have slots are there."""
        known = [line.split(" ") for line in ask(node.port, "CLUSTER", "NODES").splitlines() if " connected" in line]
        return sum("master" in line[2] and "fail" not in line[2] and len(line) > 8 for line in known) == MASTERS


async def until(holds: Callable[[], bool]) -> None:
    """Tries until it gets an answer."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
