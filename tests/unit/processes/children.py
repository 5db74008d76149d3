"""Small commands to run as children."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bff.processes.child import Command, Probe
from bff.processes.environment import child_environment

_SERVE = """
import pathlib, signal, sys, time
mark = pathlib.Path(sys.argv[1])
def end(*_):
    with mark.parent.joinpath("ended").open("a") as log:
        log.write(mark.name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
mark.touch()
while True:
    time.sleep(60)
"""
_STUBBORN = _SERVE.replace("signal.signal(signal.SIGTERM, end)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)")
_WITH_OFFSPRING = """
import pathlib, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(str(grandchild.pid))
time.sleep(600)
"""


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something holds; the test's own time limit ends it otherwise."""
    while not holds():  # noqa: ASYNC110 - the state of a process has no event
        await asyncio.sleep(0.02)


def _probe(mark: Path) -> Probe:
    async def ready() -> None:
        os.stat(mark)

    return ready


def _python(name: str, code: str, mark: Path, *, stop_seconds: float = 10.0) -> Command:
    arguments = (sys.executable, "-ISc", code, str(mark))
    return Command(name, arguments, child_environment({}), ready=_probe(mark), stop_seconds=stop_seconds)


def serving(name: str, directory: Path) -> Command:
    """Answers once the file NAME exists; at an orderly end it adds its name to the file `ended`."""
    return _python(name, _SERVE, directory / name)


def stubborn(name: str, directory: Path) -> Command:
    """Does not heed SIGTERM."""
    return _python(name, _STUBBORN, directory / name, stop_seconds=0.2)


def deaf(name: str, directory: Path) -> Command:
    """The same, but it is killed when its parent ends."""
    return replace(stubborn(name, directory), orphaned=signal.SIGKILL)


def with_offspring(name: str, directory: Path) -> Command:
    """Starts a process of its own, whose id it writes into the file NAME."""
    return _python(name, _WITH_OFFSPRING, directory / name)


def failing(name: str, words: str) -> Command:
    """Says why and ends with status 3."""
    code = f"import sys; print({words!r}); sys.exit(3)"
    return _python(name, code, Path("/nonexistent"))


def ending_later(name: str, directory: Path) -> Command:
    """Answers, then ends with status 4, every time."""
    code = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(0.3); sys.exit(4)"
    return _python(name, code, directory / name)
