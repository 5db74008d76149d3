"""Processes that a test can kill, freeze and start again, each with its own data."""

import asyncio
import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bff.processes.environment import child_environment
from bff.processes.identity import identify
from tests.kit.backends.process import Process, accepts
from tests.kit.backends.scratch import scratch_directory
from tests.kit.paths import ROOT


class Server:
    """A server that keeps its port and its data over any number of lives."""

    def __init__(
        self, command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.port = port
        self._command = list(command)
        self._log = log
        self._environment = environment
        self._process: Process | None = None

    async def start(self) -> None:
        """Starts it if it is dead, and returns when it listens. RuntimeError when it does not within a minute."""
        if self._process is None or not self._process.runs:
            self._process = Process(self._command, self._log, self._environment)
        await until(lambda: accepts(self.port), 60, lambda: f"no server:\n{self._log.read_text()[-3000:]}")

    def signal(self, number: int) -> None:
        """Sends it a signal, if it lives."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def kill(self) -> None:
        """Ends it at once and waits until it is gone."""
        if self._process is not None:
            self.signal(signal.SIGCONT)
            self._process.kill()

    async def freeze(self, seconds: float) -> None:
        """Freezes it at any point of its work, for some seconds."""
        self.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.signal(signal.SIGCONT)


class Nursery:
    """Forks processes of the shop; see `tests.torture.nursery`. Importing all of it takes seconds: runs share one."""

    def __init__(self) -> None:
        self._log = log = scratch_directory("nursery") / "log"
        with log.open("ab") as errors:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", "tests.torture.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=child_environment({}),
                cwd=ROOT,
            )

    def fork(self, command: str, environment: Mapping[str, str], log: Path, naive: str | None) -> int:
        """The process id of a new `storefront COMMAND`."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        wanted = {"command": command, "environment": dict(environment), "log": str(log), "naive": naive}
        with suppress(BrokenPipeError):
            self._popen.stdin.write(json.dumps(wanted).encode() + b"\n")
            self._popen.stdin.flush()
        answer = self._popen.stdout.readline()
        if not answer:
            raise RuntimeError(f"the nursery has ended:\n{self._log.read_text()[-3000:]}")
        return int(answer)

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def close(self) -> None:
        """Ends it and with it all of its children."""
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


_nurseries: list[Nursery] = []


def nursery() -> Nursery:
    """The one of this process, until it ends."""
    if not _nurseries or not _nurseries[-1].lives:
        _nurseries.append(Nursery())
        atexit.register(_nurseries[-1].close)
    return _nurseries[-1]


class ShopProcess:
    """One process of the shop: an API process on `port`, or a worker, which has none."""

    def __init__(
        self, nursery: Nursery, command: str, environment: Mapping[str, str], log: Path, *, port: int = 0,
        naive: str | None = None,
    ) -> None:  # fmt: skip
        self.port = port
        self._nursery = nursery
        self._command = command
        self._environment = environment
        self._log = log
        self._naive = naive
        self._pid: int | None = None

    def start(self) -> None:
        """Starts it without waiting."""
        self._pid = self._nursery.fork(self._command, self._environment, self._log, self._naive)

    def kill(self) -> None:
        """Ends it at once, at any point of its work."""
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._pid = None

    def revive(self) -> None:
        """Starts it if it is dead."""
        if self._pid is None or identify(self._pid) is None:
            self.start()

    async def restart(self) -> None:
        """Kills it and starts it again; the old process may hold its port for a moment."""
        self.kill()
        if self.port:
            await until(lambda: not accepts(self.port), 10, lambda: "a killed process still listens")
        self.start()

    async def ready(self) -> None:
        """Returns when it listens."""
        await until(lambda: accepts(self.port), 60, lambda: f"no API:\n{self._log.read_text()[-3000:]}")


async def until(holds: Callable[[], bool], seconds: float, problem: Callable[[], str]) -> None:
    """Waits until something holds; RuntimeError with the problem when it does not in time."""
    await until_async(lambda: asyncio.sleep(0, holds()), seconds, problem, 0.02)


async def until_async(
    holds: Callable[[], Awaitable[bool]], seconds: float, problem: Callable[[], str], pause: float
) -> None:
    """The same for a condition that must be awaited."""
    end = asyncio.get_running_loop().time() + seconds
    while not await holds():
        if asyncio.get_running_loop().time() > end:
            raise RuntimeError(problem())
        await asyncio.sleep(pause)
