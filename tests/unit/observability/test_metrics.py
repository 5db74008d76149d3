"""Where several server processes share their numbers."""

import os
from pathlib import Path

import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from bff.observability import metrics
from datasources.kit.caches import ENTRY_BYTES, ByteCache, MemoryBudget

NAME = "PROMETHEUS_MULTIPROC_DIR"


@pytest.fixture(autouse=True)
def no_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names none."""
    monkeypatch.delenv(NAME, raising=False)


def test_several_processes_share_an_empty_directory_that_ends_with_them() -> None:
    """With everything that they wrote into it."""
    with metrics.shared(2):
        directory = Path(os.environ[NAME])
        assert list(directory.iterdir()) == []
        (directory / "counter_1.db").touch()
    assert not directory.exists()
    assert NAME not in os.environ


def test_one_process_shares_with_nobody() -> None:
    """Its numbers stay in its memory."""
    with metrics.shared(1):
        assert NAME not in os.environ


def test_the_directory_of_the_operator_is_used_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Something else may read it as well."""
    monkeypatch.setenv(NAME, str(tmp_path))
    with metrics.shared(2):
        assert os.environ[NAME] == str(tmp_path)
    assert tmp_path.exists()


def _samples() -> dict[str, float]:
    text = metrics.exposition(()).decode()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")}


def test_operators_see_what_the_caches_of_a_process_take() -> None:
    """By the name of each cache, and how many entries made room."""
    memory = MemoryBudget(2 * ENTRY_BYTES)
    cache = ByteCache[int, None](memory, "junk")
    numbers = metrics.ProcessNumbers({}, memory)
    before = _samples()["storefront_cache_evictions_total"]
    for number in range(5):
        cache.put(number, None, 0)
    for _ in range(2):
        numbers.update()
    after = _samples()
    assert after['storefront_cache_bytes{cache="junk"}'] == 2 * ENTRY_BYTES
    assert after["storefront_cache_evictions_total"] - before == 3


def test_memory_of_a_process_that_ended_is_not_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its file in the shared directory goes when somebody reads the numbers; that of a living process stays."""
    monkeypatch.setenv(NAME, str(tmp_path))
    ended, living = tmp_path / "gauge_livesum_999999999.db", tmp_path / f"gauge_livesum_{os.getpid()}.db"
    for file in (ended, living):
        file.write_bytes(b"")
    monkeypatch.setattr(MultiProcessCollector, "collect", lambda _: [])
    metrics.exposition(())
    assert (ended.exists(), living.exists()) == (False, True)
