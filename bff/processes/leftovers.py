"""Ends what a killed command left behind, and only that."""

import asyncio
import signal
import time
from pathlib import Path

from bff.processes import run_record
from bff.processes.identity import Identity, is_running, send
from bff.processes.problems import ProcessProblem

_POLL_SECONDS = 0.05
_KILL_SECONDS = 5.0


async def _all_ended(children: list[Identity], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while any(is_running(child) for child in children):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


async def end_leftovers(data_dir: Path, *, seconds: float = 10.0) -> int:
    """Ends the children that run.json names and that still run, last started first; returns how many there were.

    Call it while holding the directory. It does not touch a process that has the id of a dead child.
    """
    record = run_record.read(data_dir)
    if record is None:
        return 0
    children = [child for child in reversed(record.children.values()) if is_running(child)]
    for child in children:
        send(child, signal.SIGTERM)
    if not await _all_ended(children, seconds):
        for child in children:
            send(child, signal.SIGKILL, group=True)
        if not await _all_ended(children, _KILL_SECONDS):
            raise ProcessProblem(f"processes of the last run do not end: {[child.pid for child in children]}")
    run_record.remove(data_dir)
    return len(children)
