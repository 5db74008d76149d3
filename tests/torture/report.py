"""The results of a run, for people: some lines while the set runs, and a table of all runs at its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

COLUMNS = (
    *("database", "run", "intents", "sends", "orders", "paid", "refused", "unanswered"),
    *("faults", "load s", "rest s", "verdict"),
)


@dataclass(slots=True)
class Report:
    """`broken` by the torture's own rules, `told` by `storefront check`, `objections` to the run itself.

    `outcomes` are intents by result: ordered, refused, unanswered. `faults` is what happened to the shop
    while people bought. Both checks must find errors of a `naive` checkout, and none of another one.
    """

    database: str
    fault: str
    naive: str | None = None
    intents: int = 0
    seconds: float = 0.0
    rest_seconds: float = 0.0
    looks: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    packed: Counter[str] = field(default_factory=Counter)
    money: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the run came out as it must."""
        if self.objections:
            return False
        return bool(self.broken and self.told) if self.naive else not (self.broken or self.told)

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if self.objections:
            return "PROVED NOTHING"
        if self.naive:
            return "found out" if self.passed else "NOT FOUND OUT"
        return "holds" if self.passed else "BROKEN"

    def lines(self) -> list[str]:
        """The whole result in words."""
        return [
            f"{self.database} {self.naive or self.fault}: {self.verdict}; {self.intents} intents, "
            f"{sum(self.answers.values())} sends in {self.seconds:.0f} s, at rest after {self.rest_seconds:.0f} s, "
            f"stock looked at {self.looks} times; {told(self.faults) or 'no faults'}",
            f"  answers: {told(self.answers)}",
            f"  orders: {told(self.orders)}",
            f"  staff: {told(self.packed) or 'idle'}",
            f"  reserved money: {told(self.money) or 'none'}",
            *(f"  objection: {sentence}" for sentence in self.objections),
            *(f"  torture: {sentence}" for sentence in self.broken),
            *(f"  storefront check: {sentence}" for sentence in self.told),
        ]

    def row(self) -> tuple[str, ...]:
        """The run as a row of the table."""
        paid = self.orders["PAID"] + self.orders["FULFILLED"]
        counts = (
            self.intents, sum(self.answers.values()), sum(self.orders.values()), paid,
            self.outcomes["refused"], self.outcomes["unanswered"],
        )  # fmt: skip
        times = (f"{self.seconds:.0f}", f"{self.rest_seconds:.0f}")
        name = f"naive: {self.naive}" if self.naive else self.fault
        return (self.database, name, *map(str, counts), told(self.faults), *times, self.verdict)


def told(counts: Counter[str]) -> str:
    """Counts in words.

    >>> told(Counter({"resets": 2, "kills": 1}))
    '1 kills, 2 resets'
    """
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items()) if count)


def table(reports: Sequence[Report]) -> str:
    """A row for each run, as Markdown.

    >>> print(table([Report("sqlite", "none", intents=3)]).splitlines()[2])
    | sqlite | none | 3 | 0 | 0 | 0 | 0 | 0 |  | 0 | 0 | holds |
    """
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(report.row() for report in reports)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
