"""While Redis does not answer, each process has budgets of its own."""

from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from datasources.kit import limits
from datasources.kit.limits import Limits
from datasources.kit.redis import Client, connect
from domain.kit.limits import RULES, LimitRule, Subject

LOGINS = LimitRule("logins", Subject.ACCOUNT, 2, 60)
SIGN_UPS = LimitRule("sign-ups", Subject.NETWORK, 1, 60)


class Clock:
    """Shows the time that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def gone() -> AsyncIterator[Client]:
    """A Redis that nobody started."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    yield redis
    await redis.close()


async def _take(kept: Limits, rule: LimitRule, subject: str, times: int) -> list[float]:
    return [await kept.take(rule, subject) for _ in range(times)]


async def test_units_come_back_at_an_even_rate(gone: Client) -> None:
    """One after half the time of two; other subjects have their own."""
    clock = Clock()
    kept = Limits(gone, "test:", "secret", clock=clock)
    assert await _take(kept, LOGINS, "ada", 3) == [0.0, 0.0, 30.0]
    assert await _take(kept, LOGINS, "bob", 2) == [0.0, 0.0]
    clock.now = 30.0
    assert await _take(kept, LOGINS, "ada", 2) == [0.0, 30.0]
    clock.now = 600.0
    assert await _take(kept, LOGINS, "ada", 3) == [0.0, 0.0, 30.0]


async def test_units_can_be_given_back(gone: Client) -> None:
    """Never more than a full budget."""
    kept = Limits(gone, "test:", "secret", clock=Clock())
    await _take(kept, LOGINS, "ada", 2)
    await kept.give_back(LOGINS, "ada")
    assert await _take(kept, LOGINS, "ada", 2) == [0.0, 30.0]
    await kept.give_back(LOGINS, "ada", 50)
    assert await _take(kept, LOGINS, "ada", 3) == [0.0, 0.0, 30.0]


async def test_more_than_a_budget_takes_all_of_it(gone: Client) -> None:
    """It waits for a full budget, and not forever."""
    kept = Limits(gone, "test:", "secret", clock=Clock())
    assert [await kept.take(LOGINS, "ada", 9), await kept.take(LOGINS, "ada", 9)] == [0.0, 60.0]


async def test_the_addresses_of_one_client_are_one_network(gone: Client) -> None:
    """64 bits in IPv6, and an IPv4 address however it is written; a neighbour has its own."""
    kept = Limits(gone, "test:", "secret", clock=Clock())
    for first, same, neighbour in (
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ("203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8"),
    ):
        assert [await kept.take(SIGN_UPS, each) for each in (first, same, neighbour)] == [0.0, 60.0, 0.0]


async def test_networks_that_many_share_have_more(gone: Client) -> None:
    """Twenty times as much, which returns as soon; factors count besides."""
    networks = [ip_network("203.0.113.0/24")]
    kept = Limits(gone, "test:", "secret", shared=networks, factors={"sign-ups": 2.0}, clock=Clock())
    assert await _take(kept, SIGN_UPS, "203.0.113.7", 41) == [*[0.0] * 40, 1.5]
    assert await _take(kept, SIGN_UPS, "198.51.100.1", 3) == [0.0, 0.0, 30.0]


async def test_the_memory_of_a_process_is_bounded(gone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The subject that tried longest ago is forgotten first."""
    monkeypatch.setattr(limits, "LOCAL_BYTES", 1_300)
    kept = Limits(gone, "test:", "secret", clock=Clock())
    for subject in ("ada", "bob", "cleo"):
        await _take(kept, LOGINS, subject, 2)
    waits = [await kept.take(LOGINS, subject) for subject in ("cleo", "bob", "ada")]
    assert waits == [30.0, 30.0, 0.0]


def test_rules_have_names_of_their_own() -> None:
    """Settings and keys use them."""
    assert len({rule.name for rule in RULES}) == len(RULES)
