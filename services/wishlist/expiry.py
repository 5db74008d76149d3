"""The end of guests' wishlists that nobody has changed for long. Those of accounts stay."""

from datasources import wishlist as wishlists
from datasources.kit.database import Database

_BATCH = 200
# Lists per turn: a backlog of millions must not keep the database busy.
_BATCHES = 200
_DAY = 86_400


class WishlistExpiry:
    """Deletes lists of guests `days` after their last change."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._seconds = days * _DAY

    async def end_old(self) -> int:
        """Deletes old lists in batches of their own; returns how many. The next turn goes on where this one stops."""
        ended = 0
        for _ in range(_BATCHES):
            batch = await self._database.transact(lambda tx: wishlists.end_old(tx, self._seconds, _BATCH))
            ended += batch
            if batch < _BATCH:
                break
        return ended
