"""300 random order lives: money, units and states are those of an oracle written from docs/pricing.md."""

import random
from collections.abc import Mapping

import pytest

from datasources.consistency import charges
from datasources.kit.database import Database
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.orders.after_payment import RefundedLine, RestockType, Tracking
from domain.orders.commands import (
    CancelOrder,
    CancelReason,
    FulfilOrder,
    LineUnits,
    RefundOrder,
    RefundShipping,
    ReturnUnits,
)
from domain.payments.keys import charge_key
from tests.kit.bank import Account
from tests.kit.ledger_oracle import Kind, Mood
from tests.kit.order_lives import STOCK, Bought, LifeDesk

pytestmark = pytest.mark.slow

LIVES_AT_ONCE, TURNS = 50, 6
MOODS: tuple[Mood, ...] = ("does", "does", "does", "refuses", "hears nothing", "answer lost")
KINDS: tuple[Kind, ...] = ("CANCEL", "CANCEL", "RETURN", "NO_RESTOCK")


class Life:
    """One order on its way through the shop and through the oracle."""

    def __init__(self, desk: LifeDesk, chance: random.Random, bought: Bought) -> None:
        self._desk = desk
        self._chance = chance
        self._id = bought.id
        self._ledger = bought.ledger

    async def step(self) -> None:
        """One random change."""
        steps = [self.refund, self.refund, self.cancel, self.send, self.take_back, self.by_hand, self.sweep]
        if self._ledger.state == "PENDING_PAYMENT":
            steps = [self.pay, self.end, self.cancel]
        elif self._ledger.state in ("EXPIRED", "CANCELLED") and not self._ledger.sold and not self._ledger.charged:
            steps = [self.pay_late, self.refund, self.cancel]
        await self._chance.choice(steps)()

    async def pay(self) -> None:
        """The charge arrives in time."""
        self._charge()
        await self._desk.payments.settle(self._id)
        self._ledger.pay()

    async def end(self) -> None:
        """The hold ends."""
        await self._desk.end_hold(self._id)
        self._ledger.state = "EXPIRED"

    async def pay_late(self) -> None:
        """The charge arrives after the end, and its money goes back."""
        self._charge()
        self._desk.bank.mood = "does"
        await self._desk.payments.settle_late(self._id)
        await self._desk.sweep()
        self._ledger.pay_late()

    def _charge(self) -> None:
        self._desk.bank.accounts[charge_key(self._id)] = Account(Money(self._ledger.total, "GBP"))

    async def refund(self) -> None:
        """Lines, delivery and an amount, or some of them."""
        lines = {place: (units, self._chance.choice(KINDS)) for place, units in self._units().items()}
        if self._chance.random() < 0.4:
            lines = {place: (units, "CANCEL") for place, (units, _) in lines.items()}
        lines = lines if self._chance.random() < 0.8 else {}
        delivery = self._chance.choice((None, None, None, 100, self._ledger.delivery)) or None
        extra = self._chance.choice((0, 0, 0, 1, 250, max(self._ledger.left, 0)))
        if not lines and delivery is None and not extra:
            return
        command = RefundOrder(
            None,
            f"{extra / 100:.2f}" if extra else None,
            tuple(RefundedLine(place, units, RestockType[kind]) for place, (units, kind) in lines.items()),
            shipping=None if delivery is None else RefundShipping(f"{delivery / 100:.2f}"),
        )
        mood = self._mood()
        done = await self._done(self._desk.life.refund(self._desk.staff, self._id, command))
        assert done is self._ledger.refund(lines, delivery, extra, mood)

    async def cancel(self) -> None:
        """With or without units and money."""
        restock, refund, mood = self._chance.random() < 0.6, self._chance.random() < 0.6, self._mood()
        command = CancelOrder(CancelReason.CUSTOMER, restock, refund)
        done = await self._done(self._desk.life.cancel(self._desk.staff, self._id, command))
        assert done is self._ledger.cancel(restock, refund, mood)

    async def send(self) -> None:
        """A parcel with some units."""
        units = self._units()
        command = FulfilOrder(tuple(LineUnits(*each) for each in units.items()), Tracking())
        done = await self._done(self._desk.life.fulfil(self._desk.staff, self._id, command))
        assert done is self._ledger.send(units)

    async def take_back(self) -> None:
        """Some units come back, for sale again or not."""
        units, restock = self._units(), self._chance.random() < 0.5
        command = ReturnUnits(tuple(LineUnits(*each) for each in units.items()), restock, None)
        done = await self._done(self._desk.life.take_back(self._desk.staff, self._id, command))
        assert done is self._ledger.take_back(units, restock)

    async def by_hand(self) -> None:
        """Staff refunds a part, or all that is left, at the provider."""
        left = self._ledger.charged - self._ledger.back
        if left <= 0:
            return
        minor = self._chance.choice((1, left, self._chance.randrange(1, left + 1)))
        await self._desk.hooks.receive(self._desk.bank.by_hand(charge_key(self._id), minor))
        self._ledger.by_hand(minor)

    async def sweep(self) -> None:
        """Refunds without an answer are sent again."""
        self._desk.bank.mood = "does"
        await self._desk.sweep()
        self._ledger.sweep()

    def _mood(self) -> Mood:
        self._desk.bank.mood = self._chance.choice(MOODS)
        return self._desk.bank.mood

    def _units(self) -> dict[int, int]:
        places = range(len(self._ledger.lines))
        chosen = self._chance.sample(places, self._chance.randrange(1, len(places) + 1))
        return {place: self._chance.randrange(1, self._ledger.lines[place].units + 1) for place in chosen}

    async def _done(self, work: object) -> bool:
        try:
            await work  # type: ignore[misc]
        except Refused:
            return False
        return True

    async def compare(self) -> None:
        """The order as the shop has it, and as it must be."""
        life, ledger = await self._desk.look(self._id), self._ledger
        assert (life.order.status, life.order.total.minor) == (ledger.state, ledger.total)
        assert life.financial_status == ledger.financial
        assert (life.refunded_minor, life.refundable.minor) == (ledger.done, ledger.left)
        assert [(line.fulfilled, line.cancelled, line.returned) for line in life.lines] == [
            (line.sent, line.for_sale, line.came_back) for line in ledger.lines
        ]


def stock_after(bought: list[Bought]) -> Mapping[int, tuple[int, int]]:
    """Units held and sold of each variant."""
    found: dict[int, tuple[int, int]] = {}
    for each in bought:
        for variant_id, line in zip(each.variants, each.ledger.lines, strict=True):
            held, sold = found.get(variant_id, (0, 0))
            held += line.units if each.ledger.state == "PENDING_PAYMENT" else 0
            sold += line.units - line.for_sale - line.resold if each.ledger.sold else 0
            found[variant_id] = held, sold
    return found


@pytest.mark.parametrize("turn", range(TURNS))
async def test_random_lives_are_those_of_the_document(database: Database, turn: int) -> None:
    """After every step, and the reconciler and the provider agree at the end."""
    desk, bought = LifeDesk(database), []
    await desk.stock_up()
    for number in range(LIVES_AT_ONCE):
        chance = random.Random(turn * LIVES_AT_ONCE + number)
        bought.append(await desk.buy_some(chance))
        life = Life(desk, chance, bought[-1])
        await life.compare()
        for _ in range(chance.randrange(2, 9)):
            await life.step()
            await life.compare()
        await life.sweep()
        await life.compare()
    stock = {row[0]: row[1:] for row in await stock_rows(desk)}
    for variant_id, (held, sold) in stock_after(bought).items():
        assert stock[variant_id] == (STOCK - held - sold, held, sold)
    assert await desk.contradictions() == []
    await desk.settle_clock()
    assert (await charges.told_otherwise(database, desk.bank)).sentences == ()


async def stock_rows(desk: LifeDesk) -> list[tuple[int, int, int, int]]:
    """Variant, units for sale, held and sold."""
    return [(row.variant_id, row.available, row.reserved, row.sold) for row in await desk.rows(desk.levels)]
