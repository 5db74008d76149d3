"""A restore from an incomplete backup, or over an existing shop, is refused before anything is written."""

import fnmatch
import gzip
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bff.backup.contents import ALL_KEYS
from bff.backup.restore import restore
from bff.backup.write import back_up
from bff.processes.problems import ProcessProblem
from bff.settings.variables import Settings
from bff.stores.wiring import open_stores
from datasources.content.writes import ContentStore
from datasources.kit import redis
from datasources.kit.backup.keys import lines
from domain.catalog.records import ProductContent
from tests.integration.backup.shops import empty_shop, everything
from tests.kit.backends.databases import Databases
from tests.kit.factories.catalog import add_product
from tests.kit.fixtures.stores import NO_HURRY, present
from tests.upgrades import fixture
from tests.upgrades.make import FOLDER
from tests.upgrades.release import PREVIOUS

Damage = Callable[[Path], None]


@pytest.fixture
async def settings(all_databases: dict[str, Databases], tmp_path: Path) -> AsyncIterator[Settings]:
    """A shop with one product."""
    url = await all_databases[present("sqlite").name].clean(tmp_path)
    async with empty_shop(url, present("valkey").url(), tmp_path) as settings:
        await _add_product(settings, "mug")
        yield settings


@pytest.fixture
async def backup(settings: Settings, tmp_path: Path) -> Path:
    """The backup of it."""
    await back_up(settings, tmp_path / "backup")
    return tmp_path / "backup"


async def _add_product(settings: Settings, handle: str) -> int:
    async with open_stores(settings) as stores:
        product = await stores.database.transact(lambda tx: add_product(tx, handle=handle))
        await ContentStore(stores.documents).put_products({product.product_id: ProductContent(product.product_id)})
    return product.product_id


def _flip(backup: Path) -> None:
    file = backup / "relational" / "variants.jsonl.gz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _cut(backup: Path) -> None:
    file = backup / "documents" / "products.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-9])


def _lose(backup: Path) -> None:
    (backup / "redis" / "keys.jsonl.gz").unlink()


def _replace(backup: Path) -> None:
    """A whole file, but not the one that was written."""
    with gzip.open(backup / "relational" / "prices.jsonl.gz", "wt") as file:
        file.write("{}\n")


def _unfinished(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def _change(**changes: Any) -> Damage:
    def change(backup: Path) -> None:
        manifest = json.loads((backup / "manifest.json").read_text())
        (backup / "manifest.json").write_text(json.dumps(manifest | changes))

    return change


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_flip, "relational/variants.jsonl.gz is damaged"),
        (_cut, "documents/products.jsonl.gz is damaged"),
        (_lose, "redis/keys.jsonl.gz is missing"),
        (_replace, "relational/prices.jsonl.gz is damaged"),
        (_unfinished, "it is not a backup, or not a finished one"),
        (_change(format=2), "reads format 1"),
        (_change(revision="9999"), r"tables \(revision 9999\)"),
        (_change(parts=7), "cannot be read"),
    ],
)
async def test_a_damaged_backup_changes_nothing(settings: Settings, backup: Path, damage: Damage, words: str) -> None:
    """Not even with `force`; the error names the file."""
    damage(backup)
    before = await everything(settings)
    with pytest.raises(ProcessProblem, match=words):
        await restore(settings, backup, force=True)
    assert await everything(settings) == before


@pytest.mark.slow
async def test_a_shop_that_is_not_empty_is_deleted_only_by_force(settings: Settings, backup: Path) -> None:
    """Everything that is not in the backup is gone, and so are its keys; other shops keep theirs."""
    before = await everything(settings)
    await _add_product(settings, "jug")
    client = redis.connect(settings.redis_url.get_secret_value(), deadline=NO_HURRY)
    other = f"other-{settings.prefix}gate:7"
    await client.set(f"{settings.prefix}gate:{{cart}}", "1")
    await client.set(other, "1")
    with pytest.raises(ProcessProblem, match=r"the shop is not empty .*products"):
        await restore(settings, backup)
    assert len((await everything(settings))["products"]) == 2
    await restore(settings, backup, force=True)
    assert await everything(settings) == before
    assert [line async for line in lines(client, settings.prefix, ["gate:*"])] == []
    assert await client.delete(other) == 1
    await client.close()


async def test_a_directory_is_used_once(settings: Settings, backup: Path) -> None:
    """A second backup would mix with the first."""
    with pytest.raises(ProcessProblem, match="is not empty; name a new directory"):
        await back_up(settings, backup)


def test_nobody_else_reads_a_backup(backup: Path) -> None:
    """It holds password hashes and addresses."""
    assert backup.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in backup.iterdir() if path.is_dir()} == {0}


async def test_a_database_without_a_shop_is_no_backup(all_databases: dict[str, Databases], tmp_path: Path) -> None:
    """A wrong address is an error and not an empty backup."""
    url = all_databases[present("sqlite").name].empty(tmp_path)
    settings = Settings(database_url=url)  # type: ignore[arg-type]  # pydantic makes a secret of it
    with pytest.raises(ProcessProblem, match="has no tables of the shop"):
        await back_up(settings, tmp_path / "backup")


def test_every_key_of_a_shop_is_known() -> None:
    """A restore deletes the keys that describe other rows, and no key that may belong to another shop."""
    found = fixture.names_of_keys(FOLDER / PREVIOUS)
    assert [key for key in found if not any(fnmatch.fnmatchcase(key, pattern) for pattern in ALL_KEYS)] == []
    assert not any(pattern.startswith("*") for pattern in ALL_KEYS)
