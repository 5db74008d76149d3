"""Units of orders that somebody else has ended stop counting."""

from collections.abc import AsyncIterator, Collection

import pytest

from datasources.kit.allowances import Allowances
from datasources.kit.limits import Limits
from datasources.kit.redis import connect
from domain.kit.limits import HELD_BY_DEVICE
from services.checkout.attempt_limits import AttemptLimits, Hold
from services.checkout.open_holds import MAX_HOLDS, SECONDS, OpenHolds

MINE, OTHER = Hold(100, "one", None, ""), Hold(100, "other", None, "")


class Shop:
    """`ended` are orders that wait no longer; `asked` are those that the database looked for."""

    def __init__(self, allowances: Allowances) -> None:
        self.now = 1_000.0
        self.ended: set[int] = set()
        self.asked: list[Collection[int]] = []
        self.allowances = allowances
        self.limits = AttemptLimits(allowances)
        self.holds = OpenHolds(self.limits, self._ended_of, lambda: self.now)

    async def _ended_of(self, order_ids: Collection[int]) -> Collection[int]:
        self.asked.append(order_ids)
        return self.ended & set(order_ids)

    def left(self, hold: Hold) -> float:
        """What the device has left; time stands still for budgets."""
        return self.allowances.of(HELD_BY_DEVICE, hold.device or "").left


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """Without Redis."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    allowances = Allowances(Limits(redis, "test:", "secret"), lambda: 0.0)
    yield Shop(allowances)
    await allowances.close()
    await redis.close()


async def test_what_still_counts_is_given_back(shop: Shop) -> None:
    """Half of it after half the time, of orders of the same device, and once."""
    for order, hold in ((1, MINE), (2, MINE), (3, OTHER)):
        shop.limits.hold(hold)
        shop.holds.add(order, hold)
    assert not await shop.holds.settle(MINE)
    shop.now, shop.ended = shop.now + SECONDS / 2, {1, 3}
    assert await shop.holds.settle(MINE)
    assert (shop.left(MINE), shop.left(OTHER), shop.asked) == (150, 200, [[1, 2], [1, 2]])
    shop.now += 2
    assert not await shop.holds.settle(MINE)
    assert shop.asked[2:] == [[2]]


async def test_nobody_makes_the_database_read_all_the_time(shop: Shop) -> None:
    """Once in a second."""
    shop.holds.add(1, MINE)
    assert [await shop.holds.settle(MINE) for _ in range(5)] == [False] * 5
    assert len(shop.asked) == 1


async def test_no_more_is_remembered_than_counts(shop: Shop) -> None:
    """Neither too many orders nor old ones."""
    for order in range(MAX_HOLDS + 10):
        shop.holds.add(order, MINE)
    assert len(shop.holds) == MAX_HOLDS
    shop.now += SECONDS + 1
    shop.holds.add(-1, MINE)
    assert len(shop.holds) == 1
