"""Starts the shop as its users do, and the floor beside it; stops both, whatever happens."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.trees import HERE, Tree
from bff.processes.ports import free_ports

_STOP_SECONDS = 30


@contextmanager
def shop(
    directory: Path, start_seconds: float, more: Mapping[str, str] | None = None, tree: Tree = HERE
) -> Iterator[tuple[str, int]]:
    """A new shop in a directory, with demo data unless `more` settings name a database: its URL and process id."""
    port = free_ports(1)[0]
    settings = {"STOREFRONT_DATA_DIR": str(directory), "STOREFRONT_HOST": "127.0.0.1", "STOREFRONT_PORT": str(port)}
    # Load comes from many visitors, each with a budget of their own.
    settings |= {"STOREFRONT_TRUSTED_PROXIES": '["127.0.0.1"]', **(more or {})}
    log = directory.parent / "shop.log"
    with _running(tree.command("up"), settings, log, tree) as process:
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/readyz", log, start_seconds)
        yield url, process.pid


@contextmanager
def floor(answers: Path) -> Iterator[str]:
    """A server that answers each file of a directory at its name: its URL."""
    port = free_ports(1)[0]
    log = answers.parent / "floor.log"
    command = [sys.executable, "-m", "uvicorn", "benchmarks.floor:create_app", "--factory"]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    with _running(command, {"BENCHMARK_FLOOR": str(answers)}, log) as process:
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/readyz", log, 30)
        yield url


def forget_settings() -> None:
    """Takes the settings of the shell out of this process: a benchmark must not touch a shop that they name."""
    for name in [name for name in os.environ if name.startswith("STOREFRONT_")]:
        del os.environ[name]


@contextmanager
def _running(
    command: Sequence[str], variables: Mapping[str, str], log: Path, tree: Tree = HERE
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server with more variables than this process, stopped at the end with everything it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=tree.directory,
            env=tree.environment(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path, seconds: float) -> None:
    """Waits until the URL answers 200. Raises RuntimeError with the end of the log."""
    end = time.monotonic() + seconds
    while not _ready(url):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.1)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
