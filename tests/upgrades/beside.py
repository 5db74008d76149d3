"""The previous release and this version on the same stores at the same time: a rolling deploy, and a rollback.

`python -m tests.upgrades.beside` does it for longer; `--help` says how.
"""

import argparse
import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bff.processes.environment import settings_variables
from bff.settings.variables import Settings
from bff.stores.migrate import migrate
from bff.stores.wiring import Stores, compared, open_stores
from datasources.consistency.check import check
from datasources.kit import outbox, redis
from datasources.kit.documents import Documents
from domain.kit.ids import new_secret
from tests.kit import backends
from tests.kit.backends.process import Process, free_port
from tests.kit.factories.buyers import BUYER
from tests.kit.fixtures.graphql import paying_settings
from tests.kit.fixtures.stores import remove_keys, unique_name
from tests.kit.running_sandbox import RunningSandbox
from tests.upgrades import fixture, operations, release
from tests.upgrades.make import FOLDER, SECRET
from tests.upgrades.story import PASSWORD, STAFF, attempt_of

_FIXTURE = FOLDER / release.PREVIOUS
_SECONDS = 60.0
_BUYERS = 6
# The groups of consumers that the previous release does not have.
_NEW_GROUPS = frozenset({"personal", "webhooks"})
Record = dict[str, Any]


def _buyer() -> Record:
    """Somebody else each time: what one buyer may have of a variant is limited."""
    return BUYER | {"buyerIdentity": BUYER["buyerIdentity"] | {"email": f"{new_secret()}@example.com"}}


@dataclass(slots=True)
class Version:
    """The code of a version and its processes; `url` is where its API answers."""

    name: str
    checkout: Path
    directory: Path
    settings: Settings
    port: int = field(default_factory=free_port)
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """That of its processes: all settings that both versions know."""
        variables = settings_variables(self.settings.model_copy(update={"port": self.port}))
        return release.environment(self.checkout, variables)

    def start(self, kind: str) -> Process:
        """Starts its API (`serve`) or a worker."""
        log = self.directory / f"{self.name}-{kind}.log"
        process = self.processes[kind] = Process(release.command(kind), log, self.environment())
        return process

    async def stop(self, kind: str) -> None:
        """Stops it gracefully, as a deploy does."""
        status = await asyncio.to_thread(self.processes.pop(kind).stop)
        assert status == 0, f"{kind} of {self.name} ended with {status}"

    async def ready(self) -> None:
        """Waits for its API."""
        await asyncio.to_thread(self.processes["serve"].wait_until, self._answers, _SECONDS)

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200
        return False

    async def check(self) -> str:
        """What its `storefront check` prints, empty when all is well."""
        command = release.command("check")
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, env=self.environment())
        output, _ = await process.communicate()
        assert process.returncode is not None
        return output.decode() or "failed" * process.returncode


async def _waiting(stores: Stores, left: frozenset[str]) -> bool:
    """Whether groups have events to handle, other than those that are `left` alone."""
    return any(lag for group, lag in (await stores.stream.lags()).items() if group not in left)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both versions over one set of stores, and what was bought."""

    old: Version
    new: Version
    settings: Settings
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient]
    orders: list[Record] = field(default_factory=list)

    async def round(self, buyers: int = _BUYERS) -> None:
        """Both work; then only the new one, as at the end of a deploy; then only the old one, as after a rollback."""
        self.new.start("worker")
        self.old.start("worker")
        await self.trade(buyers)
        await self.quiet()
        for leaving, staying in ((self.old, self.new), (self.new, self.old)):
            if "worker" not in staying.processes:
                staying.start("worker")
            await leaving.stop("worker")
            await self.trade(buyers)
            await self.quiet()
        await self.old.stop("worker")

    async def trade(self, buyers: int) -> None:
        """Each buyer fills a cart through one version and buys it through the other; staff changes things in both."""
        ways = [self.clients, self.clients[::-1]]
        bought = await asyncio.gather(*(self._buy(*ways[number % 2]) for number in range(buyers)))
        await asyncio.gather(
            *(self._manage(client, order) for client, order in zip(self.clients, bought, strict=False))
        )
        self.orders.extend(bought[2:])
        for order in bought[2:]:
            for client in self.clients:
                seen = await _ask(client, operations.ORDER, id=order["id"], token=order["token"])
                assert (seen["status"], seen["totalPrice"]) == ("PAID", order["totalPrice"])

    async def _buy(self, first: httpx.AsyncClient, second: httpx.AsyncClient) -> Record:
        mug = (await _ask(first, operations.PRODUCT, handle="harbour-mug"))["variants"]["nodes"][0]["id"]
        lines = [{"merchandiseId": mug, "quantity": 1}]
        cart = (await _ask(first, operations.CREATE_CART, input=_buyer() | {"lines": lines}))["cart"]
        attempt = {"cart": cart["id"], "attempt": attempt_of(cart), "payment": "tok_ok"}
        order: Record = (await _ask(second, operations.SUBMIT, **attempt))["order"]
        again = await _ask(first, operations.SUBMIT, **attempt)
        assert again["order"]["id"] == order["id"]
        return order

    async def _manage(self, client: httpx.AsyncClient, order: Record) -> None:
        """Staff cancels an order, counts the returned units, and renames the product."""
        payload = await _ask(client, operations.LOGIN, email=STAFF, password=PASSWORD)
        staff = payload["customerAccessToken"]["accessToken"]
        mug = await _ask(client, operations.PRODUCT, handle="harbour-mug")
        await _ask(client, operations.CANCEL, staff, id=order["id"])
        changes = [{"variantId": mug["variants"]["nodes"][0]["id"], "delta": _BUYERS}]
        await _ask(client, operations.ADJUST, staff, input={"reason": "count", "changes": changes})
        title = f"Harbour mug {len(self.orders)}"
        await _ask(client, operations.UPDATE_PRODUCT, staff, product={"id": mug["id"], "title": title})

    async def quiet(self) -> None:
        """Waits until the workers have handled every event; old ones leave new groups to the next deployment."""
        left = frozenset() if "worker" in self.new.processes else _NEW_GROUPS
        async with open_stores(self.settings) as stores, asyncio.timeout(_SECONDS):
            while await outbox.backlog(stores.database) or await _waiting(stores, left):  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def contradictions(self) -> list[str]:
        """The inconsistencies that each version finds in the stores."""
        async with open_stores(self.settings) as stores, compared(stores) as gentle:
            found, old = await asyncio.gather(check(gentle), self.old.check())
        return found + old.splitlines()


async def _ask(client: httpx.AsyncClient, query: str, signed_in: str | None = None, **variables: Any) -> Any:
    """The only field of an answer without errors."""
    headers = {"Authorization": f"Bearer {signed_in}"} if signed_in else {}
    response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    answer = response.json(object_hook=fixture.with_brief_amount)
    assert "errors" not in answer, answer["errors"]
    (field_,) = answer["data"].values()
    assert not field_.get("userErrors"), field_
    return field_


@asynccontextmanager
async def beside(directory: Path, commit: str = release.PREVIOUS_COMMIT) -> AsyncIterator[Pair]:
    """Both APIs over the stores that the release wrote, migrated by this version. LookupError without history."""
    checkout = release.unpack(commit, directory / "checkout")
    with _sandbox(directory) as sandbox:
        settings = await _load(directory, sandbox)
        old = Version(release.PREVIOUS, checkout, directory, settings)
        new = Version("this", release.ROOT, directory, settings)
        try:
            for version in (old, new):
                version.start("serve")
            for version in (old, new):
                await version.ready()
            async with _client(old) as first, _client(new) as second:
                yield Pair(old, new, settings, (first, second))
        finally:
            running = (*old.processes.values(), *new.processes.values())
            await asyncio.gather(*(asyncio.to_thread(process.stop) for process in running))
            await _unload(settings)


def _client(version: Version) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=version.url, timeout=_SECONDS, trust_env=False)


@contextmanager
def _sandbox(directory: Path) -> Iterator[RunningSandbox]:
    fixture.load_sql(_FIXTURE / fixture.SANDBOX, directory / "sandbox" / "sandbox.db")
    sandbox = RunningSandbox(directory / "sandbox")
    try:
        yield sandbox
    finally:
        sandbox.process.kill()


async def _load(directory: Path, sandbox: RunningSandbox) -> Settings:
    name, moved = unique_name(), fixture.age(_FIXTURE)
    settings = Settings(
        data_dir=directory,
        database_url=SecretStr(f"sqlite+aiosqlite:///{directory / 'shop.db'}"),
        mongo_url=SecretStr(backends.mongo.url()),
        mongo_database=name,
        redis_url=SecretStr(backends.valkey.url()),
        prefix=f"{name}:",
        search_url=f"tantivy://{directory / 'search'}",
        token_secret=SecretStr(SECRET),
        log_level="WARNING",
    ).model_copy(update=paying_settings(sandbox))
    fixture.load_sql(_FIXTURE / fixture.RELATIONAL, directory / "shop.db", moved)
    async with open_stores(settings) as stores:
        await fixture.load_documents(_FIXTURE / fixture.DOCUMENTS, stores.documents, moved)
        await fixture.load_keys(_FIXTURE / fixture.KEYS, stores.redis, settings.prefix)
    await migrate(settings)
    return settings


async def _unload(settings: Settings) -> None:
    documents = Documents(settings.mongo_url.get_secret_value(), settings.mongo_database, deadline=_SECONDS)
    await documents.db.client.drop_database(settings.mongo_database)
    await documents.close()
    client = redis.connect(settings.redis_url.get_secret_value(), deadline=5.0)
    await remove_keys(client, settings.prefix)
    await client.close()


async def _run(rounds: int, buyers: int, commit: str) -> int:
    with tempfile.TemporaryDirectory(prefix="storefront-beside-") as directory:
        async with beside(Path(directory), commit) as pair:
            for number in range(1, rounds + 1):
                await pair.round(buyers)
                found = await pair.contradictions()
                print(f"round {number}: {len(pair.orders)} orders, {len(found)} contradictions", *found, sep="\n")  # noqa: T201
                if found:
                    return 1
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs both versions beside each other for some rounds; 1 when the stores do not fit together."""
    parser = argparse.ArgumentParser(prog="make upgrade", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="deploys and rollbacks (default 20)")
    parser.add_argument("--buyers", type=int, default=64, help="buyers at a time (default 64)")
    parser.add_argument(
        "--commit", default=release.PREVIOUS_COMMIT, help="the other version (default: that of the fixture)"
    )
    given = parser.parse_args(arguments)
    try:
        return asyncio.run(_run(given.rounds, given.buyers, given.commit))
    finally:
        backends.stop_all()


if __name__ == "__main__":
    raise SystemExit(main())
