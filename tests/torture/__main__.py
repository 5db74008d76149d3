"""`python -m tests.torture`: every fault on every relational database of this machine, or those that are named."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import uvloop

from tests import backends
from tests.torture.faults import FAULTS
from tests.torture.naive import VARIANTS
from tests.torture.run import Report, torture


def main() -> int:
    """Prints a report of each run; 1 when anything did not hold, or a naive checkout was not found out."""
    options = _options()
    databases = options.database or [name for name in backends.RELATIONAL if not backends.ALL[name].missing()]
    failed = 0
    try:
        for database in databases:
            for fault in options.fault or [fault.name for fault in FAULTS.values() if database in fault.databases]:
                report = _run(database, fault, options)
                failed += not report.passed
            if not options.fault:
                failed += sum(not _found_out(database, variant, options) for variant in VARIANTS)
    finally:
        backends.stop_all()
    _say(f"{failed} runs failed" if failed else "every invariant held in every run")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--database", action="append", choices=backends.RELATIONAL, help="default: all there are")
    parser.add_argument("--fault", action="append", choices=list(FAULTS), help="default: all, and the naive checkouts")
    parser.add_argument("--submits", type=int, default=3_000, help="intents to buy in each run (default 3000)")
    parser.add_argument("--seed", type=int, default=0, help="of the plan (default 0)")
    parser.add_argument("--logs", type=Path, help="a directory in which to keep the logs of all processes")
    return parser.parse_args()


def _run(database: str, fault: str, options: argparse.Namespace, naive: str | None = None) -> Report:
    with (
        tempfile.TemporaryDirectory(prefix="storefront-torture-", ignore_cleanup_errors=True) as scratch,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        directory = Path(scratch)
        run = torture(database, fault, directory, submits=options.submits, seed=options.seed, naive=naive)
        report = runner.run(run)
        if options.logs:
            kept = options.logs / f"{database}-{naive or fault}"
            kept.mkdir(parents=True, exist_ok=True)
            for log in directory.glob("*.log"):
                shutil.copy(log, kept)
    for line in report.lines():
        _say(line)
    return report


def _found_out(database: str, variant: str, options: argparse.Namespace) -> bool:
    """Whether both checks refuse a naive checkout."""
    options = argparse.Namespace(**{**vars(options), "submits": min(options.submits, 400)})
    report = _run(database, "none", options, variant)
    found = bool(report.broken)
    _say(f"{database} {variant}: {'found out, as it must be' if found else 'NOT FOUND OUT'}")
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
