"""For operators: is the process alive (`/healthz`), can it serve (`/readyz`), and how is it doing (`/metrics`)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bff.observability import metrics
from datasources.consistency.runs import CheckRuns
from datasources.homepage.builds import HomepageBuilds
from datasources.homepage.marks import HomepageMarks
from datasources.homepage.records import HomepageRecords
from datasources.kit import outbox, redis
from datasources.kit.caches import MemoryBudget
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from datasources.kit.rows import seconds_from_now
from datasources.kit.run_counts import RunCounts
from datasources.kit.stream import EventStream
from datasources.mail.reads import Mails
from datasources.webhooks.deliveries import WebhookDeliveries
from domain.homepage.keys import HomepageKey, Platform
from domain.kit.refusals import Misconfigured, Unavailable
from domain.mail import MailState
from domain.search import SearchEngine
from domain.territories.markets import Territories
from domain.webhooks.records import DeliveryState

PING_SECONDS = 1.0
# Without these nothing can be bought; without the others the shop serves less.
NEEDED = frozenset({"relational", "redis"})
_PAGE = ["territory", "platform"]
_NOT_KEPT = {"Cache-Control": "no-store"}

logger = structlog.get_logger(__name__)


class HealthStores(Protocol):
    """The stores to check."""

    @property
    def database(self) -> Database: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def redis(self) -> redis.Client: ...
    @property
    def search(self) -> SearchEngine: ...
    @property
    def stream(self) -> EventStream: ...
    @property
    def homepage_records(self) -> HomepageRecords: ...
    @property
    def homepage_marks(self) -> HomepageMarks: ...
    @property
    def homepage_builds(self) -> HomepageBuilds: ...
    @property
    def territories(self) -> Territories: ...
    @property
    def check_runs(self) -> CheckRuns: ...
    @property
    def memory(self) -> MemoryBudget: ...
    @property
    def job_runs(self) -> RunCounts: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """The state of a store: `reason` is None, or says why it cannot serve, in a word that strangers may read."""

    store: str
    reason: str | None

    def as_json(self) -> dict[str, object]:
        return {"ok": True} if self.reason is None else {"ok": False, "reason": self.reason}


def process_numbers(stores: HealthStores) -> metrics.ProcessNumbers:
    """The numbers of this process; one per process, or they are counted twice."""
    counts = {"relational": lambda: stores.database.statements, "documents": lambda: stores.documents.commands}
    return metrics.ProcessNumbers(counts, stores.memory)


def routes(
    stores: HealthStores, numbers: metrics.ProcessNumbers, is_warm: Callable[[], bool] = lambda: True
) -> list[Route]:
    """The three routes. They show nothing secret, but are for operators: keep them off the public address.

    A process that is not warm yet is not ready, whatever the stores say.
    """

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_NOT_KEPT)

    async def readyz(_request: Request) -> Response:
        answers = await _ask_all(stores)
        down = {answer.store for answer in answers if answer.reason is not None}
        status = "unavailable" if down & NEEDED else "starting" if not is_warm() else "degraded" if down else "ok"
        body = {"status": status, "stores": {answer.store: answer.as_json() for answer in answers}}
        return JSONResponse(body, 200 if status in ("ok", "degraded") else 503, _NOT_KEPT)

    async def exposition(_request: Request) -> Response:
        families = await _families(stores)
        numbers.update()
        text = metrics.exposition([_Read(families)])
        return Response(text, headers=_NOT_KEPT | {"Content-Type": CONTENT_TYPE_LATEST})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", exposition)]


async def _ask_all(stores: HealthStores) -> tuple[_Answer, ...]:
    async def ask_database() -> None:
        await stores.database.one(sa.select(sa.literal(1)))

    return await asyncio.gather(
        _ask("relational", ask_database),
        _ask("redis", lambda: redis.ping(stores.redis)),
        _ask("documents", stores.documents.ping),
        _ask("search", stores.search.ping),
    )


async def _ask(store: str, ping: Callable[[], Awaitable[None]]) -> _Answer:
    try:
        async with asyncio.timeout(PING_SECONDS):
            await ping()
    except TimeoutError:
        return _Answer(store, f"no answer within {PING_SECONDS:g} s")
    except Unavailable as error:
        if isinstance(error, Misconfigured):
            logger.warning("store_misconfigured", store=store, rule=str(error))
            return _Answer(store, f"{error.code}: {error.setting} does not work")
        return _Answer(store, error.code)
    except Exception as error:  # a health check must answer, whatever a driver raises
        logger.warning("store_ping_failed", store=store, error=type(error).__name__)
        return _Answer(store, type(error).__name__)
    return _Answer(store, None)


class _Read(Collector):
    """Metrics that were read already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


async def _families(stores: HealthStores) -> list[Metric]:
    """Gauges of the stores; those of a store that does not answer are left out, and `storefront_store_up` says so."""
    up = GaugeMetricFamily("storefront_store_up", "Whether a store answers.", labels=["store"])
    answers = await _ask_all(stores)
    for answer in answers:
        up.add_metric([answer.store], float(answer.reason is None))
    alive = {answer.store for answer in answers if answer.reason is None}
    families: list[Metric] = [up]
    reads = (
        *(("relational", _backlog), ("relational", _webhooks), ("relational", _mails), ("redis", _lag)),
        *(
            ("redis", _dead),
            ("redis", _check),
            ("redis", _jobs),
            ("redis", _pages_marked),
            ("redis", _page_ages),
            ("redis", _builds),
        ),
    )
    for store, read in reads:
        if store in alive:
            families += await _read(read, stores)
    return families


async def _read(read: Callable[[Any], Awaitable[list[Metric]]], stores: HealthStores) -> list[Metric]:
    try:
        async with asyncio.timeout(PING_SECONDS):
            return await read(stores)
    except (TimeoutError, Unavailable, *redis.ERRORS):
        return []


async def _backlog(stores: HealthStores) -> list[Metric]:
    count = await outbox.backlog(stores.database)
    return [GaugeMetricFamily("storefront_outbox_backlog", "Events not published yet.", value=count)]


async def _webhooks(stores: HealthStores) -> list[Metric]:
    reads = WebhookDeliveries(stores.database)
    states = GaugeMetricFamily("storefront_webhook_deliveries", "Webhooks that wait or failed.", labels=["state"])
    counts = await reads.counts()
    for state in (DeliveryState.WAITING, DeliveryState.FAILED):
        states.add_metric([state.lower()], counts.get(state, 0))
    oldest = await reads.oldest_waiting(seconds_from_now)
    help_text = "For how long the oldest webhook has waited."
    return [states, GaugeMetricFamily("storefront_webhook_oldest_seconds", help_text, value=oldest)]


async def _mails(stores: HealthStores) -> list[Metric]:
    reads = Mails(stores.database)
    states = GaugeMetricFamily("storefront_mails", "Mails that wait, or that no server took.", labels=["state"])
    counts = await reads.counts()
    for state in (MailState.WAITING, MailState.REFUSED, MailState.FAILED):
        states.add_metric([state.lower()], counts.get(state, 0))
    oldest = await reads.oldest_waiting(seconds_from_now)
    return [
        states,
        GaugeMetricFamily("storefront_mail_oldest_seconds", "Age of the oldest mail that waits.", value=oldest),
    ]


async def _lag(stores: HealthStores) -> list[Metric]:
    family = GaugeMetricFamily("storefront_stream_lag", "Events a consumer group has not finished.", labels=["group"])
    for group, lag in (await stores.stream.lags()).items():
        family.add_metric([group], lag)
    return [family]


async def _pages_marked(stores: HealthStores) -> list[Metric]:
    """One sample per page that waits; the queue's length is their number."""
    family = GaugeMetricFamily(
        "storefront_homepage_marked_seconds", "For how long a homepage has waited to be built again.", labels=_PAGE
    )
    for key, seconds in (await stores.homepage_marks.waiting()).items():
        family.add_metric([key.territory, key.platform.value], seconds)
    return [family]


async def _page_ages(stores: HealthStores) -> list[Metric]:
    family = GaugeMetricFamily("storefront_homepage_age_seconds", "The age of a homepage's record.", labels=_PAGE)
    keys = [HomepageKey(territory.code, platform) for territory in stores.territories.all for platform in Platform]
    now = datetime.now(UTC)
    for key, built_at in (await stores.homepage_records.built_at(keys)).items():
        family.add_metric([key.territory, key.platform.value], (now - built_at).total_seconds())
    return [family]


async def _builds(stores: HealthStores) -> list[Metric]:
    """Counts and times of all workers, kept in Redis."""
    times = SummaryMetricFamily("storefront_homepage_build_seconds", "Time of homepage builds.", labels=_PAGE)
    failed = CounterMetricFamily("storefront_homepage_build_failures", "Homepage builds that failed.", labels=_PAGE)
    for key, builds in (await stores.homepage_builds.all()).items():
        page = [key.territory, key.platform.value]
        times.add_metric(page, builds.runs, builds.seconds)
        failed.add_metric(page, builds.failures)
    return [times, failed]


async def _dead(stores: HealthStores) -> list[Metric]:
    count = await stores.stream.dead()
    return [GaugeMetricFamily("storefront_dead_events", "Events given up, on the dead-letter stream.", value=count)]


async def _jobs(stores: HealthStores) -> list[Metric]:
    """Counts and times of all workers, kept in Redis."""
    times = SummaryMetricFamily("storefront_job_seconds", "Turns of jobs, and their time.", labels=["job"])
    failed = CounterMetricFamily("storefront_job_failures", "Turns of jobs that failed.", labels=["job"])
    last = GaugeMetricFamily("storefront_job_success_timestamp_seconds", "When a turn last succeeded.", labels=["job"])
    for name, job in (await stores.job_runs.all()).items():
        times.add_metric([name], job.runs, job.seconds)
        failed.add_metric([name], job.failures)
        if job.succeeded_at:
            last.add_metric([name], job.succeeded_at)
    return [times, failed, last]


async def _check(stores: HealthStores) -> list[Metric]:
    """The results of a worker's reconciler: none before its first run, and none for parts that it could not compare."""
    wrong = GaugeMetricFamily("storefront_check_inconsistencies", "Found by the last comparison.", labels=["part"])
    complete = GaugeMetricFamily("storefront_check_complete", "Whether a part could be compared.", labels=["part"])
    for name, part in (await stores.check_runs.read()).items():
        complete.add_metric([name], float(part.complete))
        if part.complete or part.count:
            wrong.add_metric([name], part.count)
    return [wrong, complete]
