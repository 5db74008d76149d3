"""`python -m tests.outage`: ten thousand homepages while Redis fails in every way; prints a report."""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import uvloop

from tests.kit import backends
from tests.outage.run import Plan, outage
from tests.outage.victim import ClusterVictim, Victim


def main() -> int:
    """1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.outage", description=__doc__)
    for field in fields(Plan):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    parser.add_argument("--cluster", action="store_true", help="a Redis Cluster of three masters with replicas")
    options = vars(parser.parse_args())
    kind = ClusterVictim if options.pop("cluster") else Victim
    plan = Plan(**options)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="storefront-outage-", ignore_cleanup_errors=True) as directory,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            report = runner.run(outage(Path(directory), plan, kind))
    finally:
        backends.stop_all()
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.broken() or report.late() else 0


if __name__ == "__main__":
    sys.exit(main())
