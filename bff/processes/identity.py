"""Tells whether a process id still belongs to the process it was written down for."""

import os
from dataclasses import dataclass

import psutil

# The wall clock may be set between two readings of a start; the system reuses no process id within that time.
_SAME_START_SECONDS = 2.0
_ENDED = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)


@dataclass(frozen=True, slots=True)
class Identity:
    """A process id with the moment its process started, in seconds since 1970: together they name one process."""

    pid: int
    started: float


def identify(pid: int) -> Identity | None:
    """The identity of a process, None when it has ended."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return None if process.status() in _ENDED else Identity(pid, process.create_time())
    except (psutil.Error, ValueError, OverflowError):
        return None


def is_running(identity: Identity) -> bool:
    """Whether that very process runs, not another one that was given its id."""
    now = identify(identity.pid)
    return now is not None and abs(now.started - identity.started) < _SAME_START_SECONDS


def send(identity: Identity, number: int, *, group: bool = False) -> None:
    """Signals a process, or the group it leads; nothing happens when it has ended."""
    if not is_running(identity):
        return
    try:
        if group:
            os.killpg(identity.pid, number)
        else:
            os.kill(identity.pid, number)
    except (ProcessLookupError, PermissionError):
        return
