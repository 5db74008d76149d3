"""Shopify's inventory CSV: how many units of a variant a location has."""

from collections.abc import Iterator
from dataclasses import dataclass

from datasources.imports.cells import NOT_STOCKED, BadCell, code, text, whole
from datasources.imports.csv_records import CsvFile
from domain.catalog.handles import normal_handle
from domain.imports import Remark, UnreadableFile

MAX_UNITS = 10**9
_OPTIONS = ("Option1 Value", "Option2 Value", "Option3 Value")
_COUNTS = ("On hand", "Available")
_NAMES = {"handle": "Handle", "url handle": "Handle", "sku": "SKU", "variant sku": "SKU", "location": "Location"}
_NAMES |= {"on hand": "On hand", "on hand (new)": "On hand", "on hand quantity": "On hand"}
_NAMES |= {"available": "Available", "available (new)": "Available"}
_NAMES |= {name.lower(): name for name in _OPTIONS}


@dataclass(frozen=True, slots=True)
class CountedRow:
    """The units of a variant at a location; one of the counts is None. The location is blank for the main warehouse."""

    line: int
    handle: str
    option_values: tuple[str, ...]
    sku: str | None
    location: str
    on_hand: int | None
    available: int | None


def counted_rows(file: CsvFile) -> Iterator[CountedRow | Remark]:
    """Rows with a count, and remarks on lines that cannot be read. Raises `UnreadableFile`.

    A blank count, and that of a location that does not stock the variant, says nothing.
    """
    names: dict[str, str] = {}
    for record in file:
        names = names or _names(file.columns)
        if isinstance(record, Remark):
            yield record
            continue
        cells = {names.get(name, name): value for name, value in record.cells.items()}
        try:
            row = _row(record.line, cells)
        except BadCell as bad:
            yield Remark(record.line, (cells.get("Handle") or cells.get("SKU") or "")[:255], str(bad))
            continue
        if row.on_hand is not None or row.available is not None:
            yield row
    _names(file.columns)


def columns_of(file: CsvFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of the file that say something, and the others."""
    names = _names(file.columns)
    return tuple(names), tuple(name for name in file.columns if name and name not in names)


def _names(columns: tuple[str, ...]) -> dict[str, str]:
    names = {column: _NAMES[column.lower()] for column in columns if column.lower() in _NAMES}
    kept = list(names.values())
    if not {"Handle", "SKU"} & set(kept) or not set(_COUNTS) & set(kept):
        raise UnreadableFile("these columns are missing: Handle or SKU, and On hand or Available")
    if twice := sorted(column for column, meaning in names.items() if kept.count(meaning) > 1):
        raise UnreadableFile(f"these columns mean the same: {', '.join(twice)}")
    return names


def _row(line: int, cells: dict[str, str]) -> CountedRow:
    values = [text(cells, column) for column in _OPTIONS]
    while values and not values[-1]:
        values.pop()
    handle, sku = normal_handle(cells.get("Handle", "")), code(cells, "SKU")
    if not handle and sku is None:
        raise BadCell("the row has neither a handle nor a SKU")
    on_hand = _count(cells, "On hand")
    available = _count(cells, "Available") if on_hand is None else None
    return CountedRow(line, handle, tuple(values), sku, text(cells, "Location"), on_hand, available)


def _count(cells: dict[str, str], column: str) -> int | None:
    return None if cells.get(column, "").lower() == NOT_STOCKED else whole(cells, column, MAX_UNITS)
