"""The outage in short: `make outage` requests ten thousand pages and prints a report."""

import asyncio
from pathlib import Path

import pytest
import uvloop

from tests.kit.fixtures.stores import present
from tests.outage.run import SHORT, outage
from tests.outage.victim import ClusterVictim, Victim

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("kind", [Victim, ClusterVictim])
def test_homepages_outlive_their_redis(tmp_path: Path, kind: type[Victim]) -> None:
    """Emptied, killed, frozen, slow: no error, no other store, one build at a time, and soon the newest page again.

    A cluster may lose a master for good besides.
    """
    for name in ("valkey", "mongo"):
        present(name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(outage(tmp_path, SHORT, kind))
    assert report.broken() == [], "\n".join(report.lines())
    assert report.answers.count >= SHORT.requests
    faults = {"flushed", "killed", "paused", "slowed"} | ({"failed over"} if kind is ClusterVictim else set())
    assert faults <= set(report.answers.latencies)
