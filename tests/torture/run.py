"""One run: a shop, its buyers, a fault, rest, and what does not hold afterwards."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bff.environment import child_environment, settings_variables
from tests.torture import invariants, shop
from tests.torture.evidence import Books
from tests.torture.faults import FAULTS, Fault
from tests.torture.load import Buyers, Journal
from tests.torture.plan import Plan, draw
from tests.torture.processes import ROOT
from tests.torture.shop import Shop

REST_SECONDS = 60.0
# A naive checkout leaves behind what never comes to rest.
NAIVE_REST_SECONDS = 1.0
LOAD_SECONDS = 240.0


@dataclass(slots=True)
class Report:
    """What came of a run. `broken` by the torture's own rules, `told` by `storefront check`."""

    database: str
    fault: str
    intents: int = 0
    seconds: float = 0.0
    rest_seconds: float = 0.0
    looks: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    faults: str = ""
    broken: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether both say that all is well."""
        return not self.broken and not self.told

    def lines(self) -> list[str]:
        """For people."""
        sends = sum(self.answers.values())
        return [
            f"{self.database} {self.fault}: {'holds' if self.passed else 'BROKEN'}; {self.intents} intents, {sends} "
            f"sends in {self.seconds:.0f} s, at rest after {self.rest_seconds:.0f} s, stock looked at {self.looks} "
            f"times{self.faults}",
            "  answers: " + ", ".join(f"{kind} {count}" for kind, count in sorted(self.answers.items())),
            "  orders: " + ", ".join(f"{status} {count}" for status, count in sorted(self.orders.items())),
            *(f"  torture: {sentence}" for sentence in self.broken),
            *(f"  storefront check: {sentence}" for sentence in self.told),
        ]


async def torture(
    database: str, fault_name: str, directory: Path, *, submits: int, seed: int = 0, naive: str | None = None
) -> Report:
    """Everything from the start of the stores to the check."""
    fault, plan, report = FAULTS[fault_name], draw(submits, seed), Report(database, fault_name)
    report.intents = len(plan.intents)
    async with shop.running(database, directory, plan, apis=fault.apis, naive=naive) as running:
        books = Books(running.relational_url, directory / "sandbox")
        async with _watched(books, report):
            journal = await _loaded(running, plan, fault, seed, report)
            await _settle(running, books, report, NAIVE_REST_SECONDS if naive else REST_SECONDS)
        evidence = await asyncio.to_thread(books.read)
        report.broken += invariants.broken(invariants.Run(plan, running.variant_ids, journal, evidence))
        report.orders = Counter(order["status"] for order in evidence["orders"])
        await asyncio.to_thread(books.age_payments)
        report.told = await _check(running)
    return report


async def _loaded(running: Shop, plan: Plan, fault: Fault, seed: int, report: Report) -> Journal:
    """The buyers with the fault beside them."""
    tokens = {number: running.token(number) for number in range(1, plan.customers + 1)}
    buyers = Buyers(plan, running.ports, tokens, seed)
    now = asyncio.get_running_loop().time
    began = now()
    story = asyncio.create_task(fault.story(running))
    async with asyncio.timeout(LOAD_SECONDS):
        await buyers.run()
    report.seconds = now() - began
    if story.done():
        story.result()
    story.cancel()
    with suppress(asyncio.CancelledError):
        await story
    lost = {name: (proxy.resets, proxy.commits_lost) for name, proxy in running.proxies.items()}
    report.faults = "".join(
        f"; {name}: {resets} resets, {commits} replies to COMMIT lost"
        for name, (resets, commits) in lost.items()
        if resets or commits
    )
    report.answers = Counter(" ".join([answer.kind, *dict.fromkeys(answer.codes)]) for answer in buyers.journal.answers)
    return buyers.journal


async def _settle(running: Shop, books: Books, report: Report, seconds: float) -> None:
    """Ends the fault and waits for the shop to come to rest: the rules find what is not done in time."""
    await running.heal()
    now = asyncio.get_running_loop().time
    began = now()
    while now() < began + seconds:
        with suppress(sa.exc.OperationalError):
            if not await asyncio.to_thread(books.open_business):
                break
        await asyncio.sleep(0.25)
    report.rest_seconds = now() - began


@asynccontextmanager
async def _watched(books: Books, report: Report) -> AsyncIterator[None]:
    """Looks at the stock all the while, past the proxies."""
    seen: set[str] = set()

    async def watch() -> None:
        while True:
            with suppress(sa.exc.OperationalError):
                seen.update(invariants.torn(await asyncio.to_thread(books.levels)))
                report.looks += 1
            await asyncio.sleep(0.1)

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
        report.broken += sorted(seen)[: invariants.SHOWN]


async def _check(running: Shop) -> list[str]:
    """The sentences of `storefront check`."""
    environment = child_environment(settings_variables(running.direct()))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bff.cli", "check"),
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        output, errors = await process.communicate()
    sentences = output.decode().splitlines()
    if process.returncode not in (0, 1) or (process.returncode == 1 and not sentences):
        raise RuntimeError(f"storefront check failed:\n{errors.decode()[-3000:]}")
    return sentences
