"""The homepage of 5 categories x 8 products: the common one, and a shopper's own."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks import wrk
from benchmarks.graphql import NotAnswered, ask, body, data_of
from benchmarks.load import load, posting
from benchmarks.measure import Load

_LEAST = 40
_TRIES = 30


@dataclass(frozen=True, slots=True)
class Homepage:
    """A homepage, requested with `headers`. A shopper has a page of their own after an event that shows what they
    like."""

    name: str
    title: str
    is_personal: bool
    headers: Mapping[str, str] = field(default_factory=dict)

    def verified(self, endpoint: str) -> list[bytes]:
        """The answer. Raises `NotAnswered` when it shows too little, or is the page of somebody else."""
        page = self._page(ask(endpoint, body("homepage_full"), self.headers))
        rows = [row for section in page["sections"] for row in section.get("categories", ())]
        if sum(len(row["products"]) for row in rows) < _LEAST:
            raise NotAnswered(f"the page shows less than {_LEAST} products")
        if self.is_personal and not page["personalized"]:
            ask(endpoint, body("track", category=rows[-1]["handle"]), self.headers)
        for _ in range(_TRIES):  # a busy machine may miss the deadline for a page of one's own
            answer = ask(endpoint, body("homepage_full"), self.headers)
            if self._page(answer)["personalized"] is self.is_personal:
                return [answer]
            time.sleep(0.1)
        raise NotAnswered("the page is personal or common, and should be the other")

    def _page(self, answer: bytes) -> dict[str, Any]:
        page: dict[str, Any] = data_of(answer)["homepage"]
        return page

    def load(self, endpoint: str, connections: int) -> Load:
        """The page again and again, by wrk where it is installed."""
        bodies = [body("homepage_full")]
        if wrk.installed():
            return lambda seconds: wrk.load(endpoint, bodies, connections, seconds, self.headers)
        return lambda seconds: asyncio.run(load(endpoint, posting(bodies, self.headers), connections, seconds))

    def floor(self, url: str, connections: int) -> Load:
        """The same requests, of ready bytes."""
        return self.load(url, connections)


FULL = Homepage("homepage_full", "homepage of 5 x 8 products", is_personal=False)
PERSONAL = Homepage("homepage_personal", "the same, personal", True, {"X-Device-Id": "benchmark-device"})
