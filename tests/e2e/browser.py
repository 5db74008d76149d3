"""A headless Chromium, driven by Playwright, which brings no browser along."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

# A container's root user has no sandbox; the only pages shown are our own.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-quic",
)
_SECONDS = 60
# Where people look at the pages after a run; not in version control.
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
_SERIOUS = ("serious", "critical")


@dataclass  # without slots: Playwright keeps notes on it
class Tab:
    """A page of a browser. `requests` are what it sent so far, `complaints` what it logged as an error, policy breaches
    too.
    """

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("console", self._notice)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _notice(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    async def wait_for(self, script: str) -> Any:
        """The first value of an expression that JavaScript takes for true; TimeoutError with the page's text.

        Playwright's own way evaluates the expression inside the page, whose policy forbids it.
        """
        end = time.monotonic() + _SECONDS
        while not (value := await self.page.evaluate(script)):
            if time.monotonic() > end:
                shown = await self.page.inner_text("body")
                raise TimeoutError(f"{script} stays false; errors {self.complaints}; the page shows:\n{shown}")
            await asyncio.sleep(0.05)
        return value

    async def barriers(self) -> list[str]:
        """What keeps people with disabilities out of the page as it is, as axe sees it: rule and element."""
        results: list[dict[str, Any]] = (await Axe().run(self.page)).response["violations"]
        serious = [each for each in results if each["impact"] in _SERIOUS]
        return [f"{each['id']}: {node['html'][:200]}" for each in serious for node in each["nodes"]]

    async def keep_picture(self, name: str) -> Path:
        """A picture of the whole page for whoever wants to see it after the run; the file."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
        return SCREENSHOTS / f"{name}.png"


@asynccontextmanager
async def browser(program: str) -> AsyncIterator[Browser]:
    """A browser with nothing remembered; it is gone afterwards."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield started
        finally:
            await started.close()


async def new_tab(started: Browser, languages: Sequence[str] = ("en-GB",)) -> Tab:
    """A tab that shares no memory with others."""
    context = await started.new_context(locale=languages[0])
    context.set_default_timeout(_SECONDS * 1_000)
    return Tab(await context.new_page())
