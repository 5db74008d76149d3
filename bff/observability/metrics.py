"""What operators can watch, by Prometheus names. Callers count through the functions here and nowhere else.

Several server processes share their numbers through files in the directory that PROMETHEUS_MULTIPROC_DIR names before
they start, see `shared`. Without it `/metrics` shows only the process that answers.
Numbers that belong to a store rather than a process (lag, backlog) are read by `bff.routes.health` on each request.
"""

import asyncio
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from datasources.kit.caches import MemoryBudget

_SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
_PROCESS = re.compile(r"_([0-9]+)\.db\Z")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

requests = Histogram(
    "storefront_request_seconds",
    "GraphQL requests by kind (query, mutation, subscription, unknown) and outcome (ok, partial, error, rejected).",
    ("kind", "outcome"),
    buckets=_SECONDS,
)
store_commands = Counter("storefront_store_commands", "Statements and commands sent to a store.", ("store",))
cache_bytes = Gauge(
    "storefront_cache_bytes",
    "Memory that the caches of all API processes take.",
    ("cache",),
    multiprocess_mode="livesum",
)
cache_evictions = Counter("storefront_cache_evictions", "Entries of caches that made room for others.")
homepage_misses = Counter(
    "storefront_homepage_misses", "Requests for a homepage that had no record.", ("territory", "platform")
)
homepages_stale = Counter(
    "storefront_homepage_stale",
    "Requests answered with a homepage that Redis has not confirmed for a second.",
    ("territory", "platform"),
)
webhooks = Counter(
    "storefront_webhooks",
    "Webhooks by provider and outcome (handled, duplicate, ignored, too_early, refused, unavailable).",
    ("provider", "outcome"),
)


@cache
def _requests(kind: str, outcome: str) -> Histogram:
    return requests.labels(kind, outcome)


def finished(kind: str, outcome: str, seconds: float) -> None:
    """A request was answered after `seconds`."""
    _requests(kind, outcome).observe(seconds)


def homepage_missed(territory: str, platform: str) -> None:
    """A visitor asked for a page without a record."""
    homepage_misses.labels(territory, platform).inc()


def homepage_stale(territory: str, platform: str) -> None:
    """A visitor got the last good page, because the newest could not be read."""
    homepages_stale.labels(territory, platform).inc()


def webhook_answered(provider: str, outcome: str) -> None:
    """A payment provider sent a webhook."""
    webhooks.labels(provider, outcome).inc()


@contextmanager
def shared(processes: int) -> Iterator[None]:
    """Gives several processes started in here a directory to share their numbers in, unless the environment names one.

    It begins empty, so that no number of an earlier start comes back, and is removed at the end.
    """
    if processes < 2 or _SHARED_DIRECTORY in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="storefront-metrics-") as directory:
        os.environ[_SHARED_DIRECTORY] = directory
        try:
            yield
        finally:
            del os.environ[_SHARED_DIRECTORY]


class ProcessNumbers:
    """Carries the running counts of the stores and the sizes of the caches over, when they are read and every second.

    With several processes, `/metrics` of one cannot read the counts of the others: each carries over its own.
    """

    def __init__(self, counts: Mapping[str, Callable[[], int]], memory: MemoryBudget) -> None:
        self._counts = counts
        self._seen = dict.fromkeys(counts, 0)
        self._memory = memory
        self._evicted = 0

    async def keep_current(self) -> None:
        """Updates every second, until it is cancelled."""
        while True:
            await asyncio.sleep(1)
            self.update()

    def update(self) -> None:
        """Adds what was counted since the last call, and sets what can go down."""
        for name, size in self._memory.bytes_by_cache().items():
            cache_bytes.labels(name).set(size)
        evicted = self._memory.evicted
        cache_evictions.inc(evicted - self._evicted)
        self._evicted = evicted
        for store, count in self._counts.items():
            if (now := count()) != self._seen[store]:
                store_commands.labels(store).inc(now - self._seen[store])
                self._seen[store] = now


def exposition(of_stores: Iterable[Collector]) -> bytes:
    """The numbers of all workers, and those read from the stores, in the text format of Prometheus."""
    registry = CollectorRegistry()
    for collector in of_stores:
        registry.register(collector)
    return generate_latest(_of_processes()) + generate_latest(registry)


def _of_processes() -> CollectorRegistry:
    if _SHARED_DIRECTORY not in os.environ:
        return REGISTRY
    _forget_dead(Path(os.environ[_SHARED_DIRECTORY]))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _forget_dead(directory: Path) -> None:
    """Takes out of the sums what processes that have ended held."""
    for file in directory.glob("gauge_live*.db"):
        found = _PROCESS.search(file.name)
        if found is not None and not Path(f"/proc/{found[1]}").exists():
            mark_process_dead(int(found[1]), str(directory))  # type: ignore[no-untyped-call]
