"""Large requests of one payer go one after the other; nobody else waits for them."""

import asyncio
from contextlib import suppress

import pytest

from bff.edge.lanes import Lanes, Payer

ADA, BOB, CROWD = Payer("cost", "192.0.2.1"), Payer("cost", "192.0.2.2"), Payer("cost", "192.0.2.3", 3)


class Road:
    """Requests that are on their way until they are let go."""

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.under_way: list[str] = []
        self.most = 0
        self.end = asyncio.Event()

    async def go(self, payer: Payer, name: str) -> None:
        """One request."""
        async with self.lanes.turn(payer):
            self.under_way.append(name)
            self.most = max(self.most, len(self.under_way))
            await self.end.wait()
            self.under_way.remove(name)


async def _rest() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_payer_has_one_large_request_at_a_time_in_their_order() -> None:
    """Another payer's is not behind them, and no lane outlives its requests."""
    road = Road()
    tasks = [asyncio.create_task(road.go(payer, name)) for payer, name in ((ADA, "a"), (ADA, "b"), (BOB, "c"))]
    await _rest()
    assert road.under_way == ["a", "c"]
    tasks[0].cancel()
    await _rest()
    assert "b" in road.under_way
    road.end.set()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    assert len(road.lanes) == 0


async def test_a_network_of_many_has_the_lanes_of_many() -> None:
    """As it has their budget."""
    road = Road()
    tasks = [asyncio.create_task(road.go(CROWD, str(number))) for number in range(7)]
    await _rest()
    assert road.under_way == ["0", "1", "2"]
    road.end.set()
    await asyncio.gather(*tasks)
    assert road.most == 3


async def test_who_leaves_while_waiting_takes_no_place() -> None:
    """The next one goes on when the first has ended."""
    road = Road()
    first, second, third = (asyncio.create_task(road.go(ADA, name)) for name in "abc")
    await _rest()
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    road.end.set()
    await asyncio.gather(first, third)
    assert (road.most, len(road.lanes)) == (1, 0)
