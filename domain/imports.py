"""What an import says of each thing it read: written, changed, left alone, or refused with its line and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one product or order."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    REJECTED = "REJECTED"


class Severity(StrEnum):
    """Whether a line was left out, or taken with something put right."""

    REJECTED = "REJECTED"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a file that was rejected or put right. `key` is its handle or order name where it could be read.

    Reasons carry no values of the file, so that equal reasons can be counted.
    """

    line: int
    key: str
    reason: str
    severity: Severity = Severity.REJECTED


class UnreadableFile(Exception):
    """The file as a whole cannot be read: not there, not CSV, a needed column is missing, its compression is broken."""


@dataclass(frozen=True, slots=True)
class Written:
    """A product draft after it was written."""

    handle: str
    product_id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class OrderWritten:
    """A past order after it was written. `reason` says why it was REJECTED."""

    name: str
    outcome: Outcome
    reason: str = ""


@dataclass(slots=True)
class Totals:
    """Orders, units and money (minor units) of one country in one currency."""

    orders: int = 0
    units: int = 0
    minor: int = 0

    def add(self, orders: int, units: int, minor: int) -> None:
        """Adds to all three."""
        self.orders += orders
        self.units += units
        self.minor += minor


# By (country or "", currency).
TotalsByCountry = dict[tuple[str, str], Totals]


@dataclass(slots=True)
class ImportReport:
    """The counts of one import. `rejected` counts lines; the outcomes count products or orders."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    variants: int = 0
    rejected: int = 0
    warnings: int = 0
    reasons: dict[tuple[Severity, str], int] = field(default_factory=dict)
    first_remarks: list[Remark] = field(default_factory=list)
    # Orders only: what the accepted rows say and what is stored.
    accepted: TotalsByCountry = field(default_factory=dict)
    stored: TotalsByCountry = field(default_factory=dict)
    # Why the file could not be read to its end.
    failure: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether what is stored is what was accepted."""
        return self.accepted == self.stored

    def count(self, written: Sequence[Written] | Sequence[OrderWritten]) -> None:
        """Counts outcomes."""
        for one in written:
            self.outcomes[one.outcome] += 1
