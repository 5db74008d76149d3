"""`storefront import`: products and past orders from Shopify's CSV files."""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bff.cli.console import news, say
from bff.settings.variables import Settings
from bff.stores.embedded import embedded_stores, plain
from bff.stores.migrate import migrate
from bff.stores.wiring import Stores, open_stores
from datasources.content.writes import ContentStore
from datasources.imports.columns import is_of_market
from domain.imports import ImportReport, Outcome, Remark
from domain.kit.money import Money
from domain.kit.refusals import Unavailable
from services.imports.files import OrderImport, ProductImport
from services.imports.inventory import InventoryImport
from services.imports.writes import PastOrderWriter, ProductWriter

app = typer.Typer(
    name="import",
    rich_help_panel="Stores",
    help="Take products, stock and past orders from Shopify's CSV files (.gz too).",
    no_args_is_help=True,
)

# Documents are written in batches here; a batch may take longer than a shopper would wait.
_STORE_SECONDS = 60.0
_UNKNOWN_MARKET = (
    "A column names a market that is no territory of this shop. The command reads STOREFRONT_TERRITORIES from its own "
    "environment: set it as for the shop."
)
Tell = Callable[[Remark], None]
Advance = Callable[[int, int], None]
Run = Callable[[Stores, Advance, Tell], Awaitable[ImportReport]]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A Shopify CSV file, plain or gzip.")]
Report = Annotated[
    Path | None, typer.Option(help="Write every rejected or corrected line with its reason to this CSV.")
]


@app.command()
def products(file: File, report: Report = None) -> None:
    """Import products with variants, prices, pictures, tags, collections and first stock.

    A product that the shop has is updated if it differs. Its stock does not change, nor does anything that the file has
    no column for; a blank cell empties its value.
    """

    async def run(stores: Stores, advance: Advance, tell: Tell) -> ImportReport:
        writer = ProductWriter(stores.database, ContentStore(stores.documents), stores.territories)
        return await ProductImport(writer, stores.territories.default.currency).run(file, advance, tell)

    _import(run, file, report, "products")


@app.command()
def inventory(file: File, report: Report = None) -> None:
    """Set the stock of variants to the counts of an inventory file: handle, options, SKU, location, on hand.

    Units that orders hold are on hand, but not for sale.
    """

    async def run(stores: Stores, advance: Advance, tell: Tell) -> ImportReport:
        return await InventoryImport(stores.database).run(file, advance, tell)

    _import(run, file, report, "levels")


@app.command()
def orders(file: File, report: Report = None) -> None:
    """Import the history of past orders with their customers. It moves no stock."""

    async def run(stores: Stores, advance: Advance, tell: Tell) -> ImportReport:
        writer = PastOrderWriter(stores.database, stores.territories)
        currency = stores.territories.default.currency
        return await OrderImport(stores.database, writer, currency).run(file, advance, tell)

    _import(run, file, report, "orders")


def _import(run: Run, file: Path, report_file: Path | None, kind: str) -> None:
    """Runs an import and prints its report. Exit status 1 when a store fails, else that of the report."""
    try:
        with _remarks(report_file) as tell:
            report = asyncio.run(_with_progress(run, file, tell))
    except (Unavailable, OSError) as error:
        say(f"storefront: the import failed: {error} Run it again: it skips what is already written.")
        raise typer.Exit(1) from None
    show(Console(highlight=False, soft_wrap=True), report, kind)
    if status := status_of(report):
        raise typer.Exit(status)


def status_of(report: ImportReport) -> int:
    """1 when the file could not be read or the totals differ, 2 when everything in the file was rejected, else 0."""
    if report.failure or not report.adds_up:
        return 1
    return 2 if report.nothing_taken else 0


@contextmanager
def _remarks(path: Path | None) -> Iterator[Tell]:
    """Writes remarks to a CSV file, one by one."""
    if path is None:
        yield lambda _: None
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("line", "key", "severity", "reason"))
        yield lambda remark: writer.writerow((remark.line, _cell(remark.key), remark.severity.lower(), remark.reason))


def _cell(key: str) -> str:
    """Text of the imported file, changed so that no spreadsheet takes it for a formula."""
    return f"'{key}" if key.startswith(("=", "+", "-", "@", "\t", "\r")) else key


async def _with_progress(run: Run, file: Path, tell: Tell) -> ImportReport:
    """Runs an import on the stores of a running shop or on stores started for it, with a bar of the bytes read."""
    settings = Settings()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    async with embedded_stores(settings, command="import", say=say) as resolved:
        if not plain(settings.database_url):
            await migrate(resolved)
        patient = resolved.model_copy(update={"store_seconds": _STORE_SECONDS})
        async with open_stores(patient) as stores:
            with Progress(*columns, console=news) as bar:
                task = bar.add_task(file.name, total=None)
                return await run(stores, lambda done, size: bar.update(task, completed=done, total=size), tell)


def show(console: Console, report: ImportReport, kind: str) -> None:
    """Prints the results of an import."""
    counts = report.outcomes
    variants = f" with {report.variants} variants" if report.variants else ""
    console.print(
        f"{sum(counts.values()) - counts[Outcome.REJECTED]} {kind}{variants}: {counts[Outcome.CREATED]} imported, "
        f"{counts[Outcome.UPDATED]} updated, {counts[Outcome.UNCHANGED]} unchanged. "
        f"{report.rejected} lines rejected, {report.warnings} corrected."
    )
    _show_columns(console, report)
    if report.reasons:
        console.print(_reasons(report))
        for remark in report.first_remarks:
            console.print(f"line {remark.line} {remark.key}: {remark.reason}", markup=False)
        if report.rejected + report.warnings > len(report.first_remarks):
            console.print("... and more; --report FILE.csv writes all of them.")
    if report.accepted or report.stored:
        console.print(_totals(report))
        console.print("The stored totals agree." if report.adds_up else "[red]The stored totals do NOT agree.[/]")
    if report.failure:
        console.print(f"[red]The file could not be read to its end:[/] {escape(report.failure)}")


def _show_columns(console: Console, report: ImportReport) -> None:
    """Which columns the file has, and each that the shop does not keep."""
    if report.columns:
        console.print(f"Columns of the file: {', '.join(report.columns)}.", markup=False)
        console.print("What a file has no column for stays as it is.")
    for column in report.dropped:
        console.print(f"Not kept: the column {column}.", markup=False)
    if any(map(is_of_market, report.dropped)):
        console.print(_UNKNOWN_MARKET, markup=False)


def _reasons(report: ImportReport) -> Table:
    table = Table("lines", "", "reason")
    for (severity, reason), lines in sorted(report.reasons.items(), key=lambda item: -item[1]):
        table.add_row(str(lines), severity.lower(), reason)
    return table


def _totals(report: ImportReport) -> Table:
    """Orders, units and money by country: as accepted from the file, and as stored where that differs."""
    table = Table("country", "orders", "units", "money", "stored")
    for country, currency in sorted(report.accepted.keys() | report.stored.keys()):
        accepted = report.accepted.get((country, currency))
        stored = report.stored.get((country, currency))
        cells = ["0", "0", "0"]
        if accepted is not None:
            money = f"{Money(accepted.minor, currency).decimal} {currency}"
            cells = [str(accepted.orders), str(accepted.units), money]
        table.add_row(country or "unknown", *cells, "the same" if accepted == stored else f"[red]{stored}[/]")
    return table
