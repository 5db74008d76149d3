"""Imports Shopify's CSV files: reads them, writes in batches, and counts the outcome of every row.

If a file or a store fails in between, earlier batches stay stored. Importing the same file again does the rest.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from datasources.imports import orders_csv as shopify_orders_csv
from datasources.imports import products_csv as shopify_csv
from datasources.imports.columns import header_of
from datasources.imports.csv_records import CsvFile
from datasources.imports.heads_csv import MAX_HTML
from datasources.imports.orders_csv import OrderRows, ReadOrder
from datasources.kit.database import Database
from datasources.orders import past_orders as orders_store
from domain.catalog.drafts import ProductDraft
from domain.imports import (
    ImportReport,
    OrderWritten,
    Outcome,
    Remark,
    Severity,
    Totals,
    TotalsByCountry,
    Written,
)
from domain.territories.markets import Territories
from services.imports.runs import ImportRun, Progress, noting_failure
from services.imports.writes import ORDERS_AT_ONCE, PRODUCTS_AT_ONCE, PastOrderWriter, ProductWriter
from services.kit.html import losses, plain_text, sanitised

# A batch also ends when it has this many variants or order lines: products and orders may be large.
ROWS_AT_ONCE = 10_000
_TOO_LONG = f"Body (HTML) is longer than {MAX_HTML} characters as it is stored, with & as &amp;"


def read_products(file: CsvFile, currency: str, markets: Territories | None = None) -> Iterator[ProductDraft | Remark]:
    """Drafts with sanitized HTML, and remarks on rejected or corrected lines. Raises `UnreadableFile`."""
    for found in shopify_csv.products(file, currency, markets):
        if isinstance(found, Remark):
            yield found
            continue
        html = sanitised(found.html).strip()
        if len(html) > MAX_HTML:
            yield from (Remark(line, found.handle, _TOO_LONG) for line in found.lines)
            continue
        for name in losses(found.html, html):
            yield Remark(found.lines[0], found.handle, f"Body (HTML) lost {name}", Severity.WARNING)
        yield replace(found, html=html, description=plain_text(html))


class ProductImport:
    """Imports products with prices in the shop's currency."""

    def __init__(self, writer: ProductWriter, currency: str) -> None:
        self._writer = writer
        self._currency = currency

    async def run(self, path: Path, progress: Progress, tell: Callable[[Remark], None]) -> ImportReport:
        """Imports a file; `tell` receives a remark on each rejected or corrected line. Raises `Unavailable`."""
        report = ImportReport()
        with noting_failure(report), CsvFile(path, shopify_csv.COLUMNS) as file:
            run = ImportRun(file, report, progress, tell)
            drafts: list[ProductDraft] = []
            with noting_failure(report):
                for found in read_products(file, self._currency, self._writer.territories):
                    if isinstance(found, Remark):
                        run.remark(found)
                        continue
                    drafts.append(found)
                    if _is_full(len(drafts), PRODUCTS_AT_ONCE, (len(draft.variants) for draft in drafts)):
                        await self._write(drafts, run)
                        drafts = []
            await self._write(drafts, run)
            if file.columns and not report.failure:
                header = header_of(file.columns, self._writer.territories)
                report.columns, report.dropped = header.kept, header.dropped
        return report

    async def _write(self, drafts: list[ProductDraft], run: ImportRun) -> None:
        if drafts:
            written = await self._writer.write(drafts)
            run.report.count(written)
            for draft, one in zip(drafts, written, strict=True):
                _note(draft, one, run)
        run.advance()


def _note(draft: ProductDraft, written: Written, run: ImportRun) -> None:
    """Counts the variants of a draft, and passes on what the writer says about it."""
    if written.outcome is Outcome.REJECTED:
        for line in draft.lines:
            run.remark(Remark(line, draft.handle, written.notes[0]))
        return
    run.report.variants += len(draft.variants)
    for note in written.notes:
        run.remark(Remark(draft.lines[0] if draft.lines else 0, draft.handle, note, Severity.WARNING))


def _is_full(count: int, limit: int, rows: Iterator[int]) -> bool:
    return count >= limit or sum(rows) >= ROWS_AT_ONCE


class OrderImport:
    """Imports past orders and compares the stored totals with the accepted ones."""

    def __init__(self, database: Database, writer: PastOrderWriter, currency: str) -> None:
        self._database = database
        self._writer = writer
        self._currency = currency

    async def run(self, path: Path, progress: Progress, tell: Callable[[Remark], None]) -> ImportReport:
        """Imports a file; `tell` receives a remark on each rejected or corrected line. Raises `Unavailable`.

        In the report, `accepted` sums up the rows as read; the database computes `stored` after each commit.
        """
        report = ImportReport()
        with noting_failure(report), CsvFile(path, shopify_orders_csv.COLUMNS) as file:
            run = ImportRun(file, report, progress, tell)
            orders: list[ReadOrder] = []
            with noting_failure(report):
                for found in OrderRows(file, self._currency):
                    if isinstance(found, Remark):
                        run.remark(found)
                        continue
                    orders.append(found)
                    if _is_full(len(orders), ORDERS_AT_ONCE, (len(read.lines) for read in orders)):
                        await self._write(orders, run)
                        orders = []
            await self._write(orders, run)
            if not report.failure:
                report.columns, report.dropped = shopify_orders_csv.columns_of(file)
        await self._writer.finish(report.outcomes[Outcome.CREATED] + report.outcomes[Outcome.UPDATED])
        return report

    async def _write(self, orders: list[ReadOrder], run: ImportRun) -> None:
        if orders:
            written = await self._writer.write([read.order for read in orders])
            run.report.count(written)
            accepted = [read for read, one in zip(orders, written, strict=True) if _judged(read, one, run)]
            for read in accepted:
                order = read.order
                totals = run.report.accepted.setdefault((order.country or "", order.currency), Totals())
                totals.add(1, order.units, order.subtotal_minor)
            names = [read.order.name for read in accepted]
            _add(run.report.stored, await orders_store.stored_totals(self._database, names))
        run.advance()


def _judged(read: ReadOrder, written: OrderWritten, run: ImportRun) -> bool:
    """Whether the order is stored. If not, rejects each of its lines for the same reason."""
    if written.outcome is not Outcome.REJECTED:
        return True
    for line in read.lines:
        run.remark(Remark(line, written.name, written.reason))
    return False


def _add(totals: TotalsByCountry, more: TotalsByCountry) -> None:
    for key, found in more.items():
        totals.setdefault(key, Totals()).add(found.orders, found.units, found.minor)
