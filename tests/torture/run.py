"""One run: a shop, its buyers, a fault, rest, and what does not hold afterwards."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from bff.processes.environment import child_environment, settings_variables
from domain.accounts import Permission
from tests.kit.paths import ROOT
from tests.torture import invariants, money, outcome, shop
from tests.torture.bank import BuyersBank
from tests.torture.evidence import Books
from tests.torture.faults import FAULTS, Fault, Scene
from tests.torture.load import Buyers
from tests.torture.packers import Packers
from tests.torture.plan import Plan, draw
from tests.torture.report import Report
from tests.torture.shop import Shop

REST_SECONDS = 60.0
# A naive checkout leaves work that never ends.
NAIVE_REST_SECONDS = 1.0
# Where hardly anybody could buy, little could go wrong.
LEAST_PAID = 0.05
# What hangs must end somewhen: far more than a slow machine needs.
LOAD_SECONDS, LOAD_SECONDS_PER_INTENT = 120.0, 0.6
CHECK_SECONDS = 300.0


async def torture(
    database: str, fault_name: str, directory: Path, *, submits: int, seed: int = 0, naive: str | None = None
) -> Report:
    """Everything from the start of the stores to the check."""
    fault, plan, report = FAULTS[fault_name], draw(submits, seed), Report(database, fault_name, naive)
    report.intents = len(plan.intents)
    async with (
        shop.running(database, directory, plan, apis=fault.apis, proxied=fault.proxied, naive=naive) as running,
        _reading(Books(running.relational_url, directory / "sandbox")) as books,
    ):
        async with _watched(books, report):
            buyers = await _loaded(running, plan, fault, seed, report)
            await _settle(running, books, report, buyers.packers, NAIVE_REST_SECONDS if naive else REST_SECONDS)
            buyers.close()
        journal, report.packed = buyers.journal, buyers.packers.done
        evidence = await asyncio.to_thread(books.read)
        report.broken += invariants.broken(outcome.Run(plan, running.variant_ids, journal, evidence))
        report.orders = Counter(order["status"] for order in evidence["orders"])
        report.money = money.figures(evidence)
        paid = sum(report.orders[status] for status in outcome.SOLD)
        if paid < LEAST_PAID * report.intents:
            report.objections.append(f"Of {report.intents} intents {paid} came to a paid order.")
        await asyncio.to_thread(books.age_payments)
        try:
            report.told = await _check(running)
        except (RuntimeError, TimeoutError) as error:
            report.objections.append(f"storefront check did not end as it should: {error}")
    return report


@asynccontextmanager
async def _reading(books: Books) -> AsyncIterator[Books]:
    try:
        yield books
    finally:
        books.close()


async def _loaded(running: Shop, plan: Plan, fault: Fault, seed: int, report: Report) -> Buyers:
    """The buyers with the fault beside them."""
    tokens = {number: running.token(number) for number in range(1, plan.customers + 1)}
    staff = running.token(running.staff_id, Permission.ORDERS)
    bank = BuyersBank(running.sandbox.port, shop.SANDBOX_KEY)
    buyers = Buyers(plan, running.ports, tokens, seed, (staff, bank.end))
    scene = Scene(running, lambda: buyers.done / len(plan.intents))
    now = asyncio.get_running_loop().time
    began = now()
    story = asyncio.create_task(fault.story(scene))
    most = LOAD_SECONDS + LOAD_SECONDS_PER_INTENT * len(plan.intents)
    try:
        async with asyncio.timeout(most):
            await buyers.run()
    except TimeoutError:
        report.objections.append(f"{buyers.done} of {len(plan.intents)} intents were done in {most:.0f} seconds.")
    report.seconds = now() - began
    report.faults = scene.happened.copy()
    report.objections += fault.objections(report.faults)
    await _end(story)
    report.answers = Counter(" ".join([answer.kind, *dict.fromkeys(answer.codes)]) for answer in buyers.journal.answers)
    report.outcomes = buyers.journal.outcomes()
    return buyers


async def _end(story: asyncio.Task[None]) -> None:
    """Raises what went wrong in it."""
    story.cancel()
    with suppress(asyncio.CancelledError):
        await story


async def _settle(running: Shop, books: Books, report: Report, packers: Packers, seconds: float) -> None:
    """Ends the fault and waits until the shop is idle: the rules find what is not done in time.

    Six hours pass, so that the worker finds authorizations that have ended, and staff settle what is left of their
    orders.
    """
    await running.heal()
    with suppress(sa.exc.OperationalError):
        await asyncio.to_thread(books.age_authorizations)
    now = asyncio.get_running_loop().time
    began = now()
    while now() < began + seconds:
        with suppress(sa.exc.OperationalError):
            for order_id, left, is_sent in await asyncio.to_thread(books.ended):
                await packers.close(order_id, left, is_sent=is_sent)
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
    async with asyncio.timeout(CHECK_SECONDS):
        output, errors = await process.communicate()
    sentences = output.decode().splitlines()
    if process.returncode not in (0, 1) or (process.returncode == 1 and not sentences):
        raise RuntimeError(f"storefront check failed:\n{errors.decode()[-3000:]}")
    return sentences
