"""Holding the data directory: the lock, what the last run left over, run.json, and the children in order."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bff.processes import run_record
from bff.processes.leftovers import end_leftovers
from bff.processes.supervisor import Supervisor


class Holding:
    """The data directory while this process holds it."""

    def __init__(self, data_dir: Path, command: str, say: Callable[[str], None]) -> None:
        self._data_dir = data_dir
        self._running = run_record.Running(command=command, owner=run_record.this_process())
        self.supervisor = Supervisor(data_dir / "logs", changed=self._write, say=say)
        self._write()

    def tell(
        self,
        *,
        urls: dict[str, str] | None = None,
        address: str | None = None,
        given: tuple[str, ...] | None = None,
    ) -> None:
        """Writes down where the stores and the shop answer, and what else other commands need."""
        self._running = replace(
            self._running,
            urls=self._running.urls if urls is None else urls,
            address=self._running.address if address is None else address,
            given=self._running.given if given is None else given,
        )
        self._write()

    def _write(self) -> None:
        children = {child.command.name: child.identity for child in self.supervisor.children if child.identity}
        run_record.write(self._data_dir, replace(self._running, children=children))


@asynccontextmanager
async def hold(data_dir: Path, command: str, say: Callable[[str], None]) -> AsyncIterator[Holding]:
    """Takes the directory, or raises DataInUse; at the end every child is stopped, the last started first."""
    with run_record.exclusive(data_dir):
        if ended := await end_leftovers(data_dir):
            say(f"the last run did not stop cleanly; stopped {ended} of its processes")
        holding = Holding(data_dir, command, say)
        try:
            yield holding
        finally:
            await holding.supervisor.stop()
            run_record.remove(data_dir)
