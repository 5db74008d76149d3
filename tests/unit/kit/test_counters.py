"""While Redis does not answer, each process counts by itself."""

from collections.abc import AsyncIterator

import pytest

from datasources.kit import counters
from datasources.kit.counters import RateCounter
from datasources.kit.redis import Client, connect


class Clock:
    """Shows the time that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def gone() -> AsyncIterator[Client]:
    """A Redis that nobody started."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    yield redis
    await redis.close()


async def _take(counter: RateCounter, subject: str, times: int) -> list[float]:
    return [await counter.take(subject) for _ in range(times)]


async def test_tries_are_bounded_within_any_window(gone: Client) -> None:
    """A try is free again when the oldest one of the window is past; other subjects have their own."""
    clock = Clock()
    counter = RateCounter(gone, "test:", "logins", "secret", limit=2, seconds=60, clock=clock)
    assert await _take(counter, "ada", 1) == [0.0]
    clock.now = 30.0
    assert await _take(counter, "ada", 3) == [0.0, 30.0, 30.0]
    assert await _take(counter, "bob", 2) == [0.0, 0.0]
    clock.now = 60.0
    assert await _take(counter, "ada", 2) == [0.0, 30.0]


async def test_tries_can_be_given_back(gone: Client) -> None:
    """The last one, or all of them."""
    counter = RateCounter(gone, "test:", "logins", "secret", limit=2, seconds=60, clock=Clock())
    await _take(counter, "ada", 2)
    await counter.give_back("ada")
    assert await _take(counter, "ada", 2) == [0.0, 60.0]
    await counter.reset("ada")
    assert await _take(counter, "ada", 3) == [0.0, 0.0, 60.0]


async def test_the_memory_of_a_process_is_bounded(gone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The subject that tried longest ago is forgotten first."""
    monkeypatch.setattr(counters, "LOCAL_BYTES", 1_000)
    counter = RateCounter(gone, "test:", "logins", "secret", limit=1, seconds=60, clock=Clock())
    for subject in ("ada", "bob", "cleo"):
        await counter.take(subject)
    assert [await counter.take(subject) for subject in ("cleo", "bob", "ada")] == [60.0, 60.0, 0.0]
