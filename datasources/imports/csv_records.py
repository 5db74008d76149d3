"""CSV files read as a stream: plain or gzip, any line ends and separators, records over several lines.

Each record knows the line that it began on.

A broken record costs only its own first line: the lines that a stray quote swallowed are read again one by one.
"""

import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from domain.imports import Remark, UnreadableFile

MAX_LINE = 1 << 20  # characters
MAX_FIELD = 131_072  # characters, the limit of the csv module
_NOT_CSV = f"the line is not CSV: a quote is open, or a cell is longer than {MAX_FIELD} characters"
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
        self._lines = _Lines(self._text)
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
        if missing := [name for name in self._needed if name not in columns]:
            raise UnreadableFile(f"these columns are missing: {', '.join(missing)}")
        if twice := sorted({name for name in columns if name and columns.count(name) > 1}):
            raise UnreadableFile(f"these columns appear twice: {', '.join(twice)}")
        return columns

    def _rows(self) -> Iterator[tuple[int, list[str] | Remark]]:
        delimiter = _delimiter(self._lines.first())
        reader = csv.reader(self._lines, strict=True, delimiter=delimiter)
        while True:
            line = self._lines.begin()
            try:
                row = next(reader, None)
            except csv.Error:
                # `strict` raises for a quote that is never closed or is closed in the middle of a cell.
                row = []
                broken: Remark | None = Remark(line, "", _NOT_CSV)
            else:
                broken = None
                if row is None:
                    return
                if self.columns and row and len(row) != len(self.columns):
                    reason = f"the line must have {len(self.columns)} cells, as the header has"
                    broken = Remark(line, row[0].strip()[:255], reason)
            if broken is not None:
                self._lines.back_to_second()
                reader = csv.reader(self._lines, strict=True, delimiter=delimiter)
                yield line, broken
            elif row:
                yield line, row

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


class _Lines:
    """Physical lines, with a way back to the lines of the current record."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._taken: list[str] = []
        self._again: deque[str] = deque()
        self.number = 0

    def first(self) -> str:
        """The first line of the file, which is read again; empty where there is none."""
        line = next(self, "")
        if line:
            self._again.append(line)
            self.number = 0
        return line

    def begin(self) -> int:
        """The number of the line with which the next record begins."""
        self._taken.clear()
        return self.number + 1

    def back_to_second(self) -> None:
        """Makes everything but the first line of the record be read again."""
        again = self._taken[1:]
        self._again.extendleft(reversed(again))
        self.number -= len(again)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self._taken.append(line)
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            self._skip_rest()
        return line

    def _skip_rest(self) -> None:
        """Cuts a line that is too long: its cells are too long for the reader or too many for the header."""
        while (rest := self._text.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
            pass
