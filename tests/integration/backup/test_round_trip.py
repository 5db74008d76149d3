"""A restore brings everything back, from any database and Redis to any other."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bff.backup.contents import KEPT_KEYS
from bff.backup.restore import restore
from bff.backup.write import back_up
from bff.settings.variables import Settings
from bff.stores.migrate import migrate_relational
from bff.stores.wiring import Stores, open_stores
from datasources import tables
from datasources.catalog.shown_prices import ListOrders
from datasources.kit import redis
from datasources.kit.backup import keys, rows
from domain.events import OrderPaid
from domain.personal.records import Dislike, Person, Thing
from services.kit.clock import utc_now
from tests.integration.backup.shops import empty_shop, everything
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.stores import present
from tests.kit.small_shop import small_shop

pytestmark = pytest.mark.slow

NEXT = dict(zip(backends.RELATIONAL, (*backends.RELATIONAL[1:], backends.RELATIONAL[0]), strict=True))
SHOPPER = Person("customer", "7")


async def fill(settings: Settings) -> None:
    """Orders in every state, texts in other alphabets, a shopper's taste and an event that was given up."""
    async with open_stores(settings) as stores:
        async with small_shop(stores.database, stores.documents, stores.redis, settings.prefix) as shop:
            texts = {"title": "Tasse für Ödön 🎁 \\ \"'", "options": [{"name": "größe", "values": ["\n", "☕"]}]}
            await shop.run(sa.update(tables.products).values(texts | {"updated_at": utc_now()}))
        await ListOrders(stores.database.dialect, stores.territories).catch_up(stores.database)
        await _remember(stores)


async def _remember(stores: Stores) -> None:
    await stores.tastes.track(SHOPPER, {"a:garden": 3.0, "a:größe": 1.0})
    await stores.tastes.copy_dislikes(SHOPPER, [Dislike(Thing(9), utc_now())])
    await stores.stream.join("cards")
    await stores.stream.publish([OrderPaid(1)])
    (message,) = await stores.stream.read("cards", "one", 1, 1)
    await stores.stream.give_up("cards", message, "no handler could")


@pytest.fixture(params=backends.RELATIONAL)
async def source(
    request: pytest.FixtureRequest, all_databases: dict[str, Databases], tmp_path: Path
) -> AsyncIterator[tuple[str, Settings]]:
    """A filled shop on each database in turn."""
    name = present(request.param).name
    (tmp_path / "source").mkdir()
    url = await all_databases[name].clean(tmp_path / "source")
    async with empty_shop(url, present("valkey").url(), tmp_path / "source") as settings:
        await fill(settings)
        yield name, settings


async def test_a_shop_moves_to_another_database(
    source: tuple[str, Settings], all_databases: dict[str, Databases], tmp_path: Path
) -> None:
    """Every row, document, taste and dead letter: from SQLite to MariaDB, from there to MySQL, from there to SQLite."""
    name, settings = source
    await back_up(settings, tmp_path / "backup")
    url = all_databases[present(NEXT[name]).name].empty(tmp_path)
    async with empty_shop(url, present("valkey").url(), tmp_path / "target") as target:
        await restore(target, tmp_path / "backup")
        assert await everything(target) == await everything(settings)
        async with open_stores(target) as stores, open_stores(settings) as older:
            kept = [await _kept(each) for each in (stores, older)]
    assert kept[0] == kept[1] and len(kept[0]) == 3  # a taste, and the entries and groups of a stream


async def test_a_backup_of_an_older_version_is_brought_to_this_one(
    relational: Databases, all_databases: dict[str, Databases], tmp_path: Path
) -> None:
    """Tables that lack a column are restored as they were, and then migrated; they replace the existing ones."""
    old_url, target_url = relational.empty(tmp_path), await all_databases["sqlite"].clean(tmp_path)
    valkey = present("valkey").url()
    async with empty_shop(target_url, valkey, tmp_path) as target, empty_shop(target_url, valkey, tmp_path) as other:
        older = other.model_copy(update={"database_url": SecretStr(old_url)})
        await migrate_relational(old_url, "0007")
        async with rows.writing(old_url) as connection:
            await connection.execute(sa.text(_OLD_ORDER))
            await connection.execute(sa.text(_OLD_REFUND))
            await connection.execute(sa.text(_OLD_LINE))
        await back_up(older, tmp_path / "backup")
        await restore(target, tmp_path / "backup")
        async with open_stores(target) as stores:
            (line,) = await stores.database.all(sa.select(tables.refund_lines))
    assert (line.refund_id, line.priced) == (3, True)  # a later migration sets it for refunds of money


_OLD_ORDER = """INSERT INTO orders (id, name, token, source, status, currency, subtotal_minor, total_minor, created_at,
    updated_at) VALUES (2, '#2', 't', 'storefront', 'PAID', 'GBP', 500, 500, '2026-01-01', '2026-01-01')"""
_OLD_REFUND = """INSERT INTO refunds (id, order_id, `key`, minor, currency, state, reason, actor, restock, created_at,
    updated_at) VALUES (3, 2, 'r', 100, 'GBP', 'DONE', '', 'staff:1', 0, '2026-01-01', '2026-01-01')"""
_OLD_LINE = """INSERT INTO refund_lines (refund_id, position, quantity, restock_type, returned, minor)
    VALUES (3, 0, 1, 'CANCEL', 0, 100)"""


async def _kept(stores: Stores) -> list[str]:
    """Keys that are part of a backup, whatever their remaining lifetimes."""
    lines = [line async for line in keys.lines(stores.redis, stores.settings.prefix, KEPT_KEYS)]
    return sorted(json.dumps(json.loads(line) | {"ends_at": None}) for line in lines)


def _ended(line: str) -> str:
    """The same key, at the end of its life."""
    return json.dumps(json.loads(line) | {"ends_at": 1})


@pytest.mark.parametrize("redis_name", backends.REDIS)
async def test_keys_come_back_with_their_lives(redis_name: str) -> None:
    """Of every type, also with bytes that are not text, on each Redis and on a cluster; expired ones do not."""
    client = redis.connect(present(redis_name).url(), deadline=5.0)
    await keys.delete_keys(client, "kept", ["*"])
    await client.set("kept:string", b"\xff\x00 and text", px=500_000)
    await client.set("kept:ending", b"x", px=500_000)
    await client.hset("kept:hash", mapping={b"a\xfe": b"1", b"b": "ü".encode()})
    await client.sadd("kept:set", b"1", b"2")
    await client.zadd("kept:scores", {"a": 1.5, "b": -2.0})
    for number in range(3):
        await client.xadd("kept:stream", {b"n": str(number).encode()}, id=f"{number + 1}-0")
    await client.xgroup_create("kept:stream", "readers", id="2-0")
    lines = [line async for line in keys.lines(client, "kept", [":*"])]
    before = sorted(line for line in lines if "string" not in line and "ending" not in line)
    await keys.delete_keys(client, "kept", [":*"])
    assert [line async for line in keys.lines(client, "kept", [":*"])] == []
    await keys.write_keys(client, "kept", (_ended(line) if "ending" in line else line for line in lines))
    after = sorted([line async for line in keys.lines(client, "kept", [":*"])])
    assert [line for line in after if "string" not in line] == before
    assert await client.get("kept:string") == b"\xff\x00 and text"
    assert 400_000 < await client.pttl("kept:string") <= 500_000
    await keys.delete_keys(client, "kept", [":*"])
    await client.close()
