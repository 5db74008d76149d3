"""Results as a table for people and as JSON for comparisons over time."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measured import Run

_RESULTS = Path(__file__).with_name("results")
_MEGABYTE = 1024 * 1024
_WIDTH = 130


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario measured beside its floor. CPU in seconds and memory in bytes, by process name.

    `objection` says why its figures are invalid; then they are not shown.
    """

    name: str
    title: str
    shop: Run | None = None
    floor: Run | None = None
    answer_bytes: int = 0
    cpu: Mapping[str, float] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
    objection: str | None = None

    @property
    def ratio(self) -> float:
        """How many times slower than the floor."""
        return self.floor.rate / self.shop.rate if self.shop and self.floor and self.shop.rate else 0.0

    @property
    def cores(self) -> float:
        """Cores that all processes of the shop kept busy."""
        return sum(self.cpu.values()) / self.shop.seconds if self.shop and self.shop.seconds else 0.0


def table(results: Sequence[Result]) -> Table:
    """One line per scenario."""
    grid = Table(title="Storefront benchmarks", caption="floor: the same bytes from a bare route under uvicorn")
    grid.add_column("scenario", no_wrap=True)
    for name in ("per second", "floor", "floor / shop", "p50 ms", "p99 ms", "CPU %", "memory MB", "answer kB"):
        grid.add_column(name, justify="right")
    for result in results:
        grid.add_row(result.title, *_cells(result))
    return grid


def _cells(result: Result) -> list[str]:
    shop, floor = result.shop, result.floor
    if result.objection is not None or shop is None or floor is None:
        return ["not reported", *[""] * 7]
    return [
        f"{shop.rate:,.0f}",
        f"{floor.rate:,.0f}",
        f"{result.ratio:.1f}",
        f"{shop.p50:.1f}",
        f"{shop.p99:.1f}",
        f"{100 * result.cores:.0f}",
        f"{sum(result.memory.values()) / _MEGABYTE:.0f}",
        f"{result.answer_bytes / 1000:.1f}",
    ]


def wide_console() -> Console:
    """A console with room for the table, even where the output is not a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, _WIDTH))


def show(results: Sequence[Result], console: Console) -> None:
    """Prints the table, and below it why a scenario is not in it."""
    console.print(table(results))
    for result in results:
        if result.objection is not None:
            console.print(f"{result.name} is not reported: {result.objection}", style="red", markup=False)


def as_json(
    results: Sequence[Result],
    options: Mapping[str, object],
    now: datetime,
    commit: str,
    checkout: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """All results, with what is needed to compare them; `checkout` is from its own report."""
    return {
        "date": now.isoformat(timespec="seconds"),
        "commit": commit,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "options": dict(options),
        "scenarios": [_scenario(result) for result in results] + [dict(each) for each in checkout],
    }


def _scenario(result: Result) -> dict[str, Any]:
    if result.objection is not None or result.shop is None or result.floor is None:
        return {"name": result.name, "objection": result.objection or "not measured"}
    return {
        "name": result.name,
        "per_second": round(result.shop.rate, 1),
        "floor_per_second": round(result.floor.rate, 1),
        "floor_ratio": round(result.ratio, 2),
        "cores": round(result.cores, 2),
        "answer_bytes": result.answer_bytes,
        "shop": asdict(result.shop),
        "floor": asdict(result.floor),
        "cpu_seconds": {name: round(spent, 2) for name, spent in result.cpu.items()},
        "memory_bytes": dict(result.memory),
    }


def save(results: Sequence[Result], options: Mapping[str, object], checkout: Sequence[Mapping[str, Any]] = ()) -> Path:
    """Writes a file named by date and commit; returns its path."""
    now, commit = datetime.now(UTC), commit_of(_RESULTS.parent)
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{now:%Y-%m-%dT%H%M%SZ}-{commit}.json"
    path.write_text(json.dumps(as_json(results, options, now, commit, checkout), indent=2) + "\n")
    return path


def commit_of(directory: Path) -> str:
    """The short commit, `-changed` when files differ from it, `unknown` outside a repository."""
    command = ["git", "describe", "--always", "--dirty=-changed", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()
