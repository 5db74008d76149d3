"""Budgets of all limits, for the whole fleet: token buckets in Redis, filled by its clock.

While Redis does not answer, each process has buckets of its own: nobody is locked out, and nobody may try without
limit. `domain/kit/limits.py` has the table of rules.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network

import structlog

from datasources.kit.breaker import Breaker
from datasources.kit.caches import ByteCache, MemoryBudget
from datasources.kit.deadlines import within_deadline
from datasources.kit.redis import ERRORS, Client
from domain.kit.limits import LOOPBACK_TIMES, SHARED_TIMES, LimitRule, Subject
from domain.kit.networks import Network, Networks, network_of

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.5
_LOOPBACK = Networks((ip_network("127.0.0.0/8"), ip_network("::1/128")))
LOCAL_BYTES = 8 * 1024 * 1024
_BUCKET_BYTES = 200
# Capacity, units per second, units to take, and 1 to take them even if the bucket has fewer. Negative units come back.
# Returns the milliseconds to wait, 0 when the units were taken, and what is left. A full bucket has no key.
_TAKE = """
local capacity, rate, units = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local left, at = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%S+)$')
left = left and math.min(capacity, left + math.max(0, now - at) * rate) or capacity
if units > left and ARGV[4] ~= '1' then
  return { math.ceil((units - left) / rate * 1000), string.format('%.3f', left) }
end
left = math.max(-capacity, math.min(capacity, left - units))
if left >= capacity then
  redis.call('DEL', KEYS[1])
else
  local life = math.ceil((capacity - left) / rate * 1000) + 1
  redis.call('SET', KEYS[1], string.format('%.3f %.6f', left, now), 'PX', life)
end
return { 0, string.format('%.3f', left) }
"""


class Bucket:
    """A bucket in the memory of this process: the same rules as in Redis."""

    __slots__ = ("at", "left", "per_second", "rule")

    def __init__(self, rule: LimitRule, now: float) -> None:
        self.rule = rule
        self.per_second = rule.per_second
        self.left = rule.capacity
        self.at = now

    def take(self, units: float, now: float) -> float:
        """Takes units and returns 0.0; takes nothing and returns the seconds to wait when there are too few."""
        self.refill(now)
        if units > self.left:
            return (units - self.left) / self.per_second
        self.left = min(self.rule.capacity, self.left - units)
        return 0.0

    def refill(self, now: float) -> None:
        """Adds what has come back since the last time."""
        if now > self.at:
            self.left = min(self.rule.capacity, self.left + (now - self.at) * self.per_second)
            self.at = now


class Limits:
    """Takes units from the budget of a subject, by rule.

    Subjects may be e-mail addresses, so keys contain a digest of them that needs `secret` to compute. The subject of a
    rule by network is an address. `shared` networks have larger budgets; `factors` change budgets by name of a rule.
    """

    def __init__(
        self,
        redis: Client,
        prefix: str,
        secret: str,
        *,
        shared: Sequence[Network] = (),
        factors: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._prefix = prefix
        self._redis = redis
        self._secret = hashlib.sha256(f"rate {secret}".encode()).digest()
        self._shared = Networks(shared)
        self._factors = dict(factors or {})
        self._take = redis.register_script(_TAKE)
        # A budget of its own: what clients send cannot push out what limits them.
        self._local: ByteCache[str, Bucket] = ByteCache(MemoryBudget(LOCAL_BYTES), "limits")
        self._breaker = Breaker()
        self._clock = clock

    async def take(self, rule: LimitRule, subject: str, units: float = 1.0) -> float:
        """Takes units and returns 0.0; takes nothing and returns the seconds to wait when there are too few.

        What costs more than a full budget waits for a full budget.
        """
        rule = self.rule_for(rule, subject)
        units, key = min(units, rule.capacity), self._key(rule, subject)
        answer = await self._in_redis(rule, key, units, is_forced=False)
        return self._bucket(rule, key).take(units, self._clock()) if answer is None else answer[0]

    async def give_back(self, rule: LimitRule, subject: str, units: float = 1.0) -> None:
        """Gives units back, because nothing came of them."""
        rule = self.rule_for(rule, subject)
        key = self._key(rule, subject)
        if await self._in_redis(rule, key, -units, is_forced=True) is None:
            self._bucket(rule, key).take(-units, self._clock())

    async def draw(self, rule: LimitRule, subject: str, units: float) -> float | None:
        """Takes units that were used already and returns what is left, less than 0 for a debt; None without Redis."""
        rule = self.rule_for(rule, subject)
        answer = await self._in_redis(rule, self._key(rule, subject), units, is_forced=True)
        return None if answer is None else answer[1]

    def rule_for(self, rule: LimitRule, subject: str) -> LimitRule:
        """The rule with the budget of this subject."""
        factor = self._factors.get(rule.name, 1.0)
        if rule.subject is Subject.NETWORK:
            factor *= self._times(subject)
        return rule if factor == 1.0 else rule.times(factor)

    def _times(self, subject: str) -> float:
        if subject in _LOOPBACK:
            return LOOPBACK_TIMES
        return SHARED_TIMES if subject in self._shared else 1.0

    async def _in_redis(
        self, rule: LimitRule, key: str, units: float, *, is_forced: bool
    ) -> tuple[float, float] | None:
        """The seconds to wait and what is left; None while Redis does not answer."""
        if not self._breaker.allows():
            return None
        arguments = [rule.capacity, rule.per_second, units, int(is_forced)]
        try:
            wait, left = await within_deadline(self._take(keys=[key], args=arguments), PATIENCE_SECONDS)
        except ERRORS as error:
            if self._breaker.failed():
                logger.warning("limits_counted_in_process", error=type(error).__name__)
            return None
        self._breaker.succeeded()
        return wait / 1000, float(left)

    def _bucket(self, rule: LimitRule, key: str) -> Bucket:
        bucket = self._local.get(key)
        if bucket is None:
            bucket = Bucket(rule, self._clock())
            self._local.put(key, bucket, _BUCKET_BYTES)
        return bucket

    def _key(self, rule: LimitRule, subject: str) -> str:
        name = network_of(subject) if rule.subject is Subject.NETWORK else subject
        digest = hashlib.blake2b(name.encode("utf-8", "replace"), key=self._secret, digest_size=16).hexdigest()
        return f"{self._prefix}rate:{rule.name}:{digest}"
