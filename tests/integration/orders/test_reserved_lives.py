"""Random lives of orders whose money is reserved: whatever is lost on the way, parcels take exactly their price."""

import random
from dataclasses import replace

import pytest

from datasources.consistency import charges
from datasources.kit.database import Database
from domain.kit.refusals import Refused
from domain.orders.after_payment import RefundedLine, RestockType, Tracking
from domain.orders.commands import CancelOrder, CancelReason, FulfilOrder, LineUnits, RefundOrder
from domain.payments.records import PaymentMethod
from tests.kit import ended_authorizations, order_lives
from tests.kit.captured_oracle import wrongly_captured
from tests.kit.order_lives import TERRITORIES, LifeDesk

LATER = PaymentMethod("later", "Paid with the parcels", "bank", authorizes=True)
ORDERS, STEPS = 8, 7


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> LifeDesk:
    """A shop with taxes, delivery and discounts that takes all its money with the parcels."""
    every = tuple(replace(each, payment_methods=(LATER,)) for each in TERRITORIES.all)
    monkeypatch.setattr(order_lives, "TERRITORIES", replace(TERRITORIES, all=every))
    return LifeDesk(database)


class Life:
    """One order and what staff do with it."""

    def __init__(self, desk: LifeDesk, order_id: int, lines: int, chance: random.Random) -> None:
        self._desk, self._id, self._lines, self._chance = desk, order_id, lines, chance

    async def step(self) -> None:
        """Refusals are part of a life."""
        self._desk.bank.mood = self._chance.choice(("does", "does", "hears nothing", "answer lost"))
        step = self._chance.choice(
            (*(self.send,) * 4, *(self.drop,) * 2, self.refund, self.cancel, self.sweep, self.end)
        )
        try:
            await step()
        except Refused as refused:
            assert refused.refusals[0].code != "INVALID", refused.refusals

    async def send(self) -> None:
        """Some units, or all that are left."""
        units = (LineUnits(self._line(), self._chance.randrange(1, 3)),)
        some = units if self._chance.random() < 0.8 else None
        await self._desk.life.fulfil(self._desk.staff, self._id, FulfilOrder(some, Tracking()))

    async def drop(self) -> None:
        """Some units will never be sent."""
        line = RefundedLine(self._line(), self._chance.randrange(1, 3), RestockType.CANCEL)
        await self._desk.life.refund(self._desk.staff, self._id, RefundOrder(None, lines=(line,)))

    async def refund(self) -> None:
        """Units that were sent, or an amount."""
        kind = self._chance.choice((RestockType.RETURN, RestockType.NO_RESTOCK))
        lines = (RefundedLine(self._line(), 1, kind),)
        command = self._chance.choice((RefundOrder(None, lines=lines), RefundOrder(None, "0.50")))
        await self._desk.life.refund(self._desk.staff, self._id, command)

    async def cancel(self) -> None:
        """Possible while nothing was sent."""
        if self._chance.random() < 0.3:
            command = CancelOrder(CancelReason.CUSTOMER, restock=True, refund=True)
            await self._desk.life.cancel(self._desk.staff, self._id, command)

    async def sweep(self) -> None:
        """The worker repeats what was lost."""
        await self._desk.sweep()

    async def end(self) -> None:
        """The authorization ends by itself. Before, the worker had its time."""
        if self._chance.random() < 0.3:
            self._desk.bank.mood = "does"
            await self._desk.sweep()
            await ended_authorizations.end(self._desk, self._id)
            await ended_authorizations.cancel_rest(self._desk, self._id)

    def _line(self) -> int:
        return self._chance.randrange(self._lines)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(1))
async def test_parcels_take_exactly_their_price(desk: LifeDesk, database: Database, seed: int) -> None:
    """All units cost the total to the last minor unit, cancelled ones nothing, and nothing is left over."""
    chance = random.Random(seed)
    await desk.stock_up()
    for _ in range(ORDERS):
        bought = await desk.buy_some(chance)
        life = Life(desk, bought.id, len(bought.variants), chance)
        for _ in range(STEPS):
            await life.step()
        assert await desk.contradictions() == []
    desk.bank.mood = "does"
    await desk.sweep()
    assert await wrongly_captured(database, desk.bank) == []
    assert await desk.contradictions() == []
    await desk.settle_clock()
    assert (await charges.told_otherwise(database, desk.bank)).sentences == ()
