"""Calls that arrive together share one run, and each is answered on its own."""

import asyncio
from collections.abc import Sequence

import pytest

from services.kit.batching import GroupCommit, QueueFull


class Ledger:
    """Work that remembers its batches; odd numbers fail alone, 13 fails its whole batch, 99 waits until it is
    released."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> Sequence[int | Exception]:
        """Tens of the numbers."""
        self.batches.append(list(items))
        if 99 in items:
            await self.gate.wait()
        await asyncio.sleep(0)
        if 13 in items:
            raise RuntimeError("thirteen")
        return [ValueError(str(item)) if item % 2 and item != 99 else item * 10 for item in items]


async def test_calls_that_wait_for_a_running_batch_become_the_next_one_in_their_order() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, lanes=1)
    first = asyncio.create_task(group(99))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(group(number)) for number in (2, 4, 6)]
    await asyncio.sleep(0)
    ledger.gate.set()
    assert await asyncio.gather(first, *rest) == [990, 20, 40, 60]
    assert ledger.batches == [[99], [2, 4, 6]]


async def test_an_item_that_fails_alone_is_told_so_and_its_neighbours_are_served() -> None:
    group = GroupCommit[int, int](Ledger(), lanes=1)
    answers = await asyncio.gather(group(2), group(3), group(4), return_exceptions=True)
    assert [answers[0], answers[2]] == [20, 40]
    assert isinstance(answers[1], ValueError)


async def test_a_batch_that_fails_as_a_whole_is_tried_item_by_item() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, lanes=1)
    answers = await asyncio.gather(group(2), group(13), group(4), return_exceptions=True)
    assert [answers[0], answers[2]] == [20, 40]
    assert isinstance(answers[1], RuntimeError)
    assert ledger.batches == [[2, 13, 4], [2], [13], [4]]


async def test_an_error_that_is_nobodys_own_is_told_to_all_without_trying_again() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, lanes=1, shared=(RuntimeError,))
    answers = await asyncio.gather(group(2), group(13), group(4), return_exceptions=True)
    assert all(isinstance(answer, RuntimeError) for answer in answers)
    assert ledger.batches == [[2, 13, 4]]


async def test_a_batch_is_no_larger_than_allowed() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, lanes=1, batch=3)
    await asyncio.gather(*(group(number) for number in range(0, 20, 2)))
    assert [len(batch) for batch in ledger.batches] == [3, 3, 3, 1]


async def test_who_comes_to_a_full_queue_is_turned_away_at_once() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, lanes=1, queue=2, poll_after=0.5)
    running = asyncio.create_task(group(99))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(group(number)) for number in (2, 4)]
    await asyncio.sleep(0)
    with pytest.raises(QueueFull) as refused:
        await group(6)
    assert refused.value.poll_after == 0.5
    ledger.gate.set()
    assert await asyncio.gather(running, *waiting) == [990, 20, 40]


async def test_a_caller_that_goes_away_stops_neither_its_item_nor_its_neighbours() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, lanes=1)
    running = asyncio.create_task(group(99))
    await asyncio.sleep(0)
    gone, stays = asyncio.create_task(group(2)), asyncio.create_task(group(4))
    await asyncio.sleep(0)
    gone.cancel()
    ledger.gate.set()
    assert await stays == 40
    assert await running == 990
    assert ledger.batches == [[99], [2, 4]]


async def test_a_call_that_comes_as_a_lane_ends_is_served() -> None:
    """The lane has no more work, but its task is not yet marked as done."""
    group = GroupCommit[int, int](Ledger(), lanes=1)
    for number in range(0, 40, 2):
        answers = [asyncio.create_task(group(number)), asyncio.create_task(_after(number // 2, group, number))]
        assert [*await asyncio.gather(*answers)] == [number * 10] * 2


async def _after(turns: int, group: GroupCommit[int, int], number: int) -> int:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await group(number)


async def test_where_time_is_cheap_a_batch_waits_for_company() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, gather_seconds=0.3)
    first = asyncio.create_task(group(2))
    await asyncio.sleep(0)
    assert [*await asyncio.gather(first, group(4))] == [20, 40]
    assert ledger.batches == [[2, 4]]


async def test_the_more_are_turned_away_the_later_they_are_to_come_back() -> None:
    ledger = Ledger()
    group = GroupCommit[int, int](ledger, queue=2, poll_after=0.5)
    held = asyncio.create_task(group(99))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(group(number)) for number in (2, 4)]
    await asyncio.sleep(0)
    later = []
    for _ in range(5):
        with pytest.raises(QueueFull) as refused:
            await group(6)
        later.append(refused.value.poll_after)
    assert later == [0.5, 0.5, 1.0, 1.0, 1.5]
    ledger.gate.set()
    await asyncio.gather(held, *waiting)
    assert await group(6) == 60
