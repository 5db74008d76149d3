"""One field that is given up takes no other field's answer with it."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from datasources.kit.turns import Turns, current_work, working
from resolvers.kit.loaders import VALUES_AT_ONCE, loader_of


async def test_a_caller_that_is_cancelled_leaves_the_others_their_value() -> None:
    release = asyncio.Event()

    async def read(keys: Sequence[int]) -> list[int]:
        await release.wait()
        return [key * 10 for key in keys]

    loader = loader_of(read)
    gone, stays = asyncio.ensure_future(loader.load(1)), asyncio.ensure_future(loader.load(1))
    await asyncio.sleep(0)
    gone.cancel()
    release.set()
    assert await stays == 10
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_every_caller_of_a_failed_batch_is_told() -> None:
    async def read(keys: Sequence[int]) -> list[int]:
        raise ValueError(str(len(keys)))

    loader = loader_of(read)
    answers = await asyncio.gather(loader.load(1), loader.load(2), loader.load(1), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["2", "2", "2"]


async def test_an_answer_that_takes_many_turns_needs_one_read() -> None:
    """Keys wait while parts of the request wait for their turns."""
    reads: list[int] = []

    async def read(keys: Sequence[int]) -> list[int]:
        reads.append(len(keys))
        return list(keys)

    with working(Turns()):
        loader, work = loader_of(read), current_work()
        assert work is not None

        async def list_in_turns() -> None:
            values = []
            for key in range(20):
                values.append(asyncio.ensure_future(loader.load(key)))
                await work.turn()
            assert await asyncio.gather(*values) == list(range(20))

        await asyncio.gather(list_in_turns(), list_in_turns())
    assert reads == [20]


async def test_values_reach_many_fields_in_turns() -> None:
    """So that not all of them go on in one turn of the event loop."""

    async def read(keys: Sequence[int]) -> list[int]:
        return list(keys)

    with working(Turns()):
        loader = loader_of(read)
        values = [loader.load(key) for key in range(100)]
    done_by_turn: list[int] = []
    while not all(value.done() for value in values):
        await asyncio.sleep(0)
        done_by_turn.append(sum(value.done() for value in values))
    steps = [later - earlier for earlier, later in pairwise(done_by_turn)]
    assert max(steps) <= VALUES_AT_ONCE


async def test_a_batch_has_a_largest_size() -> None:
    """Databases limit the parameters of a statement."""
    reads: list[int] = []

    async def read(keys: Sequence[int]) -> list[int]:
        reads.append(len(keys))
        return list(keys)

    loader = loader_of(read)
    assert await loader.load_many(range(1_200)) == list(range(1_200))
    assert reads == [500, 500, 200]
