"""The process dies between what the provider did with reserved money and its record: it is done and recorded once."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bff.stores.migrate import migrate_relational
from datasources import tables
from datasources.kit.database import Database
from datasources.orders.reads import Orders
from datasources.payments.sandbox import SandboxPayments
from domain.orders.life import FinancialStatus, OrderStatus
from services.orders.life import OrderLifeService
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.factories.catalog import Added
from tests.kit.order_desk import Desk
from tests.kit.paths import ROOT
from tests.kit.reserved_money import ONE, states
from tests.kit.running_sandbox import RunningSandbox, paying

pytestmark = [pytest.mark.usefixtures("later"), pytest.mark.slow]


class SandboxDesk(Desk):
    """The services over the payment sandbox."""

    def __init__(self, database: Database, payments: SandboxPayments) -> None:
        super().__init__(database)
        self.payments = PaymentService(payments, Orders(database), self.orders)
        self.refunds = RefundService(database, payments, self.orders)
        self.life = OrderLifeService(database, self.orders, self.refunds)


@dataclass
class Scene:
    """A shop on a file, its provider, and a product."""

    desk: SandboxDesk
    url: str
    sandbox: RunningSandbox
    mug: Added

    async def dies(self, order_id: int, step: str) -> None:
        """Another process does a step, and is killed on the way."""
        program = [sys.executable, "-m", "tests.kit.killed_staff", self.url, self.sandbox.url]
        program += [str(self.desk.staff.customer_id), str(order_id), step]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = await asyncio.to_thread(
            subprocess.run, program, env=environment, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()

    def books(self) -> tuple[list[tuple[str, int]], list[int]]:
        """State and captured money of charges, and the captures."""
        with sqlite3.connect(self.sandbox.directory / "sandbox.db") as books:
            charges = books.execute("SELECT state, captured_minor FROM charges").fetchall()
            captures = [minor for (minor,) in books.execute("SELECT amount_minor FROM captures ORDER BY rowid")]
        books.close()
        return charges, captures

    async def sweeps(self) -> None:
        """Two workers at once."""
        await asyncio.gather(self.desk.sweep(), self.desk.sweep())


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Everything runs."""
    databases = Databases(backends.ALL["sqlite"], migrate_relational)
    url = await databases.clean(tmp_path)
    database = Database(url)
    sandbox = RunningSandbox(tmp_path / "books")
    async with paying(sandbox, deadline=30) as payments:
        desk = SandboxDesk(database, payments)
        yield Scene(desk, url, sandbox, await desk.open())
    sandbox.process.stop()
    await database.close()
    databases.close()


async def test_a_capture_that_was_not_recorded_is_found_and_not_repeated(scene: Scene) -> None:
    """The part of the first parcel, and the final one of the second."""
    desk = scene.desk
    order_id = await desk.buy((scene.mug.variant_ids[0], 2), token="tok_ok")
    for number, status in enumerate((FinancialStatus.AUTHORIZED, FinancialStatus.PARTIALLY_PAID), 1):
        await scene.dies(order_id, "send")
        assert (await desk.look(order_id)).financial_status is status
        assert [row.state for row in await desk.rows(tables.captures)] == ["DONE"] * (number - 1) + ["WANTED"]
        assert scene.books()[1] == [1_000] * number
        await scene.sweeps()
        assert [row.state for row in await desk.rows(tables.captures)] == ["DONE"] * number
        assert (await desk.look(order_id)).order.captured_minor == 1_000 * number
    assert scene.books() == ([("CAPTURED", 2_000)], [1_000, 1_000])
    assert (await states(desk), await desk.contradictions()) == ((["CAPTURED"], ["CAPTURED"]), [])
    assert await desk.status(order_id) is OrderStatus.FULFILLED


async def test_a_void_that_was_not_recorded_is_found(scene: Scene) -> None:
    """Of the whole of a cancelled order: nothing is refunded."""
    desk = scene.desk
    order_id = await desk.buy((scene.mug.variant_ids[0], 2), token="tok_ok")
    await scene.dies(order_id, "cancel")
    assert (scene.books()[0], await states(desk)) == ([("DECLINED", 0)], (["AUTHORIZED"], ["VOIDING"]))
    await scene.sweeps()
    reasons = [reason for _, reason in await desk.steps(order_id)]
    assert reasons.count("the authorization was voided") == 1
    assert (await states(desk), await desk.contradictions()) == ((["VOIDED"], ["VOIDED"]), [])
    assert await desk.rows(tables.refunds) == [] or all(row.minor == 0 for row in await desk.rows(tables.refunds))


async def test_the_rest_that_was_set_free_without_a_record_is_found(scene: Scene) -> None:
    """After the part of a parcel was taken."""
    desk = scene.desk
    order_id = await desk.buy((scene.mug.variant_ids[0], 2), token="tok_ok")
    await desk.life.fulfil(desk.staff, order_id, ONE)
    await scene.dies(order_id, "release")
    assert (scene.books(), await states(desk)) == (([("CAPTURED", 1_000)], [1_000]), (["AUTHORIZED"], ["CAPTURING"]))
    await scene.sweeps()
    life = await desk.look(order_id)
    assert (life.order.status, life.financial_status) == (OrderStatus.FULFILLED, FinancialStatus.PAID)
    assert (scene.books()[1], await desk.contradictions()) == ([1_000], [])
