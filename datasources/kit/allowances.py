"""Budgets in the memory of a process, for what must not wait for Redis. All processes together keep to them.

A process tells Redis what a subject used only after a twentieth of the budget, in the background, and learns what the
other processes left. Most visitors never use that much and cost Redis nothing; nobody gains more than a twentieth of a
budget from each process, or what it answers in a tenth of a second.
"""

import asyncio
import time
from collections.abc import Callable

from datasources.kit.caches import ByteCache, MemoryBudget
from datasources.kit.limits import Bucket, Limits
from domain.kit.limits import LimitRule, Subject
from domain.kit.networks import network_of

MAX_BYTES = 8 * 1024 * 1024
PARTS = 20
_ENTRY_BYTES = 300
_AT_ONCE = 16
_PAUSE_SECONDS = 0.5
# What is given back within this time costs Redis nothing.
_GATHER_SECONDS = 0.1


class Allowance(Bucket):
    """The budget of one subject; see `Allowances.of`."""

    __slots__ = ("_note", "common_rule", "is_due", "news", "subject", "untold")

    def __init__(
        self,
        rule: LimitRule,
        common_rule: LimitRule,
        subject: str,
        now: float,
        note: "Callable[[Allowance, float], None]",
    ) -> None:
        super().__init__(rule, now)
        self.common_rule = common_rule
        self.subject = subject
        self.is_due = False
        # Redis does not know of these units yet; so many are worth the way.
        self.untold = 0.0
        self.news = rule.capacity / PARTS
        self._note = note

    def take(self, units: float, now: float) -> float:
        """Takes units and returns 0.0; takes nothing and returns the seconds to wait when there are too few."""
        units = min(units, self.rule.capacity)
        if wait := super().take(units, now):
            return wait
        self.untold += units
        if self.untold >= self.news:
            self._note(self, now)
        return 0.0

    def use(self, units: float, now: float) -> None:
        """Takes units even if there are too few. Negative units come back."""
        self.refill(now)
        self.left = max(-self.rule.capacity, min(self.rule.capacity, self.left - units))
        self.untold += units
        if abs(self.untold) >= self.news:
            self._note(self, now)


class Allowances:
    """Takes units at once, without waiting. `limits` holds what all processes took."""

    def __init__(
        self, limits: Limits, clock: Callable[[], float] = time.monotonic, gather_seconds: float = _GATHER_SECONDS
    ) -> None:
        self._gather_seconds = gather_seconds
        self._limits = limits
        self.clock = clock
        # A budget of its own: what clients send cannot push out what limits them.
        self._kept: ByteCache[tuple[str, str], Allowance] = ByteCache(MemoryBudget(MAX_BYTES), "allowances")
        self._due: list[Allowance] = []
        self._telling: asyncio.Task[None] | None = None
        self._pause_until = 0.0

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, rule: LimitRule, subject: str) -> Allowance:
        """The budget of a subject, for a moment: nobody counts what it uses after others have made it go."""
        key = _key(rule, subject)
        allowance = self._kept.get(key)
        if allowance is None:
            allowance = Allowance(self._limits.rule_for(rule, subject), rule, subject, self.clock(), self._note)
            self._kept.put(key, allowance, _ENTRY_BYTES)
        return allowance

    def take(self, rule: LimitRule, subject: str, units: float) -> float:
        """Takes units and returns 0.0; takes nothing and returns the seconds to wait when there are too few."""
        return self.of(rule, subject).take(units, self.clock())

    def use(self, rule: LimitRule, subject: str, units: float) -> None:
        """Takes units even if there are too few. Negative units come back."""
        self.of(rule, subject).use(units, self.clock())

    def wait(self, rule: LimitRule, subject: str, units: float, beside: float = 0.0) -> float:
        """The seconds until so many units are there, `beside` those that will be used; takes nothing."""
        if not beside and _key(rule, subject) not in self._kept:
            return 0.0
        allowance = self.of(rule, subject)
        allowance.refill(self.clock())
        lacking = min(units, allowance.rule.capacity) + beside - allowance.left
        return max(0.0, lacking / allowance.rule.per_second)

    async def settled(self) -> None:
        """Waits until Redis knows what it has to know by now."""
        while self._telling is not None:
            await asyncio.wait({self._telling})

    async def close(self) -> None:
        """Stops telling Redis."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait({self._telling})

    def _note(self, allowance: Allowance, now: float) -> None:
        if not allowance.is_due:
            allowance.is_due = True
            self._due.append(allowance)
        if self._due and self._telling is None and now >= self._pause_until:
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        try:
            await asyncio.sleep(self._gather_seconds)
            while self._due and self.clock() >= self._pause_until:
                some, self._due = self._due[:_AT_ONCE], self._due[_AT_ONCE:]
                await asyncio.gather(*map(self._tell_of, some))
        finally:
            self._telling = None

    async def _tell_of(self, allowance: Allowance) -> None:
        allowance.is_due = False
        if abs(allowance.untold) < allowance.news:
            return
        units, allowance.untold = allowance.untold, 0.0
        left = await self._limits.draw(allowance.common_rule, allowance.subject, units)
        if left is None:
            # The next visitor tries again, after a pause.
            allowance.untold += units
            self._pause_until = self.clock() + _PAUSE_SECONDS
            return
        allowance.refill(self.clock())
        allowance.left = min(allowance.left, left - allowance.untold)


def _key(rule: LimitRule, subject: str) -> tuple[str, str]:
    return rule.name, network_of(subject) if rule.subject is Subject.NETWORK else subject
