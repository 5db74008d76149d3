"""`python -m benchmarks`: starts a new shop, measures it, prints a table and keeps the figures as JSON."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import report, servers, stock, wrk
from benchmarks.against import checkout as checkout_against
from benchmarks.against import pages as pages_against
from benchmarks.against import report as against_report
from benchmarks.against.verdict import AS_FAST
from benchmarks.checkout import mariadb
from benchmarks.checkout import report as checkout_report
from benchmarks.checkout import run as checkout
from benchmarks.graphql import NotAnswered
from benchmarks.measure import SETTLE_SECONDS, Plan, Scenario, measure, settled
from benchmarks.report import Result
from benchmarks.scenarios import every, subjects
from benchmarks.trees import NotATree, Tree, tree_at

_HOMEPAGES = ("homepage", "homepage_full", "homepage_personal")
PAGES = (*_HOMEPAGES, "product", "collections", "collection", "search", "cart", "submit")
NAMES = (*PAGES, *checkout.NAMES)


def main(
    seconds: Annotated[int, typer.Option(min=1, max=600, help="Load on the shop per scenario, in seconds.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Turns between shop and floor per scenario.")] = 2,
    connections: Annotated[int, typer.Option(min=1, max=1000, help="Connections at a time.")] = 16,
    only: Annotated[list[str] | None, typer.Option(help=f"Measure only this: {', '.join(NAMES)}.")] = None,
    start_seconds: Annotated[int, typer.Option(min=1, help="How long the shop may take to start and seed.")] = 300,
    submits: Annotated[int, typer.Option(min=1, help="flash_sale: submits.")] = 100_000,
    buyers: Annotated[int, typer.Option(min=1, max=18_000, help="flash_sale: virtual buyers.")] = 5_000,
    units: Annotated[int, typer.Option(min=1, help="flash_sale: units for sale.")] = 1_000,
    carts: Annotated[int, typer.Option(min=1, help="flash_sale: carts of each buyer.")] = 2,
    crowd: Annotated[int, typer.Option(min=1, max=18_000, help="flash_sale: submits at a time.")] = 500,
    checkout_rounds: Annotated[
        int, typer.Option(min=1, max=20, help="flash_sale, checkout: turns with the floor.")
    ] = 5,
    checkout_seconds: Annotated[int, typer.Option(min=1, max=60, help="flash_sale, checkout: seconds per turn.")] = 4,
    checkout_connections: Annotated[int, typer.Option(min=1, max=1000, help="checkout: clients at a time.")] = 256,
    workers: Annotated[int, typer.Option(min=1, max=64, help="flash_sale, checkout: API processes.")] = 2,
    against: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Compare with the checkout of the project in this directory, in turns."
        ),
    ] = None,
    pairs: Annotated[int, typer.Option(min=1, max=100, help="--against: turns of each checkout per scenario.")] = 5,
) -> None:
    """Measures the shop over HTTP beside floors: ready bytes for pages, the bare transaction for checkout.

    With --against there are no floors: another checkout, for which `make .venv/dev.installed` was run in its directory,
    takes turns with this one, `--seconds` and `--checkout-seconds` each. The exit status is 1 when this one is slower.
    """
    chosen = tuple(only or NAMES)
    if unknown := set(chosen) - set(NAMES):
        raise typer.BadParameter(f"no such scenario: {', '.join(sorted(unknown))}", param_hint="--only")
    chosen = possible(chosen, asked=only is not None)
    servers.forget_settings()
    plan = Plan(rounds, max(1, seconds // rounds), connections)
    bought = checkout.Plan(
        submits, buyers, units, carts, crowd, checkout_rounds, checkout_seconds, checkout_connections, workers
    )
    console = report.wide_console()
    if against is not None:
        other = _tree(against)
        _compare(
            other, chosen, Plan(pairs, seconds, connections), replace(bought, rounds=pairs), start_seconds, console
        )
        return
    results: list[Result] = []
    measured = checkout.Measured()
    with tempfile.TemporaryDirectory(prefix="storefront-benchmark-") as directory:
        if set(chosen) & set(PAGES):
            results = _run(Path(directory), chosen, plan, start_seconds, console)
        if set(chosen) & set(checkout.NAMES):
            measured = checkout.run(Path(directory, "checkout"), chosen, bought, start_seconds, console)
    _tell(results, measured, {**asdict(plan), "checkout": asdict(bought), "wrk": wrk.installed()}, console)


def _tree(directory: Path) -> Tree:
    try:
        return tree_at(directory)
    except NotATree as problem:
        raise typer.BadParameter(str(problem), param_hint="--against") from None


def _compare(
    other: Tree, chosen: tuple[str, ...], plan: Plan, bought: checkout.Plan, start_seconds: int, console: Console
) -> None:
    """Compares, prints and saves everything; exit status 1 unless this checkout is as fast everywhere."""
    results = []
    with tempfile.TemporaryDirectory(prefix="storefront-benchmark-") as directory:
        if set(chosen) & set(PAGES):
            results += pages_against.run(Path(directory, "pages"), other, chosen, plan, start_seconds, console)
        if set(chosen) & set(checkout.NAMES):
            results += checkout_against.run(Path(directory, "checkout"), other, chosen, bought, start_seconds, console)
    against_report.show(results, console)
    options = {**asdict(plan), "checkout": asdict(bought), "against": report.commit_of(other.directory)}
    console.print(f"kept in {report.save([], options, list(map(against_report.as_json, results)))}", soft_wrap=True)
    if any(result.verdict != AS_FAST for result in results):
        raise typer.Exit(1)


def possible(chosen: tuple[str, ...], *, asked: bool) -> tuple[str, ...]:
    """Without MariaDB there is no checkout to measure: an error only if the user chose it by name."""
    missing = mariadb.missing()
    if missing is None or not set(chosen) & set(checkout.NAMES):
        return chosen
    if asked:
        raise typer.BadParameter(f"{missing}; flash_sale and checkout need it", param_hint="--only")
    print(f"{missing}; {', '.join(checkout.NAMES)} are left out")
    return PAGES


def _tell(
    results: Sequence[Result], measured: checkout.Measured, options: Mapping[str, object], console: Console
) -> None:
    """Prints and saves everything; exit status 1 when a result is invalid."""
    if results:
        report.show(results, console)
    checkout_report.show(measured.compared, measured.sale, console)
    told = checkout_report.as_json(measured.compared, measured.sale)
    console.print(f"kept in {report.save(results, options, told)}", soft_wrap=True)
    if measured.objections or any(result.objection for result in results):
        raise typer.Exit(1)


def _run(directory: Path, chosen: tuple[str, ...], plan: Plan, start_seconds: int, console: Console) -> list[Result]:
    console.print("starting a new shop with its demo data ...")
    with servers.shop(directory / "shop", start_seconds) as (url, root):
        endpoint = f"{url}/graphql"
        found = subjects(endpoint)
        stock.add(endpoint, found.sold)
        wanted = [each for each in every(found) if each.name in chosen]
        verified, results = _verify(wanted, endpoint, directory / "answers")
        with servers.floor(directory / "answers") as floor:
            for scenario, answers in verified:
                console.print(f"measuring {scenario.name} ...")
                results.append(measure(scenario, endpoint, f"{floor}/{scenario.name}", answers, plan, root))
    return sorted(results, key=lambda result: PAGES.index(result.name))


def _verify(
    chosen: Sequence[Scenario], endpoint: str, directory: Path
) -> tuple[list[tuple[Scenario, list[bytes]]], list[Result]]:
    """The scenarios with their verified answers, the last of which the floor gives, too; a result for the others."""
    directory.mkdir()
    verified, refused = [], []
    for scenario in chosen:
        try:
            answers = settled(scenario, endpoint, SETTLE_SECONDS)
        except NotAnswered as problem:
            refused.append(Result(scenario.name, scenario.title, objection=str(problem)))
            continue
        (directory / scenario.name).write_bytes(answers[-1])
        verified.append((scenario, answers))
    return verified, refused


if __name__ == "__main__":
    typer.run(main)
