"""The stores that the shop brings along, really started, killed and stopped."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bff.processes import run_record
from bff.processes.holding import Holding, hold
from bff.processes.identity import is_running
from bff.processes.problems import DataInUse
from bff.settings.variables import Settings
from bff.stores.embedded import embedded_stores, resolve, start_stores
from datasources.kit import redis
from datasources.kit.documents import Documents
from tests.kit.fixtures.stores import NO_HURRY

pytestmark = pytest.mark.slow


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[Holding]:
    async with hold(tmp_path, "up", lambda _: None) as holding:
        yield holding


async def _answering(client: redis.Client) -> bool:
    try:
        await client.ping()
    except redis.ERRORS:
        return False
    return True


async def test_a_command_gets_stores_that_answer_and_leaves_none_behind(tmp_path: Path) -> None:
    async with embedded_stores(Settings(data_dir=tmp_path), command="seed") as settings:
        running = run_record.read_running(tmp_path)
        assert running is not None
        assert set(running.children) == {"valkey", "secantusdb", "sandbox"}
        client = redis.connect(settings.redis_url.get_secret_value(), deadline=NO_HURRY)
        await redis.ping(client)
        await client.close()
    assert not any(is_running(child) for child in running.children.values())
    assert run_record.read(tmp_path) is None


async def test_what_was_written_is_there_in_the_next_run(tmp_path: Path) -> None:
    async with embedded_stores(Settings(data_dir=tmp_path)) as settings:
        client = redis.connect(settings.redis_url.get_secret_value(), deadline=NO_HURRY)
        documents = Documents(settings.mongo_url.get_secret_value(), "storefront")
        await client.set("kept", b"1")
        await documents.db["kept"].insert_one({"_id": 1})
        await client.close()
        await documents.close()
    async with embedded_stores(Settings(data_dir=tmp_path)) as settings:
        client = redis.connect(settings.redis_url.get_secret_value(), deadline=NO_HURRY)
        documents = Documents(settings.mongo_url.get_secret_value(), "storefront")
        assert await client.get("kept") == b"1"
        assert await documents.one("kept", 1) == {"_id": 1}
        await client.close()
        await documents.close()


async def test_commands_beside_a_running_shop_use_its_stores(tmp_path: Path, holding: Holding) -> None:
    started = await start_stores(Settings(data_dir=tmp_path), holding)
    assert resolve(Settings(data_dir=tmp_path)) == started
    async with embedded_stores(Settings(data_dir=tmp_path)) as settings:
        assert settings == started


async def test_two_short_commands_do_not_share_stores_that_either_may_stop(tmp_path: Path) -> None:
    async with embedded_stores(Settings(data_dir=tmp_path), command="seed"):
        with pytest.raises(DataInUse, match="in use by storefront seed"):
            async with embedded_stores(Settings(data_dir=tmp_path), command="check"):
                pytest.fail("two commands hold the stores")


async def test_a_killed_valkey_comes_back_with_its_data_and_clients_reconnect(tmp_path: Path, holding: Holding) -> None:
    settings = await start_stores(Settings(data_dir=tmp_path), holding)
    client = redis.connect(settings.redis_url.get_secret_value(), deadline=NO_HURRY)
    for number in range(200):
        await client.set(f"kept:{number}", number)
    running = run_record.read(tmp_path)
    assert running is not None
    os.kill(running.children["valkey"].pid, signal.SIGKILL)
    while is_running(running.children["valkey"]) or not await _answering(client):  # noqa: ASYNC110 - no event
        await asyncio.sleep(0.05)
    assert await client.dbsize() == 200
    await client.close()


async def test_only_missing_stores_are_started(tmp_path: Path, holding: Holding) -> None:
    settings = Settings(data_dir=tmp_path, sandbox_url="http://pay.invalid", mongo_url="mongodb://m.invalid")  # type: ignore[arg-type]
    started = await start_stores(settings, holding)
    assert [child.command.name for child in holding.supervisor.children] == ["valkey"]
    assert started.sandbox_url == "http://pay.invalid"


async def test_no_secret_is_an_argument_of_a_store(tmp_path: Path, holding: Holding) -> None:
    settings = await start_stores(Settings(data_dir=tmp_path), holding)
    arguments = [part for child in holding.supervisor.children for part in child.command.arguments]
    assert settings.sandbox_key.get_secret_value() not in arguments
