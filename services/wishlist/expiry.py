"""The end of guests' wishlists that nobody has changed for long. Those of accounts stay."""

from datasources import wishlist as wishlists
from datasources.kit.database import Database

_BATCH = 200
_BATCHES = 200
_DAY = 86_400


class WishlistExpiry:
    """Deletes lists of guests `days` after their last change."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._seconds = days * _DAY

    async def end_old(self) -> int:
        """Deletes old lists in batches of their own; returns how many. The next turn goes on where this one stops."""
        return await self._database.in_batches(
            lambda tx: wishlists.end_old(tx, self._seconds, _BATCH), _BATCH, most=_BATCHES
        )
