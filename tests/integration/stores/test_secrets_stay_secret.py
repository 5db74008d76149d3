"""Passwords of stores reach neither logs nor health answers, and commands print the problem in one line."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from pydantic import SecretStr
from starlette.applications import Starlette

from bff import cli
from bff.observability.logging import configure
from bff.routes import health
from bff.settings.variables import Settings
from bff.stores.wiring import open_stores
from tests.kit.backends.process import free_port
from tests.kit.fixtures.stores import present, unique_name
from tests.unit.search.meilisearch_server import KEY, Server

_PASSWORD = "hunter2-that-must-not-leak"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, the drivers' own words too."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure("debug", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.slow
@pytest.mark.parametrize("reached", [False, True])
async def test_health_answers_and_logs_show_no_password(log: io.StringIO, tmp_path: Path, reached: bool) -> None:
    """Neither with every store down nor with stores that refuse the password."""
    at = {name: f"127.0.0.1:{free_port()}" for name in ("mariadb", "valkey", "mongo")}
    if reached:
        at = {name: present(name).url().partition("://")[2].partition("@")[2] or _host(name) for name in at}
    search = Server()
    settings = Settings(
        data_dir=tmp_path,
        database_url=SecretStr(f"mysql+aiomysql://root:{_PASSWORD}@{at['mariadb'].rstrip('/')}/shop"),
        redis_url=SecretStr(f"redis://shop:{_PASSWORD}@{at['valkey']}"),
        mongo_url=SecretStr(f"mongodb://shop:{_PASSWORD}@{at['mongo'].rstrip('/')}/?directConnection=true"),
        search_url=search.url,
        search_key=SecretStr(_PASSWORD),
        sandbox_url="http://127.0.0.1:9",
        store_seconds=1.0,
    )
    async with open_stores(settings) as stores:
        app = Starlette(routes=health.routes(stores, health.process_numbers(stores)))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
            answers = [(await client.get(path)).text for path in ("/readyz", "/metrics", "/healthz")]
        logging.getLogger("shop").error("opened %r with %r", stores, settings)
    search.stop()
    assert '"unavailable"' in answers[0]
    assert "STOREFRONT_SEARCH_KEY" in log.getvalue()
    assert ("STOREFRONT_REDIS_URL" in log.getvalue()) == reached
    for shown in (*answers, log.getvalue()):
        assert _PASSWORD not in shown


def _host(name: str) -> str:
    return present(name).url().partition("://")[2]


@pytest.fixture
def search() -> Iterator[Server]:
    """A search server that knows one key."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def environment(search: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every store is named, and answers."""
    variables = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}",
        "MONGO_URL": present("mongo").url(),
        "MONGO_DATABASE": unique_name(),
        "REDIS_URL": "redis://127.0.0.1:1",
        "SANDBOX_URL": "http://127.0.0.1:1",
        "SEARCH_URL": search.url,
        "SEARCH_KEY": KEY,
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"STOREFRONT_{name}", value)
    return monkeypatch


def _migrate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr("sys.argv", ["storefront", "migrate"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_migrate_names_a_wrong_search_key(environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The setting and the right that it lacks, in one line."""
    environment.setenv("STOREFRONT_SEARCH_KEY", _PASSWORD)
    assert _migrate(environment, capsys) == (
        "storefront: STOREFRONT_SEARCH_KEY: Meilisearch: the key must be a valid one with the right `indexes.get`; "
        "the server refuses it.\n"
    )


def test_migrate_names_a_store_that_does_not_answer(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The setting, in one line."""
    environment.setenv("STOREFRONT_DATABASE_URL", f"mysql+aiomysql://shop:{_PASSWORD}@127.0.0.1:{free_port()}/shop")
    assert _migrate(environment, capsys) == (
        "storefront: the store at STOREFRONT_DATABASE_URL does not answer as it should (DATABASE_UNAVAILABLE)\n"
    )
