"""Sets the stock of variants to what was counted. Units that orders hold are on hand but not for sale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasources.imports import shop_reads
from datasources.imports.csv_records import CsvFile
from datasources.imports.inventory_csv import CountedRow, columns_of, counted_rows
from datasources.imports.shop_reads import NamedVariant
from datasources.inventory import levels as inventory
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.webhooks.reports import report
from domain.events import AvailabilityChanged, LevelsChanged
from domain.imports import ImportReport, Outcome, Remark
from domain.inventory import DEFAULT_LOCATION, Movement, StockKey
from services.imports.runs import ImportRun, Progress, noting_failure
from services.kit.clock import utc_now

LEVELS_AT_ONCE = 200
ACTOR = "import"
_UNKNOWN = "the shop has no such variant"
_SEVERAL = "several variants have these names: add the handle and the option values"
_NO_PLACE = "Location is not the name of a warehouse"
_TWICE = "an earlier row counts the same variant at the same location"
_HELD = "orders hold more units than On hand says"
_NEGATIVE = "stock that sells out cannot be below zero"


@dataclass(frozen=True, slots=True)
class _Counted:
    """A row with the level that it counts."""

    row: CountedRow
    key: StockKey


class InventoryImport:
    """Imports a file of counts. Outcomes count levels."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, path: Path, progress: Progress, tell: Callable[[Remark], None]) -> ImportReport:
        """Imports a file; `tell` receives a remark on each rejected line. Raises `Unavailable`."""
        report = ImportReport()
        with noting_failure(report), CsvFile(path, ()) as file:
            run = ImportRun(file, report, progress, tell)
            rows: list[CountedRow] = []
            with noting_failure(report):
                for found in counted_rows(file):
                    if isinstance(found, Remark):
                        run.remark(found)
                        continue
                    rows.append(found)
                    if len(rows) == LEVELS_AT_ONCE:
                        await self._write(rows, run)
                        rows = []
            await self._write(rows, run)
            if not report.failure:
                report.columns, report.dropped = columns_of(file)
        return report

    async def _write(self, rows: Sequence[CountedRow], run: ImportRun) -> None:
        if rows:
            known = await shop_reads.named_variants(
                self._database, sorted({row.handle for row in rows}), sorted({row.sku for row in rows if row.sku})
            )
            places = await shop_reads.warehouses(self._database)
            counted: dict[StockKey, _Counted] = {}
            for row in rows:
                found = _named(row, known, places)
                if isinstance(found, str) or found in counted:
                    _reject(row, found if isinstance(found, str) else _TWICE, run)
                else:
                    counted[found] = _Counted(row, found)
            await self._set(counted, run)
        run.advance()

    async def _set(self, counted: Mapping[StockKey, _Counted], run: ImportRun) -> None:
        if not counted:
            return
        for one, reason in await self._database.transact(lambda tx: _set_levels(tx, counted)):
            if reason in (Outcome.UPDATED, Outcome.UNCHANGED):
                run.report.outcomes[Outcome(reason)] += 1
            else:
                _reject(one.row, reason, run)


def _reject(row: CountedRow, reason: str, run: ImportRun) -> None:
    run.report.outcomes[Outcome.REJECTED] += 1
    run.remark(Remark(row.line, row.handle or row.sku or "", reason))


def _named(row: CountedRow, known: Sequence[NamedVariant], places: Mapping[str, int]) -> StockKey | str:
    """The level that a row counts, or why there is none. Option values name a variant before its SKU does."""
    place = places.get(row.location.casefold()) if row.location else DEFAULT_LOCATION
    if place is None:
        return _NO_PLACE
    own = [one for one in known if one.handle == row.handle] if row.handle else list(known)
    by_options = [one for one in own if row.handle and one.option_values == row.option_values]
    by_sku = [one for one in own if row.sku is not None and one.sku == row.sku]
    found = by_options or by_sku or ([] if row.option_values or row.sku else own)
    if len(found) == 1:
        return found[0].id, place
    return _SEVERAL if found else _UNKNOWN


async def _set_levels(tx: Tx, counted: Mapping[StockKey, _Counted]) -> list[tuple[_Counted, str]]:
    """What became of each level: an outcome, or the reason why it stays as it is."""
    now = utc_now()
    stock = await inventory.lock(tx, (variant_id for variant_id, _ in counted))
    await inventory.open_levels(tx, stock, counted)
    levels = await inventory.levels(tx, list(counted))
    results: list[tuple[_Counted, str]] = []
    deltas: dict[StockKey, int] = {}
    for (key, one), level in zip(counted.items(), levels, strict=True):
        if level is None:
            raise RuntimeError(f"variant {key[0]} has no level at location {key[1]}")
        on_hand = one.row.on_hand
        available = (one.row.available or 0) if on_hand is None else on_hand - level.reserved
        if available < 0 and stock[key[0]].sells_out:
            results.append((one, _NEGATIVE if on_hand is None or on_hand < 0 else _HELD))
        elif available == level.available:
            results.append((one, Outcome.UNCHANGED))
        else:
            deltas[key] = available - level.available
            results.append((one, Outcome.UPDATED))
    if await inventory.move(tx, Movement.ADJUSTMENT, deltas, now, ACTOR, "counted") is not None:
        raise RuntimeError("a locked level changed")
    if deltas:
        products = await inventory.products_of(tx, sorted({variant_id for variant_id, _ in deltas}))
        await outbox.add(tx, AvailabilityChanged(products))
        await report(tx, LevelsChanged(tuple(sorted(deltas))))
    return results
