"""One field that is given up takes no other field's answer with it."""

import asyncio
from collections.abc import Sequence

import pytest

from resolvers.kit.loaders import loader_of


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
