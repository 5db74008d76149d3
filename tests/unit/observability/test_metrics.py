"""Where several server processes share their numbers."""

import os
from pathlib import Path

import pytest

from bff.observability import metrics

NAME = "PROMETHEUS_MULTIPROC_DIR"


@pytest.fixture(autouse=True)
def no_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names none."""
    monkeypatch.delenv(NAME, raising=False)


def test_several_processes_share_an_empty_directory_that_ends_with_them() -> None:
    """With everything that they wrote into it."""
    with metrics.shared(2):
        directory = Path(os.environ[NAME])
        assert list(directory.iterdir()) == []
        (directory / "counter_1.db").touch()
    assert not directory.exists()
    assert NAME not in os.environ


def test_one_process_shares_with_nobody() -> None:
    """Its numbers stay in its memory."""
    with metrics.shared(1):
        assert NAME not in os.environ


def test_the_directory_of_the_operator_is_used_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Something else may read it as well."""
    monkeypatch.setenv(NAME, str(tmp_path))
    with metrics.shared(2):
        assert os.environ[NAME] == str(tmp_path)
    assert tmp_path.exists()
