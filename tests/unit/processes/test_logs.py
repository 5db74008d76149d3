"""Logs of children: bounded, and serious messages reach the terminal."""

from pathlib import Path

import pytest

from bff.processes import logs
from bff.processes.logs import LogFile


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    log = LogFile(tmp_path / "logs" / "api.log")
    log.begin()
    return log


def _append(log: LogFile, text: str) -> None:
    with log.path.open("a") as file:
        file.write(text)


def test_a_new_run_keeps_the_log_of_the_last(log: LogFile) -> None:
    _append(log, "yesterday\n")
    log.begin()
    assert log.path.read_text() == ""
    assert log.path.with_name("api.log.1").read_text() == "yesterday\n"


def test_a_log_over_its_bound_is_emptied_into_the_older_one(log: LogFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LOG_BYTES", 10)
    _append(log, "more than ten bytes\n")
    log.bound()
    _append(log, "next\n")
    assert log.path.read_text() == "next\n"
    assert log.path.with_name("api.log.1").read_text() == "more than ten bytes\n"


def test_the_tail_is_the_last_lines(log: LogFile) -> None:
    _append(log, "".join(f"{number}\n" for number in range(100)))
    assert log.tail(2) == "98\n99"


def test_warnings_are_passed_on_once_and_information_is_not(log: LogFile) -> None:
    _append(log, '{"event": "started", "level": "info"}\n{"event": "slow", "level": "warning", "seconds": 3}\n')
    assert log.serious_lines() == ["slow seconds=3"]
    assert log.serious_lines() == []


def test_a_line_is_passed_on_when_it_is_whole(log: LogFile) -> None:
    _append(log, "Traceback (most")
    assert log.serious_lines() == []
    _append(log, " recent call last):\n")
    assert log.serious_lines() == ["Traceback (most recent call last):"]
