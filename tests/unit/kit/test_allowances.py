"""Budgets in the memory of a process: they never wait for Redis, and all processes together keep to them."""

from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from datasources.kit import allowances
from datasources.kit.allowances import PARTS, Allowances
from datasources.kit.limits import Limits
from datasources.kit.redis import connect
from domain.kit.limits import LimitRule, Subject

COST = LimitRule("cost", Subject.NETWORK, 100, 10)
ONE, OTHER = "203.0.113.7", "198.51.100.1"


class Fleet(Limits):
    """What Redis would hold: the sum of what processes told; nothing comes back."""

    told: list[float]
    is_down = False

    async def draw(self, rule: LimitRule, subject: str, units: float) -> float | None:
        """The rest, or nothing while it is down."""
        if self.is_down:
            return None
        self.told.append(units)
        return self.rule_for(rule, subject).capacity - sum(self.told)


@pytest.fixture
async def fleet() -> AsyncIterator[Fleet]:
    """A fleet that has used nothing."""
    redis = connect("redis://127.0.0.1:1/0", deadline=0.1)
    fleet = Fleet(redis, "test:", "secret", shared=[ip_network("192.0.2.0/24")])
    fleet.told = []
    yield fleet
    await redis.close()


async def test_units_come_back(fleet: Fleet) -> None:
    """Each network has its own; a debt is paid by time."""
    now = [0.0]
    process = Allowances(fleet, lambda: now[0], 0.0)
    assert [process.take(COST, ONE, 90), process.take(COST, ONE, 30), process.take(COST, OTHER, 30)] == [0.0, 2.0, 0.0]
    now[0] = 2.0
    assert [process.take(COST, ONE, 30), process.take(COST, ONE, 1)] == [0.0, 0.1]
    await process.close()


async def test_little_use_costs_redis_nothing(fleet: Fleet) -> None:
    """A twentieth of a budget goes to Redis at once, and all that was used."""
    process = Allowances(fleet, lambda: 0.0, 0.0)
    for _ in range(4):
        process.take(COST, ONE, 1)
        process.take(COST, OTHER, 1)
    await process.settled()
    assert fleet.told == []
    process.take(COST, ONE, COST.capacity / PARTS - 4)
    await process.settled()
    assert fleet.told == [5.0]


async def test_processes_keep_to_one_budget(fleet: Fleet) -> None:
    """What one used, the others lack: ten processes gain half a budget together, and not nine."""
    processes = [Allowances(fleet, lambda: 0.0, 0.0) for _ in range(10)]
    passed = 0
    for _ in range(100):
        for process in processes:
            passed += process.take(COST, ONE, 1) == 0.0
            await process.settled()
    assert COST.capacity <= passed <= COST.capacity * (1 + 10 / PARTS)


async def test_without_redis_each_process_has_a_budget(fleet: Fleet) -> None:
    """What it could not tell, it tells later."""
    now = [0.0]
    fleet.is_down = True
    process = Allowances(fleet, lambda: now[0], 0.0)
    for _ in range(4):
        process.take(COST, ONE, 20)
        await process.settled()
    assert process.take(COST, ONE, 21) == pytest.approx(0.1)
    fleet.is_down, now[0] = False, 1.0
    process.take(COST, ONE, 5)
    await process.settled()
    assert fleet.told == [85.0]


async def test_networks_that_many_share_have_more(fleet: Fleet) -> None:
    """Twenty times as much, in memory and in Redis."""
    process = Allowances(fleet, lambda: 0.0, 0.0)
    assert process.take(COST, "192.0.2.1", 1_500) == 0.0
    await process.settled()
    assert process.of(COST, "192.0.2.1").left == 500


async def test_memory_is_bounded(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many networks come."""
    monkeypatch.setattr(allowances, "MAX_BYTES", 7_000)
    process = Allowances(fleet, lambda: 0.0, 0.0)
    for number in range(100):
        process.take(COST, f"10.0.0.{number}", 1)
    assert len(process) == 10


async def test_what_comes_back_at_once_costs_redis_nothing(fleet: Fleet) -> None:
    """What is used counts even without a budget, and comes back; Redis learns what stays."""
    process = Allowances(fleet, lambda: 0.0, 0.0)
    process.use(COST, ONE, 90)
    assert process.wait(COST, ONE, 20) == 1.0
    process.use(COST, ONE, -90)
    await process.settled()
    assert (fleet.told, process.wait(COST, ONE, 500)) == ([], 0.0)
    process.use(COST, ONE, 900)
    await process.settled()
    assert (fleet.told, process.of(COST, ONE).left) == ([900], -800)
    process.use(COST, ONE, -900)
    await process.settled()
    assert fleet.told == [900, -900]
