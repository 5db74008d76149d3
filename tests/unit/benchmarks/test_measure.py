"""Shop and floor are measured by turns, and a shop that ends up broken is not reported."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from benchmarks import servers
from benchmarks.graphql import NotAnswered, ask
from benchmarks.measure import Plan, measure, settled
from benchmarks.measured import Run
from tests.kit.paths import ROOT

QUERIES = sorted((ROOT / "benchmarks" / "queries").glob("*.graphql"))
PLAN = Plan(rounds=2, seconds=3, connections=4)


@dataclass
class Rehearsal:
    """A scenario that records its calls."""

    breaks: bool = False
    name: str = "rehearsal"
    title: str = "a rehearsal"
    calls: list[tuple[str, int, int]] = field(default_factory=list)

    def verified(self, endpoint: str) -> list[bytes]:
        if self.breaks:
            raise NotAnswered("status 500")
        return [b"x" * 100]

    def load(self, endpoint: str, connections: int) -> Callable[[int], Run]:
        return lambda seconds: self._run("shop", connections, seconds, 10)

    def floor(self, url: str, connections: int) -> Callable[[int], Run]:
        return lambda seconds: self._run("floor", connections, seconds, 50)

    def _run(self, server: str, connections: int, seconds: int, requests: int) -> Run:
        self.calls.append((server, connections, seconds))
        return Run(requests, float(seconds), 1.0, 2.0, requests * 100)


def test_floor_and_shop_take_turns_under_the_same_load() -> None:
    rehearsal = Rehearsal()
    result = measure(rehearsal, "", "", [b"x" * 100, b"x" * 300], PLAN, os.getpid())
    assert rehearsal.calls == [("floor", 4, 3), ("shop", 4, 3)] * 2
    assert result.ratio == 5
    assert result.answer_bytes == 200


def test_a_shop_that_cannot_answer_after_the_load_is_not_reported() -> None:
    result = measure(Rehearsal(breaks=True), "", "", [b"x" * 100], PLAN, os.getpid())
    assert result.objection == "after the load: status 500"
    assert result.shop is None


@pytest.mark.slow
def test_a_new_shop_is_waited_for_until_it_answers_or_the_time_is_over() -> None:
    late = Late()
    assert settled(late, "", 60) == [b"built"]
    assert late.asked == 2
    with pytest.raises(NotAnswered):
        settled(Rehearsal(breaks=True), "", 0)


class Late(Rehearsal):
    """A scenario that gets an answer on the second try."""

    asked = 0

    def verified(self, endpoint: str) -> list[bytes]:
        self.asked += 1
        if self.asked == 1:
            raise NotAnswered("being prepared")
        return [b"built"]


@pytest.mark.slow
def test_the_floor_answers_the_bytes_it_was_given(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "homepage").write_bytes(b'{"data": {}}')
    with servers.floor(answers) as url:
        assert ask(f"{url}/homepage", b"{}") == b'{"data": {}}'
        with pytest.raises(NotAnswered, match="status 404"):
            ask(f"{url}/product", b"{}")
    with pytest.raises(NotAnswered, match="refused"):
        ask(f"{url}/homepage", b"{}")


def test_settings_of_the_shell_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOREFRONT_DATABASE_URL", "mysql+aiomysql://the-real-shop")
    servers.forget_settings()
    assert "STOREFRONT_DATABASE_URL" not in os.environ


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.stem)
def test_each_query_is_valid_in_the_schema(query: Path) -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())
    assert validate(schema, parse(query.read_text())) == []
