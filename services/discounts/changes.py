"""Staff create and change discounts. Changing the limits of a discount does not change its uses so far."""

from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from datasources.discounts import codes as discounts
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.discounts.rules import DiscountChanges, DiscountFamily
from domain.kit.refusals import RefusalCode, Refused, refuse
from services.accounts.authority import require
from services.discounts.inputs import changed, facts_of, new_discount
from services.kit.clock import utc_now


class DiscountService:
    """Creates, changes and switches discounts; `currency` is the default territory's."""

    def __init__(self, database: Database, currency: str) -> None:
        self._database = database
        self._currency = currency

    async def create(self, viewer: Viewer, family: DiscountFamily, changes: DiscountChanges) -> int:
        """Creates a discount; returns its key. Refused: BLANK, TOO_LONG, INVALID, TAKEN."""

        async def create(tx: Tx) -> int:
            await require(tx, viewer, Permission.DISCOUNTS)
            now = utc_now()
            discount = new_discount(family, facts_of(changes, self._currency), now)
            try:
                return await discounts.insert(tx, discount, now)
            except IntegrityError:
                raise _taken() from None

        return await self._database.transact(create)

    async def update(self, viewer: Viewer, discount_id: int, family: DiscountFamily, changes: DiscountChanges) -> int:
        """Changes a discount of that family; returns its key. Refused: NOT_FOUND, BLANK, TOO_LONG, INVALID, TAKEN."""

        async def update(tx: Tx) -> int:
            await require(tx, viewer, Permission.DISCOUNTS)
            facts, now = facts_of(changes, self._currency), utc_now()
            old = await discounts.lock(tx, discount_id, now)
            if old is None or old.family is not family:
                raise _not_found()
            new = changed(old, facts)
            try:
                await discounts.update(tx, new, now)
            except IntegrityError:
                raise _taken() from None
            return discount_id

        return await self._database.transact(update)

    async def set_active(self, viewer: Viewer, discount_id: int, is_active: bool) -> int:
        """Switches a discount on or off without changing its times; returns its key. Refused: NOT_FOUND."""

        async def switch(tx: Tx) -> int:
            await require(tx, viewer, Permission.DISCOUNTS)
            now = utc_now()
            old = await discounts.lock(tx, discount_id, now)
            if old is None:
                raise _not_found()
            await discounts.update(tx, replace(old, is_active=is_active), now)
            return discount_id

        return await self._database.transact(switch)


def _not_found() -> Refused:
    return refuse(RefusalCode.NOT_FOUND, "The discount does not exist.", "discount_id")


def _taken() -> Refused:
    return refuse(RefusalCode.TAKEN, "Code must be unique.", "code")
