"""`python -m benchmarks`: starts a new shop, measures it, prints a table and keeps the figures as JSON."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import report, servers, stock, wrk
from benchmarks.graphql import NotAnswered
from benchmarks.homepages import FULL, PERSONAL
from benchmarks.measure import Plan, Scenario, measure, settled
from benchmarks.orders import Order
from benchmarks.report import Result
from benchmarks.scenarios import pages, subjects

# What workers may take to build the homepage and the search index of a new shop.
_SETTLE_SECONDS = 60
NAMES = ("homepage", "homepage_full", "homepage_personal", "product", "collections", "collection", "search", "submit")


def main(
    seconds: Annotated[int, typer.Option(min=1, max=600, help="Load on the shop per scenario, in seconds.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Turns between shop and floor per scenario.")] = 2,
    connections: Annotated[int, typer.Option(min=1, max=1000, help="Connections at a time.")] = 16,
    only: Annotated[list[str] | None, typer.Option(help=f"Measure only this: {', '.join(NAMES)}.")] = None,
    start_seconds: Annotated[int, typer.Option(min=1, help="How long the shop may take to start and seed.")] = 300,
) -> None:
    """Measures the shop over HTTP beside a floor of ready bytes."""
    chosen = tuple(only or NAMES)
    if unknown := set(chosen) - set(NAMES):
        raise typer.BadParameter(f"no such scenario: {', '.join(sorted(unknown))}", param_hint="--only")
    servers.forget_settings()
    plan = Plan(rounds, max(1, seconds // rounds), connections)
    console = report.wide_console()
    with tempfile.TemporaryDirectory(prefix="storefront-benchmark-") as directory:
        results = _run(Path(directory), chosen, plan, start_seconds, console)
    report.show(results, console)
    options = {"rounds": rounds, "round_seconds": plan.seconds, "connections": connections, "wrk": wrk.installed()}
    console.print(f"kept in {report.save(results, options)}", soft_wrap=True)
    if any(result.objection for result in results):
        raise typer.Exit(1)


def _run(directory: Path, chosen: tuple[str, ...], plan: Plan, start_seconds: int, console: Console) -> list[Result]:
    console.print("starting a new shop with its demo data ...")
    with servers.shop(directory / "shop", start_seconds) as (url, root):
        endpoint = f"{url}/graphql"
        found = subjects(endpoint)
        asyncio.run(stock.add(directory / "shop", found.sold))
        every: list[Scenario] = [FULL, PERSONAL, *pages(found), Order(found.merchandise_id)]
        verified, results = _verify([each for each in every if each.name in chosen], endpoint, directory / "answers")
        with servers.floor(directory / "answers") as floor:
            for scenario, answers in verified:
                console.print(f"measuring {scenario.name} ...")
                results.append(measure(scenario, endpoint, f"{floor}/{scenario.name}", answers, plan, root))
    return sorted(results, key=lambda result: NAMES.index(result.name))


def _verify(
    chosen: Sequence[Scenario], endpoint: str, directory: Path
) -> tuple[list[tuple[Scenario, list[bytes]]], list[Result]]:
    """The scenarios with their verified answers, the last of which the floor is to give; a result for the others."""
    directory.mkdir()
    verified, refused = [], []
    for scenario in chosen:
        try:
            answers = settled(scenario, endpoint, _SETTLE_SECONDS)
        except NotAnswered as problem:
            refused.append(Result(scenario.name, scenario.title, objection=str(problem)))
            continue
        (directory / scenario.name).write_bytes(answers[-1])
        verified.append((scenario, answers))
    return verified, refused


if __name__ == "__main__":
    typer.run(main)
