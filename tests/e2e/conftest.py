"""A shop as users start it."""

import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser

from bff.processes.environment import child_environment
from tests.e2e.browser import Tab, browser, new_tab
from tests.kit import backends
from tests.kit.backends.process import Process, free_port
from tests.kit.fixtures.running_shop import Shop


@pytest.fixture(scope="package")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """A shop with its demo products, started by `storefront up` once for all tests here. Tests must not empty it."""
    for embedded in (backends.valkey, backends.mongo):
        if reason := embedded.missing_program():
            pytest.skip(reason)
    directory = tmp_path_factory.mktemp("shop")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = child_environment({"STOREFRONT_DATA_DIR": str(directory / "data"), "STOREFRONT_PORT": str(port)})
    process = Process([sys.executable, "-m", "bff.cli", "up"], directory / "log", environment)
    process.wait_until(lambda: _is_ready(url), seconds=110)
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        yield Shop(url, directory / "data", client, process)
    assert process.stop() == 0, process.output()[-4000:]


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """A browser for all tests here, each with a memory of its own; skips if Chromium is not installed."""
    if reason := backends.chromium.missing():
        pytest.skip(reason)
    async with browser(backends.chromium.url()) as started:
        yield started


@pytest.fixture
async def tab(chromium: Browser) -> AsyncIterator[Tab]:
    """A fresh tab."""
    opened = await new_tab(chromium)
    yield opened
    if not opened.page.is_closed():
        # An answer that the test changes may still be on its way.
        await opened.page.unroute_all(behavior="ignoreErrors")
    await opened.page.context.close()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
