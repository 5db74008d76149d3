"""Servers that tests start: on free ports, in directories of their own, gone when the tests are."""

import atexit
import functools
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bff.processes.ports import check_free
from bff.processes.problems import PortInUse
from tests.kit.backends import session

# Below those that the shop's own processes choose from.
_PORTS = range(10_000, 15_000)
_DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on, and that no other process of the session is given."""
    return next(port for port in _candidates() if _is_free(port))


@functools.cache
def _candidates() -> Iterator[int]:
    own = _PORTS[session.current.number :: session.current.processes]
    return iter(random.sample(own, len(own)))


def _is_free(port: int) -> bool:
    try:
        check_free("127.0.0.1", port)
    except PortInUse:
        return False
    return True


def accepts(port: int) -> bool:
    """Whether somebody listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A running server whose output is kept in a file."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [sys.executable, "-IS", str(_DIE_WITH_PARENT), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        atexit.register(self.kill)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Waits for the server; RuntimeError with the end of its output when it ends or takes too long."""
        end = time.monotonic() + seconds
        while not ready():
            if self._popen.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.output()[-4000:]}")
            time.sleep(0.02)

    def output(self) -> str:
        """What the server has printed."""
        return self.log.read_text(errors="replace")

    def stop(self, seconds: float = 30) -> int:
        """Asks the server to end and returns its exit status; kills it when it does not end."""
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """Ends the server at once."""
        if self._popen.poll() is None:
            self._popen.kill()
            self._popen.wait()
