"""One rule: a query for what breaks it, and how to say so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datasources.mysql import Database

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` builds the query for a dialect, `sentence` is a format over its columns, `others` names its rows."""

    sentence: str
    others: str
    broken: Callable[[str], sa.Select[Any]]


async def sentences(database: Database, rule: Rule) -> list[str]:
    """A sentence for each of the first 20 rows that break a rule, and one for how many more there are."""
    broken = rule.broken(database.dialect)
    rows = await database.all(broken.add_columns(sa.func.count().over().label("found")).limit(SHOWN))
    told = [rule.sentence.format(**row._mapping) for row in rows]
    return told + more(rows[0].found - len(rows) if rows else 0, rule.others)


def shown(told: Sequence[str], others: str) -> list[str]:
    """The first 20 of the sentences, and one for the rest.

    >>> shown(["a", "b"], "letters")
    ['a', 'b']
    """
    return [*told[:SHOWN], *more(len(told) - SHOWN, others)]


def more(count: int, others: str) -> list[str]:
    """A sentence for what is not shown one by one, if anything is.

    >>> more(2, "orders without lines"), more(0, "orders without lines")
    (['And 2 more orders without lines.'], [])
    """
    return [f"And {count} more {others}."] if count > 0 else []
