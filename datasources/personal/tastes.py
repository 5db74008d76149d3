"""What shoppers like and hide, in Redis: one hash per person.

The hash of an account copies rows; that of a guest is all there is, and is kept as long as the device is in use. While
Redis does not answer at once, a homepage is the common one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import structlog

from datasources.kit.breaker import Breaker
from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client
from datasources.personal import fields, scripts
from datasources.personal.fields import Fields, Values
from domain.kit.refusals import Unavailable
from domain.personal.records import MAX_HIDDEN, Dislike, Person, Thing
from domain.personal.tastes import HALF_LIFE_SECONDS, Purchase, Taste

logger = structlog.get_logger(__name__)
T = TypeVar("T")

READ_SECONDS = 0.02
# A list can wait longer than a homepage: it must not show what is hidden.
LIST_SECONDS = 0.5
WRITE_SECONDS = 1.0
LIFE_SECONDS = 180 * 86_400
# A client can name itself, so there may be many such persons who never return.
CLAIMED_LIFE_SECONDS = 14 * 86_400
# Longer than the cookie of a device; counted again from each use of the device.
HIDDEN_LIFE_SECONDS = 400 * 86_400
TOUCH_SECONDS = 30 * 86_400
MAX_KEPT = 64
_COPIED_SECONDS = 0.2
_SCANNED = 500


class Tastes:
    """Tastes of persons. The keys of one person carry one hash tag.

    Tastes of accounts count only while Redis has the copies of all rows (`begin_pass`, `finish_pass`).
    """

    def __init__(self, redis: Client, prefix: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._prefix = prefix
        self._clock = clock
        self._breakers = {READ_SECONDS: Breaker(), LIST_SECONDS: Breaker()}
        self._track = redis.register_script(scripts.TRACK)
        self._hide = redis.register_script(scripts.HIDE)
        self._replace_fields = redis.register_script(scripts.REPLACE)
        self._touch = redis.register_script(scripts.TOUCH)
        self._finish = redis.register_script(scripts.FINISH)
        self._copied = f"{prefix}{{tastes}}:copied"
        self._pass = f"{prefix}{{tastes}}:pass"
        self._is_copied = False
        self._copied_at = float("-inf")

    async def get(self, person: Person) -> Taste | None:
        """The taste of a person for a homepage, read with one command within 20 ms; None when it cannot be had."""
        return await self._taste(person, READ_SECONDS)

    async def get_for_list(self, person: Person) -> Taste | None:
        """The same for a list, which can wait longer."""
        return await self._taste(person, LIST_SECONDS)

    async def _taste(self, person: Person, seconds: float) -> Taste | None:
        breaker = self._breakers[seconds]
        if not breaker.allows():
            return None
        try:
            found = await within_deadline(self._read(person), seconds)
        except ERRORS as error:
            if breaker.failed():
                logger.warning("taste_not_read", error=type(error).__name__)
            return None
        breaker.succeeded()
        return None if found is None else found.taste()

    async def hidden(self, person: Person) -> tuple[Dislike, ...]:
        """What a guest has hidden, the newest first. Raises `Unavailable`."""
        values: Values = await self._done(self._redis.hgetall(self._key(person)))
        return Fields(values).dislikes()

    async def track(self, person: Person, weights: Mapping[str, float]) -> None:
        """Adds to fields of a taste. Raises `Unavailable`."""
        parts = [part for name, weight in weights.items() for part in (name, weight)]
        arguments = [*_lives(person), HALF_LIFE_SECONDS, MAX_KEPT, *parts]
        await self._run(self._track, [self._key(person)], arguments)

    async def hide(self, person: Person, things: Iterable[Thing]) -> bool:
        """Hides things from a guest from now on; False when there would be too many. Raises `Unavailable`."""
        arguments = [*_lives(person), MAX_HIDDEN, *map(fields.field_of, things)]
        return bool(await self._run(self._hide, [self._key(person)], arguments))

    async def unhide(self, person: Person, things: Iterable[Thing]) -> None:
        """Undoes `hide`. Raises `Unavailable`."""
        names = [fields.field_of(thing) for thing in things]
        if names:
            await self._done(self._redis.hdel(self._key(person), *names))

    async def copy_dislikes(self, person: Person, dislikes: Iterable[Dislike]) -> None:
        """Replaces what is hidden from an account. Raises `Unavailable`."""
        await self._replace(person, (fields.PRODUCT, fields.CATEGORY), fields.hidden_fields(dislikes))

    async def copy_purchases(self, person: Person, purchases: Iterable[Purchase]) -> None:
        """Replaces what an account has bought. Raises `Unavailable`."""
        await self._replace(person, (fields.BOUGHT, fields.BOUGHT_PRODUCT), fields.bought_fields(purchases))

    async def are_copied(self) -> tuple[bool, bool]:
        """Whether Redis has the copies of all accounts, and whether they are due for another pass.

        Raises `Unavailable`.
        """
        value = await self._done(self._redis.get(self._copied))
        return value is not None, value in (None, b"due", "due")

    async def set_due(self) -> None:
        """Asks for another pass; the copies stay good. Raises `Unavailable`."""
        await self._done(self._redis.set(self._copied, "due", xx=True))

    async def begin_pass(self, token: str) -> None:
        """Begins to copy the rows of all accounts. Raises `Unavailable`."""
        await self._done(self._redis.set(self._pass, token))

    async def finish_pass(self, token: str) -> bool:
        """Marks the copies as complete; False when Redis lost its memory meanwhile. Raises `Unavailable`."""
        return bool(await self._run(self._finish, [self._copied, self._pass], [token]))

    async def accounts(self) -> AsyncIterator[int]:
        """The keys of all accounts with a hash. Raises `RedisError`."""
        start = f"{self._prefix}taste:{{customer:"
        async for key in self._redis.scan_iter(match=f"{start}*}}", count=_SCANNED):
            name = key.decode() if isinstance(key, bytes) else key
            if (customer_id := name.removeprefix(start).removesuffix("}")).isdecimal():
                yield int(customer_id)

    async def _read(self, person: Person) -> Fields | None:
        """The hash of a person; None for an account while the copies are incomplete."""
        key = self._key(person)
        if person.customer_id is not None:
            values, is_copied = await asyncio.gather(self._redis.hgetall(key), self._are_copied())
            return Fields(values) if is_copied else None
        found = Fields(await self._redis.hgetall(key))
        if found.dislikes() and found.untouched_seconds() > TOUCH_SECONDS:
            await self._touch(keys=[key], args=_lives(person))
        return found

    async def _are_copied(self) -> bool:
        if self._clock() - self._copied_at >= _COPIED_SECONDS:
            self._is_copied = await self._redis.get(self._copied) is not None
            self._copied_at = self._clock()
        return self._is_copied

    async def _replace(self, person: Person, prefixes: Sequence[str], new: Mapping[str, str]) -> None:
        parts = [part for pair in new.items() for part in pair]
        await self._run(self._replace_fields, [self._key(person)], [*_lives(person), len(prefixes), *prefixes, *parts])

    async def _run(self, script: Any, keys: list[str], arguments: Iterable[Any]) -> Any:
        return await self._done(script(keys=keys, args=list(arguments)))

    async def _done(self, command: Any) -> Any:
        try:
            return await within_deadline(command, WRITE_SECONDS)
        except ERRORS as error:
            raise _unavailable() from error

    def _key(self, person: Person) -> str:
        return f"{self._prefix}taste:{{{person.key}}}"


def _lives(person: Person) -> list[int]:
    """For how many seconds a taste is kept, and one with hidden things: for good in the case of an account."""
    life = CLAIMED_LIFE_SECONDS if person.is_claimed else LIFE_SECONDS
    return [life, 0 if person.customer_id is not None else HIDDEN_LIFE_SECONDS]


def _unavailable() -> Unavailable:
    return Unavailable("PERSONALIZATION_UNAVAILABLE", "This cannot be saved now; try again in a moment.")
