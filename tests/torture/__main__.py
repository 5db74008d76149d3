"""`python -m tests.torture`: a random walk and every fault on every relational database, or those that are named."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import uvloop

from tests.kit import backends
from tests.torture.faults import FAULTS
from tests.torture.naive import VARIANTS
from tests.torture.report import Report, table
from tests.torture.run import torture
from tests.torture.walk import walk_on

NAIVE_SUBMITS = 400


def main() -> int:
    """Prints a report of each run and a table of all; 1 when anything did not hold, or the check was not proved."""
    options = _options()
    reports: list[Report] = []
    options.kept.mkdir(parents=True, exist_ok=True)
    walked: list[str] = []
    try:
        if not options.fault and not options.naive:
            walked = [found for database in _databases(options) for found in _walk(database, options)]
        for database, fault, naive in _runs(options):
            reports.append(_run(database, fault, naive, options))
            _say("\n".join(reports[-1].lines()))
            (options.kept / "summary.md").write_text(_summary(reports, options), encoding="utf-8")
    finally:
        backends.stop_all()
    _say(f"\n{_summary(reports, options)}")
    return 0 if all(report.passed for report in reports) and not walked else 1


def _walk(database: str, options: argparse.Namespace) -> list[str]:
    """The contradictions that a random walk left on a database."""
    if options.steps == 0:
        return []
    with (
        tempfile.TemporaryDirectory(prefix="storefront-walk-", ignore_cleanup_errors=True) as scratch,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        found = runner.run(walk_on(database, Path(scratch), options.seed, options.steps))
    _say(f"{database}: a walk of {options.steps} steps left {len(found)} contradictions. {' '.join(found)}")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--database", action="append", choices=backends.RELATIONAL, help="default: all there are")
    parser.add_argument("--fault", action="append", choices=list(FAULTS), help="default: all, and the naive checkouts")
    parser.add_argument("--naive", action="append", choices=list(VARIANTS), help="only these naive checkouts")
    parser.add_argument("--submits", type=int, default=3_000, help="intents to buy in each run (default 3000)")
    parser.add_argument("--steps", type=int, default=10_000, help="of the random walk (default 10000; 0 for none)")
    parser.add_argument("--seed", type=int, default=0, help="of the plan and of the walk (default 0)")
    parser.add_argument(
        "--kept", type=Path, default=Path(".torture"), help="where the summary and the logs are kept (default .torture)"
    )
    return parser.parse_args()


def _databases(options: argparse.Namespace) -> list[str]:
    return options.database or [name for name in backends.RELATIONAL if not backends.ALL[name].missing()]


def _runs(options: argparse.Namespace) -> Iterator[tuple[str, str, str | None]]:
    """Database, fault and naive checkout of each run."""
    everything = not options.fault and not options.naive
    for database in _databases(options):
        for fault in options.fault or (FAULTS if everything else ()):
            if database in FAULTS[fault].databases:
                yield database, fault, None
        for naive in options.naive or (VARIANTS if everything else ()):
            yield database, "none", naive


def _run(database: str, fault: str, naive: str | None, options: argparse.Namespace) -> Report:
    """A run that breaks off is one that proved nothing, and ends no other."""
    submits = min(options.submits, NAIVE_SUBMITS) if naive else options.submits
    with (
        tempfile.TemporaryDirectory(prefix="storefront-torture-", ignore_cleanup_errors=True) as scratch,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        directory = Path(scratch)
        try:
            return runner.run(torture(database, fault, directory, submits=submits, seed=options.seed, naive=naive))
        except Exception as error:
            traceback.print_exc()
            return Report(
                database, fault, naive, submits, objections=[f"It broke off: {type(error).__name__}: {error}"]
            )
        finally:
            _keep_logs(directory, options.kept / f"{database}-{naive or fault}")


def _keep_logs(directory: Path, kept: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    for log in directory.glob("*.log"):
        shutil.copy(log, kept)


def _summary(reports: list[Report], options: argparse.Namespace) -> str:
    failed = sum(not report.passed for report in reports)
    verdict = f"{failed} of {len(reports)} runs failed." if failed else "Every run came out as it must."
    servers = ", ".join(backends.ALL[name].describe() for name in dict.fromkeys(report.database for report in reports))
    return f"{table(reports)}\n{servers}; seed {options.seed}. {verdict}\n"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
