"""Deadlines hold for every kind of work."""

import asyncio

import pytest

from datasources.kit.deadlines import within_deadline


class _Stubborn:
    """Takes a cancellation for nothing, as drivers do, until it is `released`."""

    def __init__(self) -> None:
        self.begun, self.released, self.ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(self) -> str:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self.released.wait()
            self.ended.set()
            raise ConnectionError from None
        return "in time"


async def test_what_comes_in_time_is_answered() -> None:
    """Answers and errors alike."""

    async def fails() -> None:
        raise ValueError

    assert await within_deadline(asyncio.sleep(0, "answer"), 1) == "answer"
    with pytest.raises(ValueError):
        await within_deadline(fails(), 1)


async def test_what_does_not_end_when_told_is_not_waited_for() -> None:
    """It may end later, and its result is dropped."""
    stubborn = _Stubborn()
    with pytest.raises(TimeoutError):
        await within_deadline(stubborn.work(), 0.02)
    assert not stubborn.ended.is_set()
    stubborn.released.set()
    await stubborn.ended.wait()


async def test_who_is_cancelled_takes_the_work_along() -> None:
    """A client that leaves."""
    stubborn = _Stubborn()
    waiting = asyncio.create_task(within_deadline(stubborn.work(), 3600))
    await stubborn.begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    stubborn.released.set()
    await stubborn.ended.wait()
