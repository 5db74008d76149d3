"""The last good homepages in the memory of a process. A process that has had a page can always answer with it.

One task per page, outside requests, compares a page in use with Redis more than twice a second. Only a request that
would get an old page or no page waits for it, and only briefly: while Redis does not answer, no request waits.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog
from cachetools import TTLCache

from datasources.homepage.records import HomepageRecords, decode_record
from datasources.inventory.availability import Availability, Epoch
from datasources.kit.caches import ByteCache, MemoryBudget
from datasources.kit.redis import Client
from domain.homepage.keys import HomepageKey
from domain.homepage.records import HomepageRecord
from domain.homepage.serving import ServedHomepage, cards_of, product_key, served

logger = structlog.get_logger(__name__)

_EPOCH_SECONDS = 0.2
# Measured: memory of a page, with what visitors get of it, per byte of its record.
_BYTES_PER_BYTE = 3
PLACE_BYTES = 400
_MAX_REPORTED = 1_000
Stamp = tuple[bytes | str, bytes | str]
Report = Callable[[HomepageKey], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds. `refresh`: the age at which a page is compared with Redis.

    `stale`: the age from which a page counts as stale, and a request waits for the comparison: at most `wait`, or
    `long_wait` when the page is older than `old`.

    `first`: the longest wait for a page that the process has never had. `attempt`: the longest comparison. `vain`: for
    how long no request waits after a comparison that brought no page.
    """

    refresh: float = 0.4
    stale: float = 1.0
    wait: float = 0.1
    old: float = 10.0
    long_wait: float = 0.3
    first: float = 1.0
    attempt: float = 2.0
    vain: float = 3.0


@dataclass(slots=True)
class Copy:
    """A page as Redis had it at `confirmed_at` by its `clock`, and the collections of each product on it."""

    stamp: Stamp
    record: HomepageRecord
    categories: Mapping[int, tuple[str, ...]]
    epoch: Epoch | None
    sold_out: frozenset[int] | None
    confirmed_at: float
    clock: Callable[[], float]
    _pages: dict[bool, ServedHomepage] = field(default_factory=dict)

    def age(self) -> float:
        """Seconds since the page was last known to be the newest."""
        return max(0.0, self.clock() - self.confirmed_at)

    def page(self, stale_after: float) -> ServedHomepage:
        """What visitors get of the page; the same object while nothing changes."""
        is_stale = self.age() > stale_after
        page = self._pages.get(is_stale)
        if page is None:
            page = self._pages[is_stale] = served(self.record, self.sold_out, is_stale=is_stale)
        return page


@dataclass(slots=True)
class _Place:
    """The state of one page. `flight` is the comparison that is running; `in_vain`: the last one brought no page.

    `is_absent`: Redis says that nobody has published it.
    """

    copy: Copy | None = None
    settled_at: float = float("-inf")
    in_vain: bool = False
    is_absent: bool = False
    flight: asyncio.Task[None] | None = None
    took_off_at: float = 0.0


class HomepageCopies:
    """Reports pages without a record to `missing`: each page at most once per `missing_seconds` in this process."""

    def __init__(
        self,
        redis: Client,
        records: HomepageRecords,
        availability: Availability,
        missing: Report,
        memory: MemoryBudget,
        *,
        missing_seconds: float,
        patience: Patience | None = None,
        at_once: int = 16,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = redis
        self._records = records
        self._availability = availability
        self._missing = missing
        self._reported: TTLCache[HomepageKey, None] = TTLCache(_MAX_REPORTED, missing_seconds, clock)
        self.patience = patience or Patience()
        self._clock = clock
        self._free = asyncio.Semaphore(at_once)
        self._places: ByteCache[HomepageKey, _Place] = ByteCache(memory, "homepages", outlasts=True)
        self._last_epoch: Epoch | None = None
        self._epoch_at = float("-inf")

    async def get(self, key: HomepageKey) -> Copy | None:
        """The last good page. None when this process never had one, and Redis has none or does not answer."""
        place = self._place(key)
        now = self._clock()
        if place.flight is None and now - place.settled_at >= self.patience.refresh:
            place.took_off_at = now
            place.flight = asyncio.create_task(self._compare(key, place))
        if place.flight is not None and (seconds := self._longest_wait(place, now)) > 0:
            await asyncio.wait({place.flight}, timeout=seconds)
        return place.copy

    async def is_settled(self, key: HomepageKey) -> bool:
        """Whether this process has the page, or Redis knows that nobody published it."""
        return await self.get(key) is not None or self._place(key).is_absent

    async def settle(self, key: HomepageKey) -> None:
        """Waits for the comparison that `get` began, or begins one."""
        await self.get(key)
        if (flight := self._place(key).flight) is not None:
            await asyncio.wait({flight})

    def categories_of(self, product_id: int) -> frozenset[str]:
        """Handles of the collections of a product, as far as a page in memory shows it."""
        copies = [place.copy for place in self._places.values() if place.copy is not None]
        return frozenset(name for copy in copies for name in copy.categories.get(product_id, ()))

    def shows_category(self, handle: str) -> bool:
        """Whether a page in memory shows a product of this collection."""
        copies = [place.copy for place in self._places.values() if place.copy is not None]
        return any(handle in names for copy in copies for names in copy.categories.values())

    async def close(self) -> None:
        """Cancels comparisons that are under way."""
        flights = [place.flight for place in self._places.values() if place.flight is not None]
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _place(self, key: HomepageKey) -> _Place:
        place = self._places.get(key)
        if place is None:
            place = _Place()
            self._places.put(key, place, PLACE_BYTES)
        return place

    def _longest_wait(self, place: _Place, now: float) -> float:
        """The remaining time for which a comparison may keep requests waiting, counted from its start."""
        patience, flown = self.patience, now - place.took_off_at
        if place.in_vain and now - place.settled_at < patience.vain:
            return 0.0
        if place.copy is None:
            return patience.first - flown
        age = now - place.copy.confirmed_at
        if age <= patience.stale:
            return 0.0
        return (patience.long_wait if age > patience.old else patience.wait) - flown

    async def _compare(self, key: HomepageKey, place: _Place) -> None:
        found = False
        try:
            async with self._free, asyncio.timeout(self.patience.attempt):
                found = await self._read(key, place)
        except Exception as error:  # whatever Redis or a record of a later version does, the last good page stays
            if not place.in_vain:
                logger.warning("homepage_not_compared", page=key.redis_key, error=type(error).__name__)
        finally:
            place.in_vain = not found
            place.settled_at = self._clock()
            place.flight = None

    async def _read(self, key: HomepageKey, place: _Place) -> bool:
        """Whether Redis has a record, which then becomes the copy."""
        asked_at = self._clock()
        stamp, epoch = await asyncio.gather(self._stamp(key), self._epoch())
        old = place.copy
        if stamp is None:
            place.is_absent = await self._records.is_absent(key)
            await self._report(key)
            return False
        place.is_absent = False
        if old is not None and old.stamp == stamp and old.epoch == epoch:
            old.confirmed_at = asked_at
            return True
        if old is not None and old.stamp == stamp:
            record, categories = old.record, old.categories
        else:
            found = await self._page(key)
            if found is None:
                return False
            stamp, page = found
            record = decode_record(page)
            categories = {product_key(card): card.categories for card in cards_of(record)}
            self._grow(key, place, len(page) * _BYTES_PER_BYTE)
        sold_out = None if epoch is None else await self._availability.sold_out(categories)
        place.copy = Copy(stamp, record, categories, epoch, sold_out, asked_at, self._clock)
        return True

    def _grow(self, key: HomepageKey, place: _Place, size: int) -> None:
        """Counts the memory of a page, unless others have pushed its place out meanwhile."""
        if self._places.get(key) is place:
            self._places.put(key, place, PLACE_BYTES + size)

    async def _epoch(self) -> Epoch | None:
        """The epoch of the availability, which is the same for all pages: read at most five times a second."""
        now = self._clock()
        if now - self._epoch_at >= _EPOCH_SECONDS:
            self._last_epoch = await self._availability.epoch()
            self._epoch_at = now
        return self._last_epoch

    async def _stamp(self, key: HomepageKey) -> Stamp | None:
        """A value that differs between two records of a page."""
        version, built = await self._redis.hmget(self._records.key(key), ["version", "built"])
        return None if version is None or built is None else (version, built)

    async def _page(self, key: HomepageKey) -> tuple[Stamp, bytes | str] | None:
        version, built, page = await self._redis.hmget(self._records.key(key), ["version", "built", "page"])
        return None if version is None or built is None or page is None else ((version, built), page)

    async def _report(self, key: HomepageKey) -> None:
        if key not in self._reported:
            self._reported[key] = None
            await self._missing(key)
