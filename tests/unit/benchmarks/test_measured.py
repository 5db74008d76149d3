"""Figures are added up rightly, and figures that mean nothing are not reported."""

import pytest

from benchmarks.measured import Run, from_latencies, objection, together
from benchmarks.wrk import parse

SUMMARY = (
    "Running 2s test @ http://127.0.0.1:1/graphql\n  1 threads and 16 connections\nRequests/sec:   1234.56\n\n"
    '{"requests":2500,"microseconds":2010000,"bytes":45000000,"refused":3,"lost":1,'
    '"p50":5120,"p99":20480,"longest":40000}\n'
)


def test_the_summary_of_wrk_is_read_in_seconds_and_milliseconds() -> None:
    assert parse(SUMMARY) == Run(2500, 2.01, 5.12, 20.48, 45_000_000, refused=3, lost=1)


@pytest.mark.parametrize("output", ["", "unable to connect to 127.0.0.1:1 Connection refused"])
def test_output_without_a_summary_is_an_error(output: str) -> None:
    with pytest.raises(ValueError, match="no summary"):
        parse(output)


def test_runs_together_are_sums_the_middle_p50_and_the_worst_p99() -> None:
    runs = [Run(100, 2.0, 1.0, 9.0, 10), Run(300, 2.0, 3.0, 5.0, 30, refused=1), Run(200, 1.0, 2.0, 4.0, 20, lost=2)]
    assert together(runs) == Run(600, 5.0, 2.0, 9.0, 60, refused=1, lost=2)
    assert together(runs).rate == 120


def test_a_run_of_no_time_has_no_rate() -> None:
    assert Run(0, 0.0, 0.0, 0.0).rate == 0


def test_percentiles_of_known_latencies_are_the_nearest_ranks() -> None:
    run = from_latencies([float(value) for value in range(200, 0, -1)], 4.0, received=7, refused=0, lost=0)
    assert (run.requests, run.rate, run.p50, run.p99, run.bytes) == (200, 50, 100.0, 198.0, 7)


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (Run(0, 2.0, 0, 0), "no request"),
        (Run(10, 2.0, 1, 1, 10_000, refused=1), "1 of 10"),
        (Run(10, 2.0, 1, 1, 10_000, lost=2), "2 requests"),
        (Run(10, 2.0, 1, 1, 5_000), "500 bytes on average"),
    ],
)
def test_a_run_with_refused_lost_or_shrunken_answers_is_not_reported(run: Run, reason: str) -> None:
    assert reason in str(objection(run, shortest_answer=1000))


def test_a_run_of_whole_answers_is_reported() -> None:
    assert objection(Run(10, 2.0, 1, 1, 12_000), shortest_answer=1000) is None
