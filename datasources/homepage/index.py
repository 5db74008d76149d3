"""Which pages show what. Each page has a set in Redis, in the page's own slot, replaced in one step with its record.

A build first adds what it is about to read, so that a change during the build finds the page too.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from datasources.kit.redis import Client
from domain.homepage.index import Shown
from domain.homepage.keys import HomepageKey

_AT_ONCE = 1_000


def index_key(prefix: str, key: HomepageKey) -> str:
    """The Redis key of what a page shows."""
    return f"{prefix}{key.redis_key}:shows"


def tokens(shown: Shown) -> list[str]:
    """The members of the set, as Redis keeps them.

    >>> tokens(Shown(products=frozenset({7}), follows_trends=True))
    ['product:7', 'trends']
    """
    return [
        *(f"product:{key}" for key in sorted(shown.products)),
        *(f"collection:{handle}" for handle in sorted(shown.collections)),
        *(f"menu:{handle}" for handle in sorted(shown.menus)),
        *(f"sale:{key}" for key in sorted(shown.sales)),
        *(("trends",) if shown.follows_trends else ()),
        *(("sales",) if shown.follows_sales else ()),
    ]


class HomepageIndex:
    """Finds the pages that show what has changed."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    async def announce(self, key: HomepageKey, shown: Shown) -> None:
        """Adds what a build is about to read. The record's `replace` then leaves only what the page really shows."""
        for some in _chunks(tokens(shown)):
            await self._redis.sadd(index_key(self._prefix, key), *some)

    async def showing(self, pages: Sequence[HomepageKey], touched: Shown) -> list[HomepageKey]:
        """Those of `pages` that show anything of `touched`, in one round trip."""
        asked = list(_chunks(tokens(touched)))
        if not asked or not pages:
            return []
        pipeline: Any = self._redis.pipeline(transaction=False)
        for page in pages:
            for some in asked:
                pipeline.smismember(index_key(self._prefix, page), some)
        answers = iter(await pipeline.execute())
        of_pages = [list(islice(answers, len(asked))) for _ in pages]
        return [page for page, found in zip(pages, of_pages, strict=True) if any(map(any, found))]


def _chunks(members: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(members)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
