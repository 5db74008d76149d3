"""Questions at the same moment share a command, and each gets its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from datasources.kit.coalescing import Coalescer


class Store:
    """Answers tens of numbers, 13 with an error for all, and remembers the batches that it got."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        """One command."""
        self.asked.append(list(numbers))
        await asyncio.sleep(0.01)
        if 13 in numbers:
            raise ConnectionError("thirteen")
        return [number * 10 for number in numbers]


async def test_what_is_asked_while_a_command_is_on_its_way_shares_the_next() -> None:
    store = Store()
    coalesced = Coalescer[int, int](store)
    first = asyncio.create_task(coalesced(1))
    await asyncio.sleep(0.001)
    assert [await first, *await asyncio.gather(*(coalesced(number) for number in (2, 3, 2)))] == [10, 20, 30, 20]
    late = [asyncio.create_task(coalesced(number)) for number in (4, 5)]
    assert [*await asyncio.gather(*late)] == [40, 50]
    assert store.asked == [[1], [2, 3, 2], [4, 5]]


async def test_an_error_reaches_those_whose_command_failed_and_no_other() -> None:
    coalesced = Coalescer[int, int](Store())
    answers = await asyncio.gather(coalesced(1), coalesced(13), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
    assert await coalesced(2) == 20


async def test_who_goes_away_takes_nobody_along() -> None:
    coalesced = Coalescer[int, int](Store())
    gone, stays = asyncio.create_task(coalesced(1)), asyncio.create_task(coalesced(2))
    await asyncio.sleep(0.001)
    gone.cancel()
    assert await stays == 20
    with pytest.raises(asyncio.CancelledError):
        await gone
