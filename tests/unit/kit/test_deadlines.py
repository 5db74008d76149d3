"""Deadlines that hold whatever is below them."""

import asyncio
import time

import pytest

from datasources.kit.deadlines import in_time


async def _stubborn(ended: list[str]) -> str:
    """Takes a cancellation for nothing, as drivers do."""
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(0.2)
        ended.append("late")
        raise ConnectionError from None
    return "in time"


async def test_what_comes_in_time_is_answered() -> None:
    """Answers and errors alike."""

    async def fails() -> None:
        raise ValueError

    assert await in_time(asyncio.sleep(0, "answer"), 1) == "answer"
    with pytest.raises(ValueError):
        await in_time(fails(), 1)


async def test_what_does_not_end_when_told_is_not_waited_for() -> None:
    """It may end later, and nobody is told how."""
    ended: list[str] = []
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await in_time(_stubborn(ended), 0.02)
    assert time.monotonic() - began < 0.15
    await asyncio.sleep(0.4)
    assert ended == ["late"]


async def test_who_is_cancelled_takes_the_work_along() -> None:
    """A client that leaves."""
    ended: list[str] = []
    waiting = asyncio.create_task(in_time(_stubborn(ended), 5))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.4)
    assert ended == ["late"]
