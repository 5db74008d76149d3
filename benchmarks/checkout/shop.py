"""A shop on a MariaDB server of its own, started by the program of its checkout."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import servers
from benchmarks.checkout import mariadb
from benchmarks.checkout.mariadb import Server
from benchmarks.trees import HERE, Tree
from benchmarks.usage import Usage, usage

DATABASE = "shop"
# The time limit for comparing everything that was sold.
_STORE_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Shop:
    """A running shop: its endpoint, the process that started it, its server, and what its commands need to know."""

    endpoint: str
    pid: int
    server: Server
    tree: Tree
    settings: Mapping[str, str]

    def usage(self) -> tuple[Usage, Usage]:
        """CPU and memory of its processes and its server so far."""
        return usage(self.pid), usage(self.server.pid)

    def command(self, *arguments: str) -> tuple[int, str, str]:
        """Runs a command of the shop: exit status, output and errors."""
        done = self.tree.run(*arguments, variables={**self.settings, "STOREFRONT_STORE_SECONDS": _STORE_SECONDS})
        return done.returncode, done.stdout, done.stderr


@contextmanager
def started(directory: Path, workers: int, start_seconds: float, tree: Tree = HERE) -> Iterator[Shop]:
    """A new, empty shop in a directory, with a number of API processes."""
    with mariadb.server(directory / "mariadb") as server:
        server.create(DATABASE)
        settings = {
            "STOREFRONT_DATABASE_URL": server.url(DATABASE),
            "STOREFRONT_WORKERS": str(workers),
            "STOREFRONT_LOG_LEVEL": "WARNING",
        }
        with servers.shop(directory / "shop", start_seconds, settings, tree) as (url, pid):
            lead = {**settings, "STOREFRONT_DATA_DIR": str(directory / "shop")}
            yield Shop(f"{url}/graphql", pid, server, tree, lead)
