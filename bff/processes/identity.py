"""Tells whether a process id still belongs to the process it was written down for."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_STATE, _START_TIME = 0, 19  # positions after the command name in /proc/PID/stat


@dataclass(frozen=True, slots=True)
class Identity:
    """A process id with the moment its process started, which together no other process ever has."""

    pid: int
    started: str


def identify(pid: int) -> Identity | None:
    """The identity of a process, None when it has ended."""
    started = _started_linux(pid) if sys.platform == "linux" else _started_elsewhere(pid)
    return Identity(pid, started) if started else None


def is_running(identity: Identity) -> bool:
    """Whether that very process runs, not another one that was given its id."""
    return identify(identity.pid) == identity


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


def _started_linux(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[_STATE] in "ZX" else f"{boot}:{fields[_START_TIME]}"


def _started_elsewhere(pid: int) -> str:
    answer = subprocess.run(  # noqa: S603 - a fixed program and a number
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=5
    )
    state, _, started = answer.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else started.strip()
