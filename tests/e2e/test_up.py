"""`storefront up` as people use it: started, attacked, stopped. One demo shop is filled once and started many times."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bff.processes import run_record
from bff.processes.environment import child_environment
from bff.processes.identity import identify, is_running
from bff.processes.run_record import Running
from tests.kit.backends.process import Process, free_port

# One demo shop for all of them, in one of the processes that run tests.
pytestmark = pytest.mark.xdist_group("up")

_COUNT = "{ products(first: 3) { nodes { handle } } }"


class Up:
    """One run of `storefront up`."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.process = Process([*_command("up")], log, _environment(data_dir, self.port))
        identity = identify(self.process.pid)
        assert identity is not None
        self.owner = identity

    async def opened(self) -> "Up":
        """Waits for the shop to say that it is open."""
        await asyncio.to_thread(self.process.wait_until, lambda: "The shop is open" in self.process.output(), 100)
        return self

    async def stop(self) -> int:
        """The exit status after SIGTERM."""
        return await asyncio.to_thread(self.process.stop)

    @property
    def running(self) -> Running:
        """What run.json says."""
        running = run_record.read(self.data_dir)
        assert running is not None
        return running

    async def answers(self) -> bool:
        """Whether every store answers through the API."""
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
                answer = await client.get(f"http://127.0.0.1:{self.port}/readyz")
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and answer.json()["status"] == "ok"

    async def handles(self) -> list[str]:
        """Three products, read over GraphQL."""
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            answer = await client.post(f"http://127.0.0.1:{self.port}/graphql", json={"query": _COUNT})
        return [node["handle"] for node in answer.json()["data"]["products"]["nodes"]]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "bff.cli", *arguments]


def _environment(data_dir: Path, port: int) -> dict[str, str]:
    return child_environment({"STOREFRONT_DATA_DIR": str(data_dir), "STOREFRONT_PORT": str(port)})


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - the state of a process has no event
        await asyncio.sleep(0.05)


class Shops:
    """The runs of this module: one at a time, each on the data of those before it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._started = 0
        self._current: Up | None = None

    async def current(self) -> Up:
        """The running shop, started if there is none."""
        if self._current is None or not is_running(self._current.owner):
            self._started += 1
            up = Up(self._directory / "data", self._directory / f"up{self._started}.log")
            self._current = await up.opened()
        return self._current

    async def end(self) -> None:
        """Stops the shop that is open."""
        if self._current is not None and is_running(self._current.owner):
            assert await self._current.stop() == 0


@pytest.fixture(scope="module")
async def shops(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shops]:
    shops = Shops(tmp_path_factory.mktemp("up"))
    yield shops
    await shops.end()


@pytest.fixture
async def up(shops: Shops) -> Up:
    return await shops.current()


async def _run(data_dir: Path, port: int, *arguments: str) -> tuple[int, str]:
    """The exit status and all words of a command."""
    process = await asyncio.create_subprocess_exec(
        *_command(*arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=_environment(data_dir, port),
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def test_the_first_start_fills_the_shop_and_serves_it(up: Up) -> None:
    assert await up.answers()
    assert len(await up.handles()) == 3
    assert f"http://127.0.0.1:{up.port}/graphiql" in up.process.output()
    assert "staff@example.com" in up.process.output()


async def test_sigterm_stops_everything_in_order_and_a_new_start_has_the_same_shop(up: Up, shops: Shops) -> None:
    before, handles = up.running, await up.handles()
    assert await up.stop() == 0
    assert not any(is_running(child) for child in before.children.values())
    assert run_record.read(up.data_dir) is None
    assert "was killed" not in up.process.output()
    again = await shops.current()
    assert await again.handles() == handles
    assert "filling the shop" not in again.process.output()


async def test_a_second_start_on_the_same_data_names_the_first(up: Up) -> None:
    status, words = await _run(up.data_dir, free_port(), "up")
    assert status == 1
    assert f"in use by storefront up (process {up.running.owner.pid}, http://127.0.0.1:{up.port})" in words


async def test_a_port_that_is_taken_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, words = await _run(tmp_path / "data", port, "up")
    assert status == 1
    assert f"port {port} of 127.0.0.1 is in use" in words
    assert not (tmp_path / "data" / "logs").exists()


@pytest.mark.parametrize("name", ["valkey", "secantusdb", "sandbox", "worker", "api"])
async def test_the_shop_survives_the_kill_of_any_child(up: Up, name: str) -> None:
    killed = up.running.children[name]
    os.kill(killed.pid, signal.SIGKILL)
    await _until(lambda: f"{name} runs again" in up.process.output())
    assert up.running.children[name] != killed
    while not await up.answers():  # noqa: ASYNC110 - the state of a process has no event
        await asyncio.sleep(0.05)
    assert len(await up.handles()) == 3


async def test_a_killed_up_leaves_no_process_and_the_next_start_works(up: Up, shops: Shops) -> None:
    before = up.running
    up.process.kill()
    if sys.platform == "linux":  # elsewhere the next start ends them
        await _until(lambda: not any(is_running(child) for child in before.children.values()))
    again = await shops.current()
    assert len(await again.handles()) == 3


async def test_commands_use_the_stores_of_the_running_shop(up: Up) -> None:
    assert await _run(up.data_dir, up.port, "seed") == (0, "the shop is filled\n")
    assert await _run(up.data_dir, up.port, "migrate") == (0, "every store is up to date\n")
    assert up.running.command == "up"


async def test_commands_without_a_running_shop_start_its_stores_for_themselves(up: Up) -> None:
    assert await up.stop() == 0
    assert await _run(up.data_dir, up.port, "seed") == (0, "the shop is filled\n")
    assert run_record.read(up.data_dir) is None


async def test_serving_without_stores_says_how_to_start_them(tmp_path: Path) -> None:
    status, words = await _run(tmp_path, free_port(), "serve")
    assert status == 1
    assert "start it with `storefront up`, or set STOREFRONT_REDIS_URL" in words
