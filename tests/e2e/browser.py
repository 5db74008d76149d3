"""A headless Chromium driven through its DevTools protocol: as much of a browser as the tests of our pages need."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.kit.backends.process import Process
from tests.kit.backends.scratch import scratch_directory

_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # a container's root user has no sandbox; the only page shown is our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-port=0",
)
_START_SECONDS = 60
_ANSWER_SECONDS = 30


class PageError(Exception):
    """The browser refused a command, or the page's script failed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request of the page; names of headers are in lower case."""

    url: str
    headers: dict[str, str]


class Page:
    """One tab. `requests` are what it sent so far, `complaints` what it logged as an error, policy breaches too."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self.requests: list[Sent] = []
        self.complaints: list[str] = []

    async def open(self, url: str) -> None:
        """Goes to a URL; does not wait for the page to be ready."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self._send(f"{domain}.enable")
        await self._send("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression, promises awaited. Raises `PageError`."""
        answer = await self._send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise PageError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    async def wait_for(self, script: str, seconds: float = 30) -> Any:
        """The first value of an expression that JavaScript takes for true; TimeoutError with the page's text."""
        end = time.monotonic() + seconds
        while not (value := await self.evaluate(script)):
            if time.monotonic() > end:
                shown = await self.evaluate("document.body.innerText")
                raise TimeoutError(f"{script} stays false; errors {self.complaints}; the page shows:\n{shown}")
            await asyncio.sleep(0.05)
        return value

    async def _send(self, method: str, **params: object) -> dict[str, Any]:
        number = next(self._ids)
        await self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        async with asyncio.timeout(_ANSWER_SECONDS):
            while True:
                message = json.loads(await self._connection.recv())
                if message.get("id") == number:
                    break
                self._notice(message)
        if "error" in message:
            raise PageError(f"{method}: {message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    def _notice(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                headers = {name.lower(): value for name, value in params["request"]["headers"].items()}
                self.requests.append(Sent(params["request"]["url"], headers))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.complaints.append(params["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(params["exceptionDetails"])[:2000])


@asynccontextmanager
async def open_page(program: str) -> AsyncIterator[Page]:
    """A tab of a browser of its own with nothing remembered; both are gone afterwards."""
    directory = scratch_directory("browser")
    chosen_port = directory / "profile" / "DevToolsActivePort"
    command = [program, *_FLAGS, f"--user-data-dir={directory / 'profile'}", "about:blank"]
    browser = Process(command, directory / "log")
    try:
        await asyncio.to_thread(browser.wait_until, lambda: _is_written(chosen_port), _START_SECONDS)
        port = int(chosen_port.read_text().splitlines()[0])
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
            tabs = (await client.get(f"http://127.0.0.1:{port}/json/list")).json()
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        async with connect(address, max_size=None, open_timeout=_ANSWER_SECONDS) as connection:
            yield Page(connection)
    finally:
        browser.kill()


def _is_written(file: Path) -> bool:
    return file.exists() and len(file.read_text().splitlines()) > 1
