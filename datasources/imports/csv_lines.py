"""Physical lines of a CSV file, with a way back to those of the current record, in bounded memory and linear time."""

from collections import deque
from io import TextIOWrapper
from typing import NamedTuple

# Of one record, quoted line breaks included. The longest HTML text that the shop keeps has 65,536 characters.
MAX_RECORD_LINES = 5_000
MAX_RECORD = 1 << 20  # characters
# Broken records that may swallow one line before it is refused with the last of them. It keeps reading linear: a file
# can be made in which every line opens a quote that nothing closes.
MAX_READS = 8
TOO_LONG = f"the record is longer than {MAX_RECORD_LINES} lines or {MAX_RECORD} characters: perhaps a quote is open"


class RecordTooLong(Exception):
    """The current record passed a limit; its lines so far can be read again."""


class _Line(NamedTuple):
    text: str
    reads: int

    @property
    def is_cut(self) -> bool:
        """Whether the rest of a line that is too long was skipped."""
        return len(self.text) >= MAX_RECORD and not self.text.endswith(("\n", "\r"))


class Lines:
    """An iterator for `csv.reader`. Keeps the lines of the current record and of those that are read again."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._taken: list[_Line] = []
        self._characters = 0
        self._again: deque[_Line] = deque()
        self.number = 0

    def first(self) -> str:
        """The first line of the file, which is read again; empty where there is none."""
        line = self._read()
        if line.text:
            self._again.append(line)
        return line.text

    def begin(self) -> int:
        """The number of the line with which the next record begins."""
        self._taken.clear()
        self._characters = 0
        return self.number + 1

    def back_to_second(self) -> range:
        """Makes everything but the first line of the record be read again; returns the lines that were read too often.

        Earlier lines were read as often as later ones, or more often.
        """
        again = self._taken[1:]
        refused = sum(line.reads >= MAX_READS for line in again)
        self._again.extendleft(reversed(again[refused:]))
        self.number -= len(again) - refused
        return range(self.number - refused + 1, self.number + 1)

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        """The next line. Raises `RecordTooLong`, and leaves to the next record the line that would pass a limit."""
        line = self._again.popleft() if self._again else self._read()
        if not line.text:
            raise StopIteration
        if self._taken and (
            len(self._taken) >= MAX_RECORD_LINES or self._characters + len(line.text) > MAX_RECORD or line.is_cut
        ):
            self._again.appendleft(line)
            raise RecordTooLong
        self.number += 1
        self._taken.append(line._replace(reads=line.reads + 1))
        self._characters += len(line.text)
        if line.is_cut:
            raise RecordTooLong
        return line.text

    def _read(self) -> _Line:
        """A line of the file. What passes the limit of a record is skipped, unless it is the line's end."""
        line = _Line(self._text.readline(MAX_RECORD), 0)
        if line.is_cut:
            while (rest := self._text.readline(MAX_RECORD)) and not rest.endswith(("\n", "\r")):
                pass
        return line
