"""`python -m tests.torture.mails`: each buyer gets each mail, whatever is killed, from a server that refuses half.

Two workers send the confirmations of many orders, and are killed at any moment. Each time the clock then moves on, so
that what they had claimed, and what the server did not take, is due again. A mail that the server took and a killed
worker had not recorded is sent twice; both copies have one `Message-ID`.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.smtp import SMTP as Session
from aiosmtpd.smtp import Envelope

from bff.stores.migrate import migrate_relational
from datasources import tables
from datasources.kit.database import Database, Tx
from datasources.mail import queue
from domain.kit.ids import new_id, new_secret
from domain.mail import MailKind, NewMail
from domain.orders.life import OrderStatus
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.backends.process import Process
from tests.kit.factories.catalog import NOW

WORKERS, AT_ONCE, HOUR = 2, 500, 3_600


@dataclass
class MailReport:
    """What buyers got: copies of each mail by its id, and what the rows say."""

    orders: int
    kills: int = 0
    refused: int = 0
    copies: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def doubled(self) -> int:
        """Mails that came more than once."""
        return sum(copies > 1 for copies in self.copies.values())

    @property
    def passed(self) -> bool:
        """Everybody got the mail, and no killed worker doubled more than it can have had under way."""
        is_complete = len(self.copies) == self.orders and self.states == {"SENT": self.orders}
        return is_complete and sum(self.copies.values()) - self.orders <= self.kills * WORKERS * 32

    def line(self) -> str:
        """For people."""
        return (
            f"{self.orders} orders: {len(self.copies)} buyers have their mail, {self.doubled} of them twice or more; "
            f"{self.kills} times the workers were killed, {self.refused} times the server refused; "
            f"rows {dict(self.states)}"
        )


class Refuser:
    """A mail server that refuses half of what it gets."""

    def __init__(self, report: MailReport, seed: int) -> None:
        self._report = report
        self._random = random.Random(seed)

    async def handle_DATA(self, server: Session, session: Any, envelope: Envelope) -> str:
        """Keeps the id of a mail, or wants it later."""
        if self._random.random() < 0.5:
            self._report.refused += 1
            return "451 later"
        assert isinstance(envelope.content, bytes)
        self._report.copies[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 OK"


async def torture_mails(database_url: str, mongo_url: str, directory: Path, *, orders: int, kills: int) -> MailReport:
    """Sends the confirmations of orders, with workers that are killed so often."""
    report, database, chance = MailReport(orders), Database(database_url), random.Random(orders)
    await _place(database, orders)
    loop = asyncio.get_running_loop()
    refuser = Refuser(report, 1)
    server = await loop.create_server(lambda: Session(refuser, loop=loop), "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    ahead = 0
    for _ in range(kills):
        command = [sys.executable, "-m", "tests.torture.mail_worker", database_url, mongo_url, url, str(ahead)]
        workers = [Process(command, directory / "workers.log") for _ in range(WORKERS)]
        # Some mails later, at any moment of a turn.
        wanted = sum(report.copies.values()) + chance.randint(1, max(2, orders // (4 * kills)))
        while sum(report.copies.values()) < wanted and any(worker.runs for worker in workers):  # noqa: ASYNC110
            await asyncio.sleep(chance.random() / 50)
        report.kills += any(worker.runs for worker in workers)
        for worker in workers:
            worker.kill()
        ahead += HOUR
    command = [sys.executable, "-m", "tests.torture.mail_worker", database_url, mongo_url, url, str(ahead), "--alone"]
    worker = Process(command, directory / "workers.log")
    while worker.runs:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    server.close()
    report.states = Counter(await _states(database))
    await database.close()
    return report


async def _place(database: Database, orders: int) -> None:
    """Paid orders, each with its mail."""
    for start in range(0, orders, AT_ONCE):
        keys = [new_id() for _ in range(start, min(start + AT_ONCE, orders))]
        rows = [_order(key) for key in keys]

        async def insert(tx: Tx, keys: list[int] = keys, rows: list[dict[str, Any]] = rows) -> None:
            await tx.run(sa.insert(tables.orders), rows)
            await queue.add(tx, *(NewMail(MailKind.ORDER_CONFIRMED, key) for key in keys))

        await database.transact(insert)


def _order(key: int) -> dict[str, Any]:
    return {
        "id": key,
        "name": f"#{key}",
        "token": new_secret(),
        "source": "test",
        "email": f"buyer{key}@example.com",
        "country": "GB",
        "territory": "GB",
        "status": OrderStatus.PAID.value,
        "currency": "GBP",
        **dict.fromkeys(("subtotal_minor", "total_minor"), 1_000),
        **dict.fromkeys(("created_at", "updated_at"), NOW),
    }


async def _states(database: Database) -> dict[str, int]:
    state = tables.mails.c.state
    rows = await database.all(sa.select(state, sa.func.count().label("mails")).group_by(state))
    return {row.state: row.mails for row in rows}


def main() -> int:
    """Prints what happened on each database; 1 when somebody's mail is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.mails", description=__doc__)
    parser.add_argument("--database", action="append", choices=backends.RELATIONAL, help="default: all there are")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    is_good = True
    try:
        for name in options.database or [name for name in backends.RELATIONAL if not backends.ALL[name].missing()]:
            with tempfile.TemporaryDirectory() as scratch:
                report = asyncio.run(_on(name, Path(scratch), options.orders, options.kills))
            is_good = is_good and report.passed
            sys.stdout.write(f"{name}: {report.line()}\n")
    finally:
        backends.stop_all()
    return 0 if is_good else 1


async def _on(name: str, scratch: Path, orders: int, kills: int) -> MailReport:
    databases = Databases(backends.ALL[name], migrate_relational)
    url = await databases.clean(scratch)
    return await torture_mails(url, backends.ALL["mongo"].url(), scratch, orders=orders, kills=kills)


if __name__ == "__main__":
    sys.exit(main())
