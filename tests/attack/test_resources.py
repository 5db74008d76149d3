"""A process gives back what a flood took: connections, tasks and caches come back to their bounds."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_network

import httpx
import pytest

from bff.app import application, routes_over
from bff.edge.connections import BoundedConnection
from bff.settings.variables import Settings
from bff.stores.wiring import Stores, open_stores
from datasources.kit import allowances
from tests.attack.documents import KINDS
from tests.kit.serving import serving
from tests.kit.waiting import until

pytestmark = pytest.mark.slow
FEW, MANY = 100, 2_000
_HALF = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"
# The pools of connections to stores: fewer than the connections of one flood.
_SLACK = 64
_AT_ONCE = 8


class Impatient(BoundedConnection):
    """Its time limits are short, so that the test need not wait."""

    head_seconds = 0.2
    body_seconds = 0.2
    write_seconds = 0.2


@dataclass(frozen=True, slots=True)
class Server:
    """A shop over sockets; on `port` it is impatient."""

    stores: Stores
    port: int
    http: httpx.AsyncClient

    async def post(self, query: str, address: str = "203.0.113.7", **members: object) -> None:
        """One operation from an address; any answer but a crash."""
        body = {"query": query, **members}
        answer = await self.http.post("/graphql", json=body, headers={"X-Forwarded-For": address})
        assert answer.status_code < 500, answer.text


async def _hang(server: Server, sent: bytes) -> None:
    """Opens a connection, sends something and waits for the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    with contextlib.suppress(ConnectionError):
        while await reader.read(65_536):
            pass
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def silent(server: Server, number: int) -> None:
    """A connection on which nothing comes."""
    await _hang(server, b"")


async def half_heads(server: Server, number: int) -> None:
    """A head that breaks off."""
    await _hang(server, b"POST /graphql HTTP/1.1\r\nhost: a\r\nx: ")


async def half_bodies(server: Server, number: int) -> None:
    """A body that breaks off."""
    await _hang(server, _HALF)


async def gone(server: Server, number: int) -> None:
    """A client that leaves before its answer."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(_HALF.replace(b"1000", b"29") + b'"query":"{products{nodes}}"}')
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def documents(server: Server, number: int) -> None:
    """Documents that nobody sends again."""
    await server.post(list(KINDS.values())[number % len(KINDS)](number))


async def addresses(server: Server, number: int) -> None:
    """A request from each of many networks."""
    await server.post("{ __typename }", f"2001:db8:{number:x}::1")


async def registrations(server: Server, number: int) -> None:
    """Documents that ask to be kept."""
    query = f"{{ a{number}: __typename }}"
    persisted = {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}
    await server.post(query, extensions={"persistedQuery": persisted})


Flood = Callable[[Server, int], Awaitable[None]]
CONNECTIONS: list[Flood] = [silent, half_heads, half_bodies, gone]
REQUESTS: list[Flood] = [documents, addresses, registrations]


@pytest.fixture
async def server(shop_settings: Settings) -> AsyncIterator[Server]:
    """A shop behind a proxy, with little memory for caches."""
    changes = {"trusted_proxies": [ip_network("127.0.0.1/32")], "cache_bytes": 4_000_000}
    async with (
        open_stores(shop_settings.model_copy(update=changes)) as stores,
        serving(application(routes_over(stores)), Impatient) as port,
        serving(application(routes_over(stores))) as patient,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{patient}", timeout=60, trust_env=False) as http,
    ):
        server = Server(stores, port, http)
        await server.post("{ products(first: 1) { nodes { id } } }")
        yield server


async def _all(flood: Flood, server: Server, requests: int) -> None:
    left = iter(range(requests // 5 if flood is documents else requests))

    async def some() -> None:
        for number in left:
            await flood(server, number)

    await asyncio.gather(*(some() for _ in range(FEW if flood in CONNECTIONS else _AT_ONCE)))


def _taken() -> tuple[int, int]:
    """Open files and connections, and tasks."""
    return len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())


@pytest.mark.timeout(300)
async def test_a_flood_leaves_nothing_behind(server: Server, pytestconfig: pytest.Config) -> None:
    """A hundred of each kind, 2,000 in `make attack`: connections, tasks, cached bytes and counters of limits."""
    requests = MANY if pytestconfig.getoption("attack") else FEW
    files, tasks = _taken()

    async def is_quiet() -> bool:
        now_files, now_tasks = _taken()
        return now_files <= files + _SLACK and now_tasks <= tasks + _SLACK

    for flood in (*CONNECTIONS, *REQUESTS):
        await _all(flood, server, requests)
        await until(is_quiet)
        assert server.stores.memory.bytes <= server.stores.memory.max_bytes
        assert len(server.stores.allowances) * allowances._ENTRY_BYTES <= allowances.MAX_BYTES
    await server.post("{ __typename }")
