"""Comparisons with another checkout as a table for people and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.against.verdict import LEAST, LEAST_WHERE_RANGES_OVERLAP, Versus

_COLUMNS = ("this per s", "other per s", "this / other", "lowest", "highest", "ranges overlap", "verdict")


def show(results: Sequence[Versus], console: Console) -> None:
    """Prints the table, and below it why a scenario was not compared."""
    console.print(_table(results))
    for result in results:
        if result.objection is not None:
            console.print(f"{result.name} is not compared: {result.objection}", style="red", markup=False)


def line_of(result: Versus) -> str:
    """The outcome of one scenario in a line: a comparison takes long, and says how it goes."""
    if result.objection is not None:
        return f"{result.name}: {result.verdict}"
    return f"{result.name}: {median(result.ratios):.3f} of the other, {result.verdict}"


def _table(results: Sequence[Versus]) -> Table:
    caption = (
        "rates: median and range; this / other: median over pairs, "
        f"{LEAST} at least or {LEAST_WHERE_RANGES_OVERLAP:.2f} where the ranges of the rates overlap"
    )
    grid = Table(title="This checkout beside the other", caption=caption)
    grid.add_column("scenario", no_wrap=True)
    for name in _COLUMNS:
        grid.add_column(name, justify="right", no_wrap=True)
    for result in results:
        grid.add_row(result.name, *_cells(result))
    return grid


def _cells(result: Versus) -> list[str]:
    if result.objection is not None:
        return [*[""] * (len(_COLUMNS) - 1), result.verdict]
    found = result.ratios
    return [
        _range(result.our_rates),
        _range(result.their_rates),
        *(f"{ratio:.3f}" for ratio in (median(found), min(found), max(found))),
        "yes" if result.ranges_overlap else "no",
        result.verdict,
    ]


def _range(rates: Sequence[float]) -> str:
    return f"{median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})"


def as_json(result: Versus) -> dict[str, Any]:
    """A scenario with every turn."""
    told = {"name": result.name, "verdict": result.verdict, "objection": result.objection}
    if result.objection is not None:
        return told
    return {
        **told,
        "ratio": round(median(result.ratios), 3),
        "ratios": [round(ratio, 3) for ratio in result.ratios],
        "ranges_overlap": result.ranges_overlap,
        "this": [asdict(run) for run in result.ours],
        "other": [asdict(run) for run in result.theirs],
    }
