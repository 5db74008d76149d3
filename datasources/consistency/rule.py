"""One rule: a query for the rows that break it, and the sentence that reports them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datasources.kit.database import Database
from domain.consistency import NOTHING, SHOWN, Found, found


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` builds the query for a dialect, `sentence` is a format over its columns, `others` names its rows."""

    sentence: str
    others: str
    broken: Callable[[str], sa.Select[Any]]


async def all_broken(database: Database, rules: Iterable[Rule]) -> Found:
    """What breaks these rules, queried one after the other."""
    return sum([await _broken(database, each) for each in rules], NOTHING)


async def _broken(database: Database, rule: Rule) -> Found:
    """What breaks a rule. Rows that are not shown are only counted."""
    query = rule.broken(database.dialect)
    rows = await database.all(query.add_columns(sa.func.count().over().label("found")).limit(SHOWN))
    return found(rows[0].found if rows else 0, [rule.sentence.format(**row._mapping) for row in rows], rule.others)
