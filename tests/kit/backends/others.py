"""The document store, the search server, the browser and the cache."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.kit.backends.backend import Backend
from tests.kit.backends.process import Process, accepts, free_port
from tests.kit.backends.scratch import scratch_directory


class Mongo(Backend):
    """secantusdb as the embedded shop runs it, or the MongoDB server that the variable names."""

    name = "mongo"
    title = "secantusdb"
    variable = "STOREFRONT_TEST_MONGO_URL"

    def __init__(self) -> None:
        super().__init__()
        self._process: Process | None = None

    def program(self) -> str | None:
        """The command beside this Python."""
        beside = Path(sys.executable).with_name("secantusd-py")
        return str(beside) if beside.exists() else shutil.which("secantusd-py")

    def missing_program(self) -> str | None:
        """Missing when the `embedded` extra is not installed."""
        return None if self.program() else "secantusdb is not installed"

    def start(self) -> str:
        """Starts it with every commit synced, as the shop does."""
        program = self.program()
        assert program is not None
        directory = scratch_directory(self.name)
        port = free_port()
        command = [program, "--host", "127.0.0.1", "--port", str(port), "--storage-path", str(directory / "data")]
        self._process = Process([*command, "--sync-on-commit", "--log-level", "WARNING"], directory / "log")
        self._process.wait_until(lambda: accepts(port))
        return f"mongodb://127.0.0.1:{port}/"

    def describe(self) -> str:
        """With the version of the distribution."""
        if self.external():
            return "MongoDB (external)"
        return f"{self.title} {importlib.metadata.version('secantusdb')}"

    def stop(self) -> None:
        """Kills the server: its data are thrown away."""
        if self._process is not None:
            self._process.kill()


class Meilisearch(Backend):
    """An external search server; the key is in STOREFRONT_TEST_MEILISEARCH_KEY."""

    name = "meilisearch"
    title = "Meilisearch"
    variable = "STOREFRONT_TEST_MEILISEARCH_URL"

    @property
    def key(self) -> str:
        """The key to its API."""
        return os.environ.get("STOREFRONT_TEST_MEILISEARCH_KEY", "")

    def missing_program(self) -> str | None:
        """It is never started here."""
        return f"{self.variable} names no server"

    def start(self) -> str:
        """Not reached: without the variable it is missing."""
        raise RuntimeError(f"{self.variable} names no server")


class Chromium(Backend):
    """A browser without a window. Its `url` is the path of the executable."""

    name = "chromium"
    title = "Chromium"
    variable = "STOREFRONT_TEST_CHROMIUM"

    def program(self) -> str | None:
        """The executable under one of its names."""
        names = ("chromium", "chromium-browser", "google-chrome")
        return next((found for name in names if (found := shutil.which(name))), None)

    def missing_program(self) -> str | None:
        """Missing when there is no executable."""
        return None if self.program() else "Chromium is not installed"

    def start(self) -> str:
        """Tests start it themselves, once per page or session."""
        program = self.program()
        assert program is not None
        return program

    def describe(self) -> str:
        """With the version as the executable prints it."""
        printed = subprocess.run([self.url(), "--version"], capture_output=True, text=True, timeout=60).stdout
        words = [word for word in printed.split() if word[0].isdigit()]
        return f"{self.title} {words[0]}" if words else self.title


class Varnish(Backend):
    """A cache with its built-in rules. Its `url` is the path of the executable."""

    name = "varnish"
    title = "Varnish"

    def program(self) -> str | None:
        """The executable, which the paths of users often lack."""
        return shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin")

    def missing_program(self) -> str | None:
        """It compiles its rules, which takes a compiler."""
        if self.program() is None:
            return "Varnish is not installed"
        return None if shutil.which("cc") or shutil.which("gcc") else "Varnish finds no C compiler"

    def start(self) -> str:
        """Tests start it themselves, once per shop."""
        program = self.program()
        assert program is not None
        return program

    def before(self, port: int) -> tuple[Process, int]:
        """A cache in front of a server of this machine, and its port. The test ends it."""
        directory, own = scratch_directory(self.name), free_port()
        listen = ("-a", f"127.0.0.1:{own}", "-b", f"127.0.0.1:{port}", "-T", "none", "-n", str(directory / "work"))
        process = Process([self.url(), "-F", "-j", "none", *listen, "-s", "malloc,64m"], directory / "log")
        process.wait_until(lambda: accepts(own))
        return process, own

    def describe(self) -> str:
        """With the version as the executable prints it."""
        printed = subprocess.run([self.url(), "-V"], capture_output=True, text=True, timeout=60).stderr
        return f"{self.title} {printed.partition('varnish-')[2].partition(' ')[0]}"
