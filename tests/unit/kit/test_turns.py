"""Requests that compute leave the event loop to others, each in its turn."""

import asyncio

import pytest

from datasources.kit.turns import Turns, Work, built, working
from tests.kit.turns import Clock, turns_during


@pytest.fixture
def turns() -> Turns:
    """Stretches of three looks at the clock."""
    return Turns(3.0, Clock())


async def test_records_are_built_in_turns(turns: Turns) -> None:
    """All of them, in their order; others get a turn after each stretch."""
    found: list[int] = []

    async def build() -> None:
        with working(turns):
            found.extend(await built(lambda item: item * 2, range(1_000)))

    assert await turns_during(build()) >= 10
    assert found == [2 * item for item in range(1_000)]


async def test_outside_a_request_records_are_built_at_once() -> None:
    """Workers and commands have nobody to wait for."""
    assert await turns_during(built(str, range(1_000))) == 1


async def test_requests_go_on_in_turns(turns: Turns) -> None:
    """One with many parts holds up one with few by a few parts each."""
    large, small = Work(turns), Work(turns)
    order: list[str] = []

    async def part(work: Work, name: str) -> None:
        await work.turn()
        order.append(name)

    parts = [part(large, "large") for _ in range(20)] + [part(small, "small") for _ in range(2)]
    await asyncio.gather(*parts)
    assert order == ["large"] * 8 + ["small"] * 2 + ["large"] * 12


async def test_a_part_that_is_given_up_holds_nobody_up(turns: Turns) -> None:
    """Neither the other parts of its request nor other requests."""
    ended, other = Work(turns), Work(turns)
    given_up = [asyncio.ensure_future(ended.turn()) for _ in range(3)]
    await asyncio.sleep(0)
    for part in given_up:
        part.cancel()
    await asyncio.gather(other.turn(), ended.turn())
    await ended.quiet()


async def test_a_stretch_begins_with_each_turn_of_the_loop(turns: Turns) -> None:
    """Whoever looks first begins it."""
    assert [turns.is_over() for _ in range(5)] == [False, False, False, True, True]
    await asyncio.sleep(0)
    assert turns.is_over() is False


async def test_payers_go_on_in_turns(turns: Turns) -> None:
    """Whoever sends many requests holds up others no longer than with one, and gets the oldest answer first."""
    old, new, other = Work(turns, "many"), Work(turns, "many"), Work(turns, "one")
    order: list[str] = []

    async def part(work: Work, name: str) -> None:
        await work.turn()
        order.append(name)

    parts = [part(new, "new") for _ in range(10)] + [part(old, "old") for _ in range(10)]
    await asyncio.gather(*parts, *(part(other, "other") for _ in range(10)))
    assert order == ["old"] * 8 + ["other"] * 8 + ["old"] * 2 + ["other"] * 2 + ["new"] * 10


async def test_work_begins_when_no_older_work_of_its_payer_waits(turns: Turns) -> None:
    """That of other payers, and of nobody in particular, begins at once."""
    old, new, other, nobody = (Work(turns, payer) for payer in ("many", "many", "one", None))
    order: list[str] = []

    async def compute() -> None:
        for _ in range(3):
            await old.turn()
            order.append("old")

    async def begin(work: Work, name: str) -> None:
        await work.begin()
        order.append(name)

    computing = asyncio.create_task(compute())
    await asyncio.sleep(0)
    await asyncio.gather(begin(new, "new"), begin(other, "other"), begin(nobody, "nobody"), computing)
    assert order == ["other", "nobody", "old", "old", "old", "new"]
    await begin(Work(turns, "many"), "alone")
    assert order[-1] == "alone"
