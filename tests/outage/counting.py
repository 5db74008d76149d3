"""Counts the requests that reach the stores, where the shop itself sends them."""

import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

from bff.stores.wiring import Stores
from domain.homepage.keys import HomepageKey


class _Watched:
    """An object whose calls are noted by `note`, and otherwise go where they went."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class CountedSearch(_Watched):
    """A search engine that counts its requests."""

    queries = 0

    async def search(self, query: Any) -> Any:
        """Counts one query."""
        self.queries += 1
        return await self._inner.search(query)


class CountedRecords(_Watched):
    """Records that note when a page of each key was built."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.builds: dict[HomepageKey, list[float]] = defaultdict(list)

    async def replace(self, key: HomepageKey, *arguments: Any, **options: Any) -> Any:
        """Notes a build that is finished and about to be stored."""
        self.builds[key].append(time.monotonic())
        return await self._inner.replace(key, *arguments, **options)


class Reached:
    """What an API process sent to the stores that no homepage may need."""

    def __init__(self, stores: Stores) -> None:
        self._search: Any = CountedSearch(stores.search)
        self.stores = replace(stores, search=self._search)
        self._before = self._now()

    def _now(self) -> tuple[int, int, int]:
        return self.stores.database.statements, self.stores.documents.commands, self._search.queries

    def since(self) -> tuple[int, int, int]:
        """Statements, document commands and searches since this was made."""
        now = self._now()
        return now[0] - self._before[0], now[1] - self._before[1], now[2] - self._before[2]


def watched_builds(stores: Stores) -> tuple[Stores, CountedRecords]:
    """A worker's stores, with its builds noted."""
    records: Any = CountedRecords(stores.homepage_records)
    return replace(stores, homepage_records=records), records
