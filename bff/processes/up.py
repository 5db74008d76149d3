"""`storefront up`: the whole shop in one command, until a signal ends it."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bff.processes.child import Command
from bff.processes.environment import child_environment, settings_variables
from bff.processes.holding import Holding, hold
from bff.processes.ports import check_free, free_ports, local_url
from bff.settings.variables import Settings
from bff.stores import demo, migrate
from bff.stores.embedded import ping_http, plain, start_stores
from bff.stores.reachable import require_answers
from bff.stores.wiring import open_stores

_DRAIN_SECONDS = 15.0
# In addition to the time that it waits for homepages.
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the shop answers, whether it is the demo shop, and whether other machines can reach it.

    `graphiql` is empty when the explorer is off.
    """

    base: str
    data_dir: str
    demo: bool
    reachable_by_others: bool
    graphiql: str

    @property
    def graphql(self) -> str:
        """The endpoint."""
        return f"{self.base}/graphql"

    @property
    def health(self) -> str:
        """Says whether every store answers."""
        return f"{self.base}/readyz"


class Display(Protocol):
    """The person at the terminal, or a log."""

    def say(self, news: str) -> None:
        """Shows one line."""

    def progress(self, step: str, done: int, total: int) -> None:
        """Shows how far a step of the seeding is."""

    def ready(self, addresses: Addresses) -> None:
        """Shows that the shop is open, and where."""


def server(settings: Settings, base: str) -> Command:
    """The API as a child; it finishes open requests when it is stopped."""
    return Command(
        "api",
        (sys.executable, "-P", "-m", "bff.cli", "serve"),
        child_environment(settings_variables(settings)),
        ready=lambda: ping_http(f"{base}/readyz"),
        start_seconds=_START_SECONDS + settings.homepage_warm_seconds,
        stop_seconds=_DRAIN_SECONDS,
        shown=True,
    )


def event_worker(settings: Settings) -> Command:
    """The event workers as a child."""
    return Command(
        "worker",
        (sys.executable, "-P", "-m", "bff.cli", "worker"),
        child_environment(settings_variables(settings)),
        stop_seconds=_DRAIN_SECONDS,
        shown=True,
    )


async def run(settings: Settings, display: Display) -> None:
    """Returns after SIGINT, SIGTERM or SIGHUP, when everything has stopped in order.

    Raises DataInUse, PortInUse, or StartFailed when a child did not start or keeps ending.
    """
    shop = asyncio.create_task(_shop(settings, display))
    with _ending_on_signals(shop, display):
        try:
            await shop
        except asyncio.CancelledError:
            display.say("stopped")


@contextlib.contextmanager
def _ending_on_signals(shop: "asyncio.Task[None]", display: Display) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    told = False

    def end() -> None:
        nonlocal told
        if told:
            display.say("still stopping; nothing is lost if you wait")
            return
        told = True
        display.say("stopping: first the API, then the workers, then the stores")
        shop.cancel()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def _shop(settings: Settings, display: Display) -> None:
    async with hold(settings.data_dir, "up", display.say) as holding:
        if settings.port == 0:
            settings = settings.model_copy(update={"port": free_ports(1)[0]})
        check_free(settings.host, settings.port)
        base = local_url(settings.host, settings.port)
        await _open(settings, base, holding, display)
        holding.tell(address=base)
        display.ready(_addresses(settings, base))
        await holding.supervisor.failed()


def _addresses(settings: Settings, base: str) -> Addresses:
    local = settings.host == "localhost" or settings.host.startswith("127.") or settings.host == "::1"
    base = settings.public_url or base
    graphiql = f"{base}/graphiql" if settings.shows_graphiql else ""
    return Addresses(base, str(settings.data_dir), _is_demo(settings), not local, graphiql)


def _is_demo(settings: Settings) -> bool:
    """Only a database that the shop brings along is filled with demo data."""
    return not plain(settings.database_url)


async def _open(settings: Settings, base: str, holding: Holding, display: Display) -> None:
    display.say("starting the stores")
    resolved = await start_stores(settings, holding, base)
    async with open_stores(resolved) as stores:
        await require_answers(stores)
    await migrate.migrate(resolved)
    async with open_stores(resolved) as stores:
        if _is_demo(settings) and not await demo.is_seeded(stores):
            display.say("filling the shop with its demo products; this happens once")
            await demo.seed(stores, display.progress)
    display.say("starting the workers and the API")
    await holding.supervisor.start(event_worker(resolved), server(resolved, base))
