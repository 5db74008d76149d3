"""Results of checkout as tables for people and as JSON: each beside its floor, with the spread of the rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.checkout.sale import Sale
from benchmarks.checkout.submits import Came
from benchmarks.measured import Run, together


@dataclass(frozen=True, slots=True)
class Compared:
    """Rounds of one load beside the rounds of its floor, run in turns. `least` is the promised ratio.

    `cpu` in seconds over all rounds of the shop, by process. `objection` says why the figures are invalid.
    """

    name: str
    title: str
    shop: Sequence[Run] = ()
    floor: Sequence[Run] = ()
    least: float = 0.0
    cpu: Mapping[str, float] = field(default_factory=dict)
    objection: str | None = None

    @property
    def ratios(self) -> list[float]:
        """Shop by floor, for each pair of rounds."""
        return [ours.rate / bare.rate for ours, bare in zip(self.shop, self.floor, strict=True) if bare.rate]

    @property
    def ratio(self) -> float:
        """The median of the ratios; 0 of none."""
        return median(self.ratios) if self.ratios else 0.0


@dataclass(frozen=True, slots=True)
class SaleResult:
    """A flash sale: its results, and how many guarded UPDATEs of the stock the database counted."""

    units: int
    buyers: int
    sale: Sale
    guarded_updates: int
    cpu: Mapping[str, float] = field(default_factory=dict)
    objection: str | None = None


def show(compared: Sequence[Compared], sale: SaleResult | None, console: Console) -> None:
    """Prints the results, and why some are missing."""
    if compared:
        console.print(_table(compared))
    for each in compared:
        if each.cpu:
            console.print(f"{each.name}: CPU {_cpu(each.cpu, sum(run.seconds for run in each.shop))}", markup=False)
    if sale is not None:
        console.print(_sale_table(sale))
        console.print(f"flash_sale: CPU {_cpu(sale.cpu, sale.sale.seconds)}", markup=False)
    objections = [(each.name, each.objection) for each in compared]
    for name, objection in [*objections, ("flash_sale", sale and sale.objection)]:
        if objection:
            console.print(f"{name} is invalid: {objection}", style="red", markup=False)


def _table(compared: Sequence[Compared]) -> Table:
    caption = "rounds of shop and floor in turns; medians of the rounds, the ratio with its lowest and highest"
    grid = Table(title="Checkout on MariaDB", caption=caption)
    grid.add_column("scenario", no_wrap=True)
    for name in ("per second", "floor", "shop / floor", "lowest", "highest", "promised", "p50 ms", "p99 ms"):
        grid.add_column(name, justify="right")
    for each in compared:
        grid.add_row(each.title, *_cells(each))
    return grid


def _cells(each: Compared) -> list[str]:
    if not each.ratios:
        return ["not reported", *[""] * 7]
    whole = together(each.shop)
    return [
        f"{median(run.rate for run in each.shop):,.0f}",
        f"{median(run.rate for run in each.floor):,.0f}",
        *(f"{ratio:.2f}" for ratio in (each.ratio, min(each.ratios), max(each.ratios), each.least)),
        f"{whole.p50:.1f}",
        f"{whole.p99:.1f}",
    ]


def _sale_table(result: SaleResult) -> Table:
    sale = result.sale
    grid = Table(title=f"Flash sale: {result.buyers:,} buyers, {result.units:,} units", show_header=False)
    grid.add_column("what")
    grid.add_column("figure", justify="right")
    figures = {
        "submits answered": f"{sum(sale.came.values()) - sale.came[Came.THROTTLED]:,} in {sale.seconds:.1f} s",
        "orders": f"{len(sale.orders):,}",
        "paid at once": f"{sale.came[Came.PAID]:,}",
        "submit to paid order, p50 / p99": f"{sale.paid_percentile(50):,.0f} / {sale.paid_percentile(99):,.0f} ms",
        "refused as sold out": f"{sale.came[Came.SOLD_OUT]:,}, {sale.sold_out_rate:,.0f} per second",
        "sent away to come back": f"{sale.came[Came.THROTTLED]:,}",
        "lost and sent again": f"{sale.lost:,}",
        "guarded UPDATEs of stock": f"{result.guarded_updates:,}",
    }
    for what, figure in figures.items():
        grid.add_row(what, figure)
    return grid


def _cpu(cpu: Mapping[str, float], seconds: float) -> str:
    """Percent of one core, the busiest first."""
    busy = sorted(cpu.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {100 * spent / seconds:.0f}%" for name, spent in busy if spent / seconds > 0.005)


def as_json(compared: Sequence[Compared], sale: SaleResult | None) -> list[dict[str, Any]]:
    """Everything measured."""
    told: list[dict[str, Any]] = [_compared(each) for each in compared]
    if sale is not None:
        told.append(_sold(sale))
    return told


def _compared(each: Compared) -> dict[str, Any]:
    return {
        "name": each.name,
        "ratio": round(each.ratio, 3),
        "ratios": [round(ratio, 3) for ratio in each.ratios],
        "promised": each.least,
        "shop": [asdict(run) for run in each.shop],
        "floor": [asdict(run) for run in each.floor],
        "cpu_seconds": {name: round(spent, 2) for name, spent in each.cpu.items()},
        "objection": each.objection,
    }


def _sold(result: SaleResult) -> dict[str, Any]:
    sale = result.sale
    return {
        "name": "flash_sale",
        "units": result.units,
        "buyers": result.buyers,
        "seconds": round(sale.seconds, 2),
        "came": {came.name: count for came, count in sale.came.items()},
        "orders": len(sale.orders),
        "lost": sale.lost,
        "sold_out_per_second": round(sale.sold_out_rate, 1),
        "paid_p50_ms": round(sale.paid_percentile(50), 1),
        "paid_p99_ms": round(sale.paid_percentile(99), 1),
        "guarded_updates": result.guarded_updates,
        "cpu_seconds": {name: round(spent, 2) for name, spent in result.cpu.items()},
        "objection": result.objection,
    }
