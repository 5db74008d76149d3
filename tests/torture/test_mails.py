"""The torture of mails in short: `make mails` runs it with ten thousand orders on every database."""

import asyncio
from pathlib import Path

import pytest

from bff.stores.migrate import migrate_relational
from tests.kit import backends
from tests.kit.backends.databases import Databases
from tests.kit.fixtures.stores import present
from tests.torture.mails import torture_mails

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_killed_workers_and_a_server_that_refuses_lose_no_mail(tmp_path: Path) -> None:
    """Two workers are killed twice while a hundred buyers wait for their confirmation."""

    async def run() -> None:
        url = await Databases(backends.ALL["sqlite"], migrate_relational).clean(tmp_path)
        report = await torture_mails(url, present("mongo").url(), tmp_path, orders=100, kills=2)
        assert report.passed, report.line()
        assert report.kills > 0
        assert report.refused > 20

    with asyncio.Runner() as runner:
        runner.run(run())
