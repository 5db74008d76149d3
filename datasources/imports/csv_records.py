"""CSV files read as a stream: plain or gzip, any line ends and separators, records over several lines.

Each record knows the line that it began on.

A broken record costs only its own first line: the lines that a stray quote swallowed are read again one by one. Limits
of `datasources/imports/csv_lines.py` keep memory bounded and time linear, whatever is in the file.
"""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from datasources.imports.csv_lines import TOO_LONG, Lines, RecordTooLong
from domain.imports import Remark, UnreadableFile

MAX_COLUMNS = 1_000
MAX_FIELD = 131_072  # characters, the limit of the csv module
_NOT_CSV = f"the line is not CSV: a quote is open, or a cell is longer than {MAX_FIELD} characters"
_READ_AGAIN = "the line follows too many open quotes: correct the lines before it"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a record, trimmed, by the names of their columns; `line` is where it begins, from 1."""

    line: int
    cells: dict[str, str]


class CsvFile:
    """A CSV file with a header, used as a context manager. Its memory does not grow with the file."""

    def __init__(self, path: Path, needed: Sequence[str]) -> None:
        try:
            self.size = path.stat().st_size
            self._raw: IO[bytes] = path.open("rb")
        except OSError as error:
            raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror}") from error
        self._needed = needed
        is_gzip = self._raw.read(2) == _GZIP
        self._raw.seek(0)
        self._plain = gzip.GzipFile(fileobj=self._raw) if is_gzip else self._raw
        # Bytes that are not UTF-8 become lone surrogates, which the check of the record finds.
        self._text = TextIOWrapper(self._plain, "utf-8-sig", "surrogateescape", newline="")
        self._lines = Lines(self._text)
        self.columns: tuple[str, ...] = ()

    def __enter__(self) -> "CsvFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()
        self._raw.close()

    @property
    def position(self) -> int:
        """How many bytes of the file on disk were read, of `size`."""
        return 0 if self._raw.closed else self._raw.tell()

    def __iter__(self) -> Iterator[Record | Remark]:
        """Records, and in their order remarks on lines that are not records. Raises `UnreadableFile`."""
        try:
            records = self._rows()
            self.columns = self._header(next(records, None))
            for line, row in records:
                yield row if isinstance(row, Remark) else self._record(line, row)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableFile(
                f"the compressed data breaks off or is damaged after line {self._lines.number}"
            ) from error

    def _header(self, first: tuple[int, list[str] | Remark] | None) -> tuple[str, ...]:
        if first is None:
            raise UnreadableFile("the file is empty")
        if isinstance(first[1], Remark):
            raise UnreadableFile(f"the first line is not a header: {first[1].reason}")
        columns = tuple(name.strip() for name in first[1])
        if len(columns) > MAX_COLUMNS:
            raise UnreadableFile(f"the header has more than {MAX_COLUMNS} columns")
        if missing := [name for name in self._needed if name not in columns]:
            raise UnreadableFile(f"these columns are missing: {', '.join(missing)}")
        if twice := sorted(name for name, count in Counter(columns).items() if name and count > 1):
            raise UnreadableFile(f"these columns appear twice: {', '.join(twice)}")
        return columns

    def _rows(self) -> Iterator[tuple[int, list[str] | Remark]]:
        delimiter = _delimiter(self._lines.first())
        reader = csv.reader(self._lines, strict=True, delimiter=delimiter)
        while True:
            line = self._lines.begin()
            try:
                row = next(reader, None)
            except (csv.Error, RecordTooLong) as error:
                # `strict` raises for a quote that is never closed or is closed in the middle of a cell.
                broken: Remark | None = Remark(line, "", TOO_LONG if isinstance(error, RecordTooLong) else _NOT_CSV)
            else:
                if row is None:
                    return
                broken = self._miscounted(line, row)
                if row and broken is None:
                    yield line, row
            if broken is not None:
                refused = self._lines.back_to_second()
                reader = csv.reader(self._lines, strict=True, delimiter=delimiter)
                yield line, broken
                yield from ((each, Remark(each, "", _READ_AGAIN)) for each in refused)

    def _miscounted(self, line: int, row: list[str]) -> Remark | None:
        """Why a row does not fit the header, if it does not; a blank line is no row."""
        if not self.columns or not row or len(row) == len(self.columns):
            return None
        reason = f"the line must have {len(self.columns)} cells, as the header has"
        return Remark(line, row[0].strip()[:255], reason)

    def _record(self, line: int, row: list[str]) -> Record | Remark:
        if "\x00" in (joined := "".join(row)) or not _is_utf8(joined):
            return Remark(line, row[0].strip()[:255], "the line is not valid UTF-8 text")
        return Record(line, {name: cell.strip() for name, cell in zip(self.columns, row, strict=True)})


def _delimiter(header: str) -> str:
    """What separates the names of columns: a comma or, from spreadsheets of many countries, a semicolon or a tab."""
    return max(",;\t", key=header.count)


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
