"""The directory on this machine: several processes, damage, older forms."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from datasources.search.tantivy import TantivyEngine
from domain.kit.refusals import Unavailable
from domain.search import SearchQuery
from tests.kit.factories.search import LAMP, MUG, SHIRT

_WRITER = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from datasources.search.tantivy import TantivyEngine
from tests.kit.factories.search import MUG

async def write(first):
    engine = TantivyEngine(Path(sys.argv[1]), "shop", 10.0)
    for number in range(first, first + 5):
        await engine.index([replace(MUG, product_id=number)])
    await engine.close()

asyncio.run(write(int(sys.argv[2])))
"""
_HOLDER = """
import fcntl, sys
lock = open(sys.argv[1], "ab")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[TantivyEngine]:
    """A prepared, empty index."""
    engine = TantivyEngine(tmp_path, "shop", 5.0)
    await engine.prepare()
    yield engine
    await engine.close()


def _damage(directory: Path, pattern: str) -> None:
    paths = list(directory.glob(f"*/{pattern}"))
    assert paths
    for path in paths:
        path.write_bytes(b"not what it was")


def _directories(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if path.is_dir()}


async def _total(engine: TantivyEngine) -> int:
    return (await engine.search(SearchQuery("", 0))).total


@pytest.mark.slow
async def test_processes_that_write_at_once_lose_nothing(engine: TantivyEngine, tmp_path: Path) -> None:
    """Three processes write five products each; this one, which had it open, sees all."""
    assert await _total(engine) == 0
    command = (sys.executable, "-c", _WRITER, str(tmp_path))
    writers = [await asyncio.create_subprocess_exec(*command, str(first)) for first in (10, 20, 30)]
    assert [await writer.wait() for writer in writers] == [0, 0, 0]
    assert await _total(engine) == 15


@pytest.mark.slow
async def test_a_writer_gives_up_when_another_one_never_ends(tmp_path: Path) -> None:
    """It answers `Unavailable`; when the holder has died, writing goes on."""
    engine = TantivyEngine(tmp_path, "shop", 0.1)
    await engine.prepare()
    command = (sys.executable, "-c", _HOLDER, str(tmp_path / "shopproducts-v.lock"))
    holder = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(Unavailable):
        await engine.index([MUG])
    holder.kill()
    await holder.communicate()
    patient = TantivyEngine(tmp_path, "shop", 5.0)
    await patient.index([MUG])
    assert await _total(patient) == 1
    await engine.close()
    await patient.close()


async def test_an_index_that_was_never_prepared_is_unavailable(tmp_path: Path) -> None:
    """For readers, for writers and for the health check."""
    engine = TantivyEngine(tmp_path / "nowhere", "shop", 1.0)
    for call in (engine.search(SearchQuery("", 1)), engine.index([MUG]), engine.ping()):
        with pytest.raises(Unavailable) as raised:
            await call
        assert raised.value.code == "SEARCH_UNAVAILABLE"
    await engine.close()


@pytest.mark.parametrize("damage", ["meta.json", "*.term", "*.fast"])
async def test_a_damaged_index_is_replaced_by_an_empty_one(engine: TantivyEngine, tmp_path: Path, damage: str) -> None:
    """Another process finds it damaged; after `prepare` it can be filled again, and readers that were open follow."""
    await engine.index([MUG, LAMP])
    _damage(tmp_path, damage)
    repairer = TantivyEngine(tmp_path, "shop", 5.0)
    await repairer.prepare()
    assert await _total(repairer) == 0
    await repairer.index([SHIRT])
    assert await _total(engine) == 1
    await repairer.close()


async def test_an_index_of_an_older_form_is_left_for_an_empty_one(tmp_path: Path) -> None:
    """The old directory is removed; indexes of other prefixes and of newer forms stay."""
    for name in ("shopproducts-v1", "otherproducts-v0", "shopproducts-v9999"):
        (tmp_path / name).mkdir()
    engine = TantivyEngine(tmp_path, "shop", 5.0)
    await engine.prepare()
    assert await _total(engine) == 0
    assert _directories(tmp_path) == {"shopproducts-v3", "otherproducts-v0", "shopproducts-v9999"}
    await engine.close()


async def test_prefixes_keep_indexes_apart(engine: TantivyEngine, tmp_path: Path) -> None:
    """Two shops in one directory, whatever characters their prefixes have."""
    other = TantivyEngine(tmp_path, "../shop:", 5.0)
    await other.prepare()
    await other.index([MUG])
    assert (await _total(other), await _total(engine)) == (1, 0)
    await other.close()
