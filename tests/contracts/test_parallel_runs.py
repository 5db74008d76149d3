"""Tests that run in several processes report as one session does."""

import os
import subprocess
import sys

import pytest

from tests.kit.paths import ROOT

pytestmark = pytest.mark.slow
_TESTS = "tests/integration/kit/test_fixtures.py"


def _run(required: str, selected: str) -> tuple[int, str]:
    """Exit status and output of a run in two processes."""
    command = [sys.executable, "-m", "pytest", "--numprocesses", "2", "-p", "no:cacheprovider", _TESTS, "-k", selected]
    environment = os.environ | {"STOREFRONT_TEST_REQUIRE": required}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_what_any_process_exercised_counts() -> None:
    """One process runs the test of Valkey, another one that of SQLite."""
    status, output = _run("valkey,sqlite", "(prefix and valkey) or (rows and sqlite)")
    assert status == 0, output
    assert "Backends exercised: SQLite, Valkey" in output


def test_a_required_store_that_no_process_exercised_fails_the_run() -> None:
    """All tests passed, and the run has not."""
    status, output = _run("valkey,cluster", "prefix and valkey")
    assert status == 1, output
    assert "FAILED: required but not exercised by any test: cluster" in output
    assert "2 passed" in output
