"""The report has the measurements, and leaves out invalid scenarios."""

import io
from datetime import UTC, datetime

from rich.console import Console

from benchmarks.measured import Run
from benchmarks.report import Result, as_json, show

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
GOOD = Result(
    name="homepage",
    title="homepage",
    shop=Run(1000, 4.0, 3.5, 8.25, 2_000_000),
    floor=Run(5000, 2.0, 0.5, 1.0, 10_000_000),
    answer_bytes=1900,
    cpu={"web": 3.0, "valkey-server": 1.0},
    memory={"web": 100 * 1024 * 1024, "valkey-server": 20 * 1024 * 1024},
)
BAD = Result("search", "search", objection="status 500: [oops]")


def test_the_ratio_to_the_floor_is_of_rates_not_of_counts() -> None:
    assert GOOD.ratio == 10
    assert GOOD.cores == 1
    assert BAD.ratio == BAD.cores == 0


def test_the_table_shows_figures_of_good_scenarios_and_reasons_of_others() -> None:
    console = Console(file=io.StringIO(), width=150)
    show([GOOD, BAD], console)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    line = next(line for line in printed.splitlines() if "homepage" in line)
    assert [cell.strip() for cell in line.strip("│ ").split("│")] == [
        *("homepage", "250", "2,500", "10.0", "3.5", "8.2", "100", "120", "1.9")
    ]
    assert "search is not reported: status 500: [oops]" in printed


def test_the_json_has_date_commit_and_options_and_no_figures_of_a_bad_scenario() -> None:
    content = as_json([GOOD, BAD], {"connections": 16}, NOW, "abc1234")
    assert (content["date"], content["commit"]) == ("2026-05-01T12:00:00+00:00", "abc1234")
    assert content["options"] == {"connections": 16}
    good, bad = content["scenarios"]
    assert (good["per_second"], good["floor_ratio"], good["cores"]) == (250.0, 10.0, 1.0)
    assert bad == {"name": "search", "objection": "status 500: [oops]"}
