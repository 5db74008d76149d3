"""The outage in short: `make outage` asks for ten thousand pages and prints a report."""

import asyncio
from pathlib import Path

import pytest
import uvloop

from tests.fixtures.stores import present
from tests.outage.run import SHORT, outage

pytestmark = pytest.mark.timeout(120)


def test_homepages_outlive_their_redis(tmp_path: Path) -> None:
    """Emptied, killed, frozen, slow: no error, no other store, one build at a time, and soon the newest page again."""
    for name in ("valkey", "mongo"):
        present(name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(outage(tmp_path, SHORT))
    assert report.broken() == [], "\n".join(report.lines())
    assert report.answers.count >= SHORT.requests
    assert {"flushed", "killed", "paused", "slowed"} <= set(report.answers.latencies)
