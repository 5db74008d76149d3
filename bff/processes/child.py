"""One child process: how it is started, when it answers, how it is stopped."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bff.processes.identity import Identity, identify
from bff.processes.logs import LogFile
from bff.processes.problems import StartFailed

_TETHER = Path(__file__).with_name("tether.py")
_PROBE_SECONDS = 0.05
_KILL_SECONDS = 5.0

Probe = Callable[[], Awaitable[None]]


async def _at_once() -> None:
    """The probe of a child that serves no requests."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. `ready` raises until the child answers; `shown` passes its warnings on to the terminal.

    `orphaned` is the signal that it gets when its parent ends without stopping it.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ready: Probe = _at_once
    start_seconds: float = 30.0
    stop_seconds: float = 10.0
    orphaned: signal.Signals = signal.SIGTERM
    shown: bool = False


class Child:
    """A command while it runs, in a process group of its own so that Ctrl-C reaches only its parent."""

    def __init__(self, command: Command, logs: Path) -> None:
        self.command = command
        self.log = LogFile(logs / f"{command.name}.log")
        self.identity: Identity | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def spawn(self) -> None:
        """Starts the process; it may not answer yet."""
        with self.log.path.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-IS",
                str(_TETHER),
                str(os.getpid()),
                str(self.command.orphaned.value),
                *self.command.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                env=dict(self.command.environment),
                start_new_session=True,
            )
        self.identity = identify(self._process.pid)

    async def answers(self) -> None:
        """Waits until the probe passes; StartFailed when the process ends before or takes too long."""
        assert self._process is not None
        end = time.monotonic() + self.command.start_seconds
        while not await self._passes(end - time.monotonic()):
            if self._process.returncode is not None:
                raise StartFailed(self.described(f"ended while starting ({exit_reason(self._process.returncode)})"))
            if time.monotonic() > end:
                raise StartFailed(self.described(f"did not answer within {self.command.start_seconds:.0f} s"))
            await asyncio.sleep(_PROBE_SECONDS)

    async def _passes(self, seconds: float) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            return False
        try:
            async with asyncio.timeout(max(seconds, _PROBE_SECONDS)):  # wait_for of 3.11 can swallow a cancellation
                await self.command.ready()
        except Exception:  # every kind of failure means: not yet
            return False
        return self._process.returncode is None

    async def ended(self) -> int:
        """Waits for the end and returns the exit status; ends what the process left in its group, too."""
        assert self._process is not None
        status = await self._process.wait()
        self._signal_group(signal.SIGKILL)
        return status

    async def stop(self) -> bool:
        """Asks the process to end and kills it when it does not; False when it had to be killed."""
        if self._process is None or self._process.returncode is not None:
            return True
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(self.command.stop_seconds):
                await self.ended()
        except TimeoutError:
            self._signal_group(signal.SIGKILL)
            async with asyncio.timeout(_KILL_SECONDS):
                await self.ended()
            return False
        return True

    def _signal_group(self, number: int) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def described(self, what: str) -> str:
        """`NAME WHAT` with the last lines of the log."""
        return f"{self.command.name} {what}. The end of {self.log.path}:\n{self.log.tail()}"


def exit_reason(status: int) -> str:
    """An exit status in words: `exit status 3`, `SIGKILL`."""
    return f"exit status {status}" if status >= 0 else signal.Signals(-status).name
