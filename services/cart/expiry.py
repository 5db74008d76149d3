"""The end of carts that nobody has changed for long, with the personal data in them."""

from datasources import cart as carts
from datasources.kit.database import Database

_BATCH = 500
_BATCHES = 200
_DAY = 86_400


class CartExpiry:
    """Deletes carts `days` after their last change. Orders stay, with what they need of their carts."""

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._seconds = days * _DAY

    async def end_old(self) -> int:
        """Deletes old carts in batches of their own; returns how many. The next turn goes on where this one stops."""
        return await self._database.in_batches(
            lambda tx: carts.end_old(tx, self._seconds, _BATCH), _BATCH, most=_BATCHES
        )
