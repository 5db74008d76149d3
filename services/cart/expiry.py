"""The end of carts that nobody has changed for long, with the personal data in them."""

from datasources import cart as carts
from datasources.kit.database import Database

_BATCH = 500
# Carts per turn: a backlog of millions must not keep the database busy.
_BATCHES = 200
_DAY = 86_400


class CartExpiry:
    """Deletes carts `days` after their last change. Orders stay, with what they need of their carts."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._seconds = days * _DAY

    async def end_old(self) -> int:
        """Deletes old carts in batches of their own; returns how many. The next turn goes on where this one stops."""
        ended = 0
        for _ in range(_BATCHES):
            batch = await self._database.transact(lambda tx: carts.end_old(tx, self._seconds, _BATCH))
            ended += batch
            if batch < _BATCH:
                break
        return ended
