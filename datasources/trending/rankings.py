"""Best sellers of each territory in Redis. All keys of a territory carry one hash tag.

Scores are set, never added to, so that a repeated event counts once. Each score was computed from orders that were read
under a number drawn before the read: a score of an older read never replaces that of a newer one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from datasources.kit.redis import Client
from domain.trending import Ranking

# ARGV: the number of the read, then product and score in turn. An empty score removes the product.
_PUT = """
for each = 2, #ARGV, 2 do
    local seen = tonumber(redis.call('HGET', KEYS[2], ARGV[each]) or '0')
    if seen < tonumber(ARGV[1]) then
        redis.call('HSET', KEYS[2], ARGV[each], ARGV[1])
        if ARGV[each + 1] == '' then redis.call('ZREM', KEYS[1], ARGV[each])
        else redis.call('ZADD', KEYS[1], ARGV[each + 1], ARGV[each]) end
    end
end
return redis.call('HINCRBY', KEYS[2], 'changes', 1)
"""
_PUT_RANKING = """
redis.call('DEL', KEYS[1])
for each = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[each], ARGV[each + 1]) end
return 1
"""
_REPLACE_RULE = """
if redis.call('HGET', KEYS[1], 'rule') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'rule', ARGV[2])
return 1
"""


class Trending:
    """Scores of products, and the rankings of collections that follow from them."""

    def __init__(self, redis: Client, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._put = redis.register_script(_PUT)
        self._put_ranking = redis.register_script(_PUT_RANKING)
        self._replace_rule = redis.register_script(_REPLACE_RULE)

    def _key(self, territory: str, name: str) -> str:
        return f"{self._prefix}trending:{{{territory}}}:{name}"

    async def begin_read(self, territories: Iterable[str]) -> dict[str, int]:
        """A number for each territory. Draw it before you read the orders, and pass it to `put`."""
        return {code: int(await self._redis.hincrby(self._key(code, "reads"), "last", 1)) for code in territories}

    async def put(self, territory: str, read: int, scores: Mapping[int, float | None]) -> None:
        """Sets the scores of some hundreds of products; None for products without sales."""
        args: list[Any] = [read]
        for product_id, score in scores.items():
            args += [product_id, "" if score is None else repr(score)]
        await self._put(keys=[self._key(territory, "products"), self._key(territory, "reads")], args=args)

    async def best(self, territory: str, count: int) -> list[int]:
        """The best sellers, best first."""
        return [product_id for product_id, _ in await self.scores(territory, count)]

    async def scores(self, territory: str, count: int) -> list[tuple[int, float]]:
        """The best sellers with their scores, best first. Equal scores are in descending order of their text."""
        if count < 1:
            return []
        found: Any = await self._redis.zrevrange(self._key(territory, "products"), 0, count - 1, withscores=True)
        return [(int(member), float(score)) for member, score in found]

    async def changes(self, territory: str) -> int:
        """A number that grows with each change that a ranking may depend on."""
        return int(await self._redis.hget(self._key(territory, "reads"), "changes") or 0)

    async def touch(self, territory: str) -> None:
        """Makes the ranking be computed again, although no score has changed."""
        await self._redis.hincrby(self._key(territory, "reads"), "changes", 1)

    async def put_ranking(self, territory: str, ranking: Ranking) -> None:
        """Replaces the ranking of a territory."""
        args: list[Any] = ["categories", msgspec.json.encode(ranking.categories)]
        for collection_id, product_ids in ranking.products.items():
            args += [collection_id, msgspec.json.encode(product_ids)]
        await self._put_ranking(keys=[self._key(territory, "ranking")], args=args)

    async def categories(self, territory: str) -> list[int]:
        """Keys of the best-selling collections, best first; empty before the first ranking."""
        kept = await self._redis.hget(self._key(territory, "ranking"), "categories")
        return _ids(kept)

    async def best_in(self, territory: str, collection_ids: Sequence[int]) -> list[list[int]]:
        """The best sellers of each collection, best first.

        A product that has left a collection may still be in its list.
        """
        if not collection_ids:
            return []
        kept: Any = await self._redis.hmget(self._key(territory, "ranking"), [str(key) for key in collection_ids])
        return [_ids(each) for each in kept]

    async def computed(self, territory: str) -> tuple[int, str]:
        """The changes that the ranking of a territory includes, and the digest of its last published event."""
        kept: Any = await self._redis.hmget(self._key(territory, "state"), ["changes", "digest"])
        return int(kept[0] or 0), (kept[1] or b"").decode()

    async def set_computed(self, territory: str, changes: int, digest: str) -> None:
        """Stores what a ranking includes, once its event was published."""
        await self._redis.hset(self._key(territory, "state"), mapping={"changes": changes, "digest": digest})

    async def counted_with(self, territory: str) -> str:
        """The rule by which all products of a territory were counted; empty when they were not, or were lost."""
        kept: Any = await self._redis.hget(self._key(territory, "state"), "rule")
        return (kept or b"").decode()

    async def set_counted(self, territory: str, rule: str) -> None:
        """Stores the rule that counts products from now on; with an empty one, all products must be counted again."""
        await self._redis.hset(self._key(territory, "state"), mapping={"rule": rule})

    async def replace_rule(self, territory: str, old: str, new: str) -> bool:
        """Stores the rule as `set_counted` does, if it is still `old`."""
        return bool(await self._replace_rule(keys=[self._key(territory, "state")], args=[old, new]))


def _ids(kept: Any) -> list[int]:
    return [] if kept is None else msgspec.json.decode(kept, type=list[int])
