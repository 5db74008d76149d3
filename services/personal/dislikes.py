"""What shoppers hide: rows for accounts, which Redis copies, and Redis alone for guests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias

import structlog

from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.personal import dislikes as rows
from datasources.personal.dislikes import Dislikes
from datasources.personal.tastes import Tastes
from domain.events import DislikesChanged
from domain.kit.refusals import AccessDenied, RefusalCode, Refused, Unavailable, refuse
from domain.personal.records import MAX_HIDDEN, Dislike, Person, Thing, account
from services.kit.clock import utc_now
from services.personal.checks import checked

logger = structlog.get_logger(__name__)
Hidden: TypeAlias = Mapping[Thing, datetime]


class DislikeService:
    """What is hidden stays hidden until it is taken back."""

    def __init__(self, database: Database, tastes: Tastes, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._tastes = tastes
        self._rows = Dislikes(database)
        self._clock = clock

    async def hide(self, person: Person, things: Iterable[Thing]) -> None:
        """Hides things from a shopper. Refused: INVALID. Raises `Unavailable`."""
        new = list(dict.fromkeys(map(checked, things)))
        if person.customer_id is not None:
            now = self._clock()
            await self._change(person.customer_id, lambda hidden: _limited({**dict.fromkeys(new, now), **hidden}))
        elif new and not await self._tastes.hide(person, new):
            raise _too_many()

    async def unhide(self, person: Person, things: Iterable[Thing]) -> None:
        """Shows things again; those that are not hidden change nothing. Refused: INVALID. Raises `Unavailable`."""
        shown = set(map(checked, things))
        if person.customer_id is None:
            await self._tastes.unhide(person, shown)
        else:
            await self._change(
                person.customer_id, lambda hidden: {each: at for each, at in hidden.items() if each not in shown}
            )

    async def hidden(self, person: Person) -> Sequence[Dislike]:
        """What a shopper has hidden, the newest first. Raises `Unavailable`."""
        if person.customer_id is None:
            return await self._tastes.hidden(person)
        return (await self._rows.by_customer([person.customer_id]))[0]

    async def adopt(self, device: Person, customer_id: int) -> None:
        """Hides from an account what is hidden on a device that signs in to it, as far as there is room.

        Nobody is kept from signing in: errors are only logged.
        """
        try:
            if found := await self._tastes.hidden(device):
                await self.take_over(customer_id, found)
        except Unavailable as error:
            logger.warning("dislikes_not_adopted", error=error.code)

    async def take_over(self, customer_id: int, found: Iterable[Dislike]) -> None:
        """Adds what Redis says to the rows of an account that exists, as far as there is room. Raises `Unavailable`."""
        kept = {each.thing: each.hidden_at for each in found}

        def add(hidden: Hidden) -> Hidden:
            new = [(each, at) for each, at in kept.items() if each not in hidden]
            return {**hidden, **dict(new[: MAX_HIDDEN - len(hidden)])}

        with suppress(AccessDenied):
            await self._change(customer_id, add)

    async def _change(self, customer_id: int, change: Callable[[Hidden], Hidden]) -> None:
        """Changes the rows of an account, then its copy. If the copy fails, the event makes up for it."""

        async def work(tx: Tx) -> Hidden:
            stored = await rows.lock(tx, customer_id)
            if stored is None:
                raise AccessDenied("UNAUTHENTICATED")
            before = {each.thing: each.hidden_at for each in stored}
            after = change(before)
            await rows.add(tx, customer_id, {each: at for each, at in after.items() if each not in before})
            await rows.remove(tx, customer_id, [each for each in before if each not in after])
            if after.keys() != before.keys():
                await outbox.add(tx, DislikesChanged(customer_id))
            return after

        after = await self._database.transact(work)
        try:
            await self._tastes.copy_dislikes(account(customer_id), (Dislike(each, at) for each, at in after.items()))
        except Unavailable as error:
            logger.warning("dislikes_not_copied", customer=customer_id, error=error.code)


def _limited(hidden: Hidden) -> Hidden:
    if len(hidden) > MAX_HIDDEN:
        raise _too_many()
    return hidden


def _too_many() -> Refused:
    message = f"At most {MAX_HIDDEN} products and categories can be hidden. Show some again first."
    return refuse(RefusalCode.INVALID, message)
