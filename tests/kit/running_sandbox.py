"""A payment sandbox that tests start, kill and start again."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from datasources.payments.sandbox import SandboxPayments
from domain.kit.money import Money
from tests.kit.backends.process import Process, accepts, free_port

KEY = "key-of-the-tests"
PRICE = Money(1299, "GBP")


class RunningSandbox:
    """A sandbox on a port and directory of its own; it can be killed and started again."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.directory = directory
        self._options = options
        self.process = self.start()

    def start(self) -> Process:
        environment = {**os.environ, "STOREFRONT_SANDBOX_KEY": KEY, "STOREFRONT_SANDBOX_WEBHOOK_SECRET": "signing"}
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port), "--data", str(self.directory)]
        command += ["--late-seconds", "0.5", *self._options]
        self.process = Process(command, self.directory.parent / "sandbox.log", environment)
        self.process.wait_until(lambda: accepts(self.port))
        return self.process

    def charges(self) -> list[tuple[str, str, int]]:
        """Key, state and amount of every charge in its books."""
        with sqlite3.connect(self.directory / "sandbox.db") as books:
            rows = books.execute("SELECT key, state, amount_minor FROM charges ORDER BY key").fetchall()
        books.close()
        return rows


@asynccontextmanager
async def paying(sandbox: RunningSandbox, deadline: float = 5, key: str = KEY) -> AsyncIterator[SandboxPayments]:
    payments = SandboxPayments(sandbox.url, key, deadline)
    yield payments
    await payments.close()


async def charge_and_leave(sandbox: RunningSandbox, key: str, token: str) -> None:
    """Starts a charge and leaves before its answer, as soon as the sandbox has it."""
    async with paying(sandbox) as payments:
        charging = asyncio.create_task(payments.charge(key, PRICE, token))
        while await payments.status(key) is None:
            await asyncio.wait({charging}, timeout=0.01)
        charging.cancel()
        await asyncio.gather(charging, return_exceptions=True)
