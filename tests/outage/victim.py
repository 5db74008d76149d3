"""A Redis of one's own to be done harm: it keeps its memory on disk, as a shop's should, and is met through a proxy."""

import asyncio
import os
import signal
import time
from pathlib import Path

from tests.backends import valkey
from tests.backends.process import Process, accepts, free_port
from tests.backends.redis import ask
from tests.torture.proxy import Proxy


class Victim:
    """A Valkey server that can be emptied, killed, started again, frozen and slowed."""

    def __init__(self, directory: Path) -> None:
        program = valkey.program()
        assert program is not None
        self._directory = directory
        self._port = free_port()
        persistent = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        self._command = [
            program,
            "--port",
            str(self._port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(directory),
            *persistent,
        ]
        self.proxy = Proxy(self._port)
        self._process = self._started()

    @property
    def url(self) -> str:
        """The way through the proxy, once that was started."""
        return f"redis://127.0.0.1:{self.proxy.port}"

    def _started(self) -> Process:
        return Process(self._command, self._directory / "valkey.log")

    async def start(self) -> None:
        """Waits until it answers."""
        await self.proxy.start()
        await self._answers()

    async def flush(self) -> None:
        """Empties it."""
        await asyncio.to_thread(ask, self._port, "FLUSHALL")

    async def kill(self, seconds: float) -> float:
        """Ends it without warning, and starts it again after some time; when it answered again (monotonic)."""
        self._process.kill()
        await asyncio.sleep(seconds)
        self._process = self._started()
        await self._answers()
        return time.monotonic()

    async def pause(self, seconds: float) -> float:
        """Freezes it: connections stay open, and nothing is answered."""
        os.kill(self._process.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.kill(self._process.pid, signal.SIGCONT)
        return time.monotonic()

    async def slow(self, latency: float, seconds: float) -> float:
        """Delays each piece of its replies."""
        self.proxy.faults.latency = latency
        await asyncio.sleep(seconds)
        self.proxy.faults.latency = 0.0
        return time.monotonic()

    async def stop(self) -> None:
        """Ends it for good."""
        await self.proxy.stop()
        self._process.kill()

    async def _answers(self) -> None:
        async with asyncio.timeout(30):
            while not accepts(self._port) or not await asyncio.to_thread(self._is_ready):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)

    def _is_ready(self) -> bool:
        """Not while it reads its memory from disk."""
        try:
            return "PONG" in ask(self._port, "PING")
        except RuntimeError:
            return False
