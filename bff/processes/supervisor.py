"""Keeps children running: restarts those that end, gives up on those that keep ending, stops all in order."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

from bff.processes.child import Child, Command, exit_reason
from bff.processes.problems import StartFailed

_LOG_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RestartLimit:
    """At most `restarts` in `seconds`; the pause before each doubles from `pause` to `longest_pause` seconds."""

    restarts: int = 5
    seconds: float = 60.0
    pause: float = 0.1
    longest_pause: float = 5.0


class Supervisor:
    """The children of this process. `changed` is called when one got a new process, `say` with news for people."""

    def __init__(
        self,
        logs: Path,
        *,
        changed: Callable[[], None] = lambda: None,
        say: Callable[[str], None] = lambda _: None,
        limit: RestartLimit | None = None,
    ) -> None:
        self.children: list[Child] = []
        self._logs = logs
        self._changed = changed
        self._say = say
        self._limit = limit or RestartLimit()
        self._keepers: list[asyncio.Task[None]] = []
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, *commands: Command) -> None:
        """Starts commands together and waits until all answer; StartFailed when one does not."""
        children = [Child(command, self._logs) for command in commands]
        for child in children:
            child.log.begin()
            self.children.append(child)
            await child.spawn()
            self._changed()
        waiting = [asyncio.create_task(child.answers()) for child in children]
        try:
            await asyncio.gather(*waiting)
        finally:
            for task in waiting:
                task.cancel()
        for child in children:
            self._watch(self._keep(child))
            self._watch(self._follow(child))

    async def failed(self) -> None:
        """Waits for ever, or raises StartFailed once a child keeps ending."""
        await asyncio.shield(self._failure)

    async def stop(self) -> None:
        """Stops the children, the last started first, each within its own deadline."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for child in reversed(self.children):
            if not await child.stop():
                self._say(f"{child.command.name} did not stop within {child.command.stop_seconds:.0f} s and was killed")
        self.children.clear()
        self._failure.cancel()

    def _watch(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._watched)
        self._keepers.append(task)

    def _watched(self, task: "asyncio.Task[None]") -> None:
        """A watch that fails ends the shop, so that no child runs unwatched."""
        if not task.cancelled() and (error := task.exception()) and not self._failure.done():
            self._failure.set_exception(error)

    async def _keep(self, child: Child) -> None:
        ends: deque[float] = deque(maxlen=self._limit.restarts + 1)
        while True:
            reason = exit_reason(await child.ended())
            while reason:
                ends.append(time.monotonic())
                if len(ends) > self._limit.restarts and ends[-1] - ends[0] < self._limit.seconds:
                    raise StartFailed(child.described(f"keeps ending ({reason})"))
                self._say(f"{child.command.name} ended ({reason}); starting it again")
                await asyncio.sleep(self._pause(ends))
                reason = await self._restart(child)
            self._say(f"{child.command.name} runs again")

    async def _restart(self, child: Child) -> str:
        """An empty text, or why the child did not start."""
        try:
            await child.spawn()
            self._changed()
            await child.answers()
        except (StartFailed, OSError) as failure:
            await child.stop()
            return str(failure).partition("\n")[0]
        return ""

    def _pause(self, ends: deque[float]) -> float:
        recent = sum(1 for end in ends if ends[-1] - end < self._limit.seconds)
        longest = min(self._limit.longest_pause, self._limit.pause * 2.0 ** (recent - 1))
        return random.uniform(longest / 2, longest)  # noqa: S311 - jitter

    async def _follow(self, child: Child) -> None:
        while True:
            await asyncio.sleep(_LOG_SECONDS)
            self._look(child)

    def _look(self, child: Child) -> None:
        try:
            lines = child.log.serious_lines() if child.command.shown else []
            child.log.bound()
        except OSError:  # a full disk or a removed directory must not end the shop
            return
        for line in lines:
            self._say(f"{child.command.name}: {line}")
