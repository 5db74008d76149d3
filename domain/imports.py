"""What an import reports for each item: written, changed, unchanged, or rejected with its line and reason."""

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
    """Whether a line was rejected, or accepted after a correction."""

    REJECTED = "REJECTED"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of a file that was rejected or corrected. `key` is its handle or order name, if it could be read.

    Reasons contain no values from the file, so that equal reasons can be counted together.
    """

    line: int
    key: str
    reason: str
    severity: Severity = Severity.REJECTED


class UnreadableFile(Exception):
    """The whole file cannot be read: it is missing, is not CSV, lacks a required column, or has damaged compression."""


@dataclass(frozen=True, slots=True)
class Written:
    """The result of writing a product draft. `notes` say what a file lacks for it, or why it is REJECTED."""

    handle: str
    product_id: int
    outcome: Outcome
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderWritten:
    """The result of writing a past order. `reason` explains a REJECTED one."""

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


# Keyed by (country or "", currency).
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
    # Orders only: the totals of the accepted rows and of the stored orders.
    accepted: TotalsByCountry = field(default_factory=dict)
    stored: TotalsByCountry = field(default_factory=dict)
    # The columns of the file that say something, and those that the shop does not keep.
    columns: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    # Why the file could not be read to its end.
    failure: str = ""

    @property
    def nothing_taken(self) -> bool:
        """Whether all that the file has was rejected."""
        return self.rejected > 0 and sum(self.outcomes.values()) == self.outcomes[Outcome.REJECTED]

    @property
    def adds_up(self) -> bool:
        """Whether the stored totals equal the accepted ones."""
        return self.accepted == self.stored

    def count(self, written: Sequence[Written] | Sequence[OrderWritten]) -> None:
        """Counts outcomes."""
        for one in written:
            self.outcomes[one.outcome] += 1
