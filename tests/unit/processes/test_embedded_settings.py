"""Settings are filled in from the running shop, and reach children without being arguments."""

import itertools
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from bff.processes import ports, run_record
from bff.processes.environment import child_environment, settings_variables
from bff.processes.holding import hold
from bff.processes.ports import check_free, free_ports, local_url
from bff.processes.problems import NotRunning, PortInUse, ProcessProblem
from bff.processes.run_record import Running
from bff.settings.secrets import kept_secrets
from bff.settings.territories import TerritorySettings
from bff.settings.variables import Settings
from bff.stores.embedded import resolve, sandbox, start_stores

_URLS = {"redis_url": "redis://h:1/0", "mongo_url": "mongodb://h:2/", "sandbox_url": "http://h:3"}
_GIVEN = {
    "database_url": SecretStr("mysql+aiomysql://u:p@h/d"),
    "search_url": "http://s",
    "token_secret": SecretStr("t"),
}
_STORES = _URLS | {"database_url": "mysql+aiomysql://u:p@h/d", "search_url": "http://s"}


def test_urls_come_from_the_shop_that_runs(tmp_path: Path) -> None:
    run_record.write(tmp_path, Running("up", run_record.this_process(), urls=_URLS))
    resolved = resolve(Settings(data_dir=tmp_path))
    assert resolved.redis_url.get_secret_value() == "redis://h:1/0"
    assert resolved.database_url.get_secret_value() == f"sqlite+aiosqlite:///{tmp_path}/storefront.db"
    assert resolved.search_url == f"tantivy://{tmp_path}/search"
    assert resolved.sandbox_key.get_secret_value() == kept_secrets(tmp_path).sandbox_key
    assert resolved.sandbox_webhook_secret.get_secret_value() == kept_secrets(tmp_path).sandbox_webhook_secret


def test_without_a_running_shop_the_missing_variables_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match=r"no shop runs in .*STOREFRONT_REDIS_URL, STOREFRONT_MONGO_URL"):
        resolve(Settings(data_dir=tmp_path, sandbox_url="http://h"))


def test_a_shop_that_is_still_starting_offers_no_stores(tmp_path: Path) -> None:
    run_record.write(tmp_path, Running("up", run_record.this_process()))
    with pytest.raises(NotRunning, match="is still starting"):
        resolve(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("name", ["database_url", "redis_url", "mongo_url", "search_url", "sandbox_url"])
def test_a_store_that_the_running_shop_was_given_is_named(tmp_path: Path, name: str) -> None:
    """The command would work on an embedded store, or wait for one, although the shop has another."""
    running = Running("up", run_record.this_process(), urls=_URLS, address="http://h", given=tuple(_STORES))
    run_record.write(tmp_path, running)
    others = {key: value for key, value in _STORES.items() if key != name}
    with pytest.raises(NotRunning, match=f"has stores .* set STOREFRONT_{name.upper()} as it has"):
        resolve(Settings(data_dir=tmp_path, **others))  # type: ignore[arg-type]
    assert resolve(Settings(data_dir=tmp_path, **_STORES)).search_url == "http://s"  # type: ignore[arg-type]


async def test_a_shop_says_which_stores_it_was_given(tmp_path: Path) -> None:
    """Their names without their URLs, which may hold passwords, from its start on."""
    settings = Settings(data_dir=tmp_path, **_STORES)  # type: ignore[arg-type]
    async with hold(tmp_path, "up", lambda _: None) as holding:
        await start_stores(settings, holding)
        running = run_record.read_running(tmp_path)
        assert running is not None
        assert set(running.given) == set(_STORES)
        assert "u:p" not in (tmp_path / "run.json").read_text()


def test_settings_that_name_every_store_stay_as_they_are(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, **_GIVEN, **_URLS)  # type: ignore[arg-type]
    assert resolve(settings) == settings
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_made_once_by_however_many_processes(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(kept_secrets, [tmp_path] * 16))
    assert len({(each.token_secret, each.sandbox_key, each.sandbox_webhook_secret) for each in made}) == 1
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "secrets.json": 0o600,
        "webhook_secrets.json": 0o600,
        "outgoing_webhook_secrets.json": 0o600,
    }


def test_secrets_of_a_shop_from_before_webhooks_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"token_secret": "old", "sandbox_key": "kept"}')
    first, again = kept_secrets(tmp_path), kept_secrets(tmp_path)
    assert (first.token_secret, first.sandbox_key) == ("old", "kept")
    assert first.sandbox_webhook_secret == again.sandbox_webhook_secret != ""


def test_secrets_that_cannot_be_read_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    with pytest.raises(ProcessProblem, match=r"secrets\.json"):
        kept_secrets(tmp_path)
    assert (tmp_path / "secrets.json").read_text() == "{}"


def test_a_child_reads_the_same_settings_from_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = TerritorySettings(code="CH", name="Zürich", currency="CHF", rate=Decimal("1.1"), countries=["CH", "LI"])
    settings = Settings(data_dir=tmp_path, territories=[market], prefix="p:", introspection=False, **_GIVEN, **_URLS)  # type: ignore[arg-type]
    for name, value in settings_variables(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_a_store_learns_no_setting_of_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREFRONT_DATABASE_URL", "mysql://u:secret@h/d")
    assert not [name for name in child_environment({}) if name.startswith("STOREFRONT_")]


def test_the_sandbox_secrets_are_not_arguments(tmp_path: Path) -> None:
    command = sandbox(tmp_path, 1, "the-key", "http://shop/hook", "the-secret")
    assert not {"the-key", "the-secret"} & set(command.arguments)
    assert command.environment["STOREFRONT_SANDBOX_KEY"] == "the-key"
    assert command.environment["STOREFRONT_SANDBOX_WEBHOOK_SECRET"] == "the-secret"


def test_a_sandbox_without_a_shop_tells_nothing(tmp_path: Path) -> None:
    assert "--webhook-url" not in sandbox(tmp_path, 1, "the-key").arguments


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is in use"):
            check_free("127.0.0.1", port)


def test_a_foreign_address_is_named() -> None:
    with pytest.raises(ProcessProblem, match=r"cannot listen on 203\.0\.113\.1"):
        check_free("203.0.113.1", 8000)


def test_free_ports_are_never_given_twice() -> None:
    assert len({port for _ in range(10) for port in free_ports(2)}) == 20


def test_free_ports_are_none_that_outgoing_connections_take() -> None:
    """A store keeps its port while it is started, and while it is started again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outgoing = [socket.create_connection(listener.getsockname()) for _ in range(20)]
        taken = [connection.getsockname()[1] for connection in outgoing]
        for connection in outgoing:
            connection.close()
    assert max(free_ports(20)) < min(taken)


def test_a_port_that_is_listened_on_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "_BELOW_OUTGOING", range(port, port + 1))
        monkeypatch.setattr(ports, "_candidates", itertools.repeat(port))
        with pytest.raises(ProcessProblem, match=f"no free port among {port} to {port}"):
            free_ports(1)
    assert free_ports(1) == [port]


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80"), ("shop", "http://shop:80")],
)
def test_a_server_on_all_addresses_is_reached_on_loopback(host: str, url: str) -> None:
    assert local_url(host, 80) == url


def test_the_code_of_the_shop_is_found_from_every_directory() -> None:
    paths = child_environment({})["PYTHONPATH"].split(os.pathsep)
    assert (Path(paths[0]) / "bff" / "settings" / "variables.py").exists()


def test_the_key_of_webhooks_is_made_for_the_embedded_database_alone(tmp_path: Path) -> None:
    """Hosts that share a database must sign with the same key, which only their operator can give them."""
    embedded = resolve(Settings(data_dir=tmp_path, **_URLS))  # type: ignore[arg-type]
    assert embedded.webhook_secret.get_secret_value() == kept_secrets(tmp_path).webhook_secret != ""
    given = resolve(Settings(data_dir=tmp_path, database_url=_GIVEN["database_url"], **_URLS))  # type: ignore[arg-type]
    assert given.webhook_secret.get_secret_value() == ""
