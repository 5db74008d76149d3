"""The fields of a taste: one hash of Redis for each person.

`a:` with a category holds what was put into carts, `p:` with a product and `c:` with a category what is hidden. Version
0.1 takes every other prefix for a hidden category. So newer fields are likings of names that no category has: they
begin with `a:` and a control character.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from domain.catalog.unwanted import Unwanted
from domain.personal.records import Dislike, Thing
from domain.personal.tastes import (
    HALF_LIFE_SECONDS,
    PURCHASE_HALF_LIFE_SECONDS,
    PURCHASE_WEIGHT,
    Actions,
    Purchase,
    Taste,
    faded,
)

Values = Mapping[bytes | str, bytes | str]
AFFINITY, PRODUCT, CATEGORY = "a:", "p:", "c:"
LOOKS, PRODUCT_LOOKS = "a:\x1fl:", "a:\x1fs:"
BOUGHT, BOUGHT_PRODUCT = "a:\x1fb:", "a:\x1fo:"
# When a guest's hash was last kept for another term.
TOUCHED = "a:\x1ft:"
MAX_BOUGHT_CATEGORIES = 32


def field_of(thing: Thing) -> str:
    """The field of something that is hidden."""
    return f"{CATEGORY}{thing.category}" if thing.product_id is None else f"{PRODUCT}{thing.product_id}"


def hidden_fields(dislikes: Iterable[Dislike]) -> dict[str, str]:
    """The fields of what is hidden; their values are milliseconds."""
    return {field_of(each.thing): str(int(each.hidden_at.timestamp() * 1000)) for each in dislikes}


def bought_fields(purchases: Iterable[Purchase]) -> dict[str, str]:
    """The fields of what was bought: a product and each of its categories, with the time of the last purchase."""
    fields, sums = {}, dict[str, tuple[float, float]]()
    for each in sorted(purchases, key=lambda purchase: purchase.at):
        fields[f"{BOUGHT_PRODUCT}{each.product_id}"] = f"{each.times} {int(each.at)}"
        for category in each.categories:
            score, at = sums.get(category, (0.0, each.at))
            left = faded(score, each.at - at, PURCHASE_HALF_LIFE_SECONDS)
            sums[category] = (left + PURCHASE_WEIGHT * each.times, each.at)
    newest = sorted(sums.items(), key=lambda item: (-item[1][1], -item[1][0], item[0]))[:MAX_BOUGHT_CATEGORIES]
    return fields | {f"{BOUGHT}{name}": f"{score:.4f} {int(at)}" for name, (score, at) in newest}


class Fields:
    """A hash as Redis returned it, read at one moment."""

    def __init__(self, values: Values, now: float | None = None) -> None:
        self._values = {_text(name): _text(value) for name, value in values.items()}
        self._now = time.time() if now is None else now

    def taste(self) -> Taste:
        """The taste that the fields describe."""
        products = {int(name[2:]) for name in self._values if name.startswith(PRODUCT)}
        categories = {name[2:] for name in self._values if name.startswith(CATEGORY)}
        actions = Actions(
            carted={name: left for name, left in self._left(AFFINITY).items() if not name.startswith("\x1f")},
            looks=self._left(LOOKS),
            bought=self._left(BOUGHT, PURCHASE_HALF_LIFE_SECONDS),
            product_looks={int(name): left for name, left in self._left(PRODUCT_LOOKS).items()},
            bought_products=frozenset(map(int, self._left(BOUGHT_PRODUCT))),
        )
        return actions.taste(Unwanted(frozenset(products), frozenset(categories)))

    def dislikes(self) -> tuple[Dislike, ...]:
        """What is hidden, the newest first."""
        things: dict[str, Callable[[str], Thing]] = {
            PRODUCT: lambda key: Thing(product_id=int(key)),
            CATEGORY: lambda handle: Thing(category=handle),
        }
        found = [
            Dislike(things[name[:2]](name[2:]), datetime.fromtimestamp(int(value) / 1000, UTC))
            for name, value in self._values.items()
            if name[:2] in things
        ]
        return tuple(sorted(found, key=lambda each: (each.hidden_at, field_of(each.thing)), reverse=True))

    def untouched_seconds(self) -> float:
        """How long ago the hash was kept for another term."""
        return self._now - max((float(self._values[name].partition(" ")[2]) for name in self._of(TOUCHED)), default=0.0)

    def _of(self, prefix: str) -> list[str]:
        return [name for name in self._values if name.startswith(prefix)]

    def _left(self, prefix: str, half_life: float = HALF_LIFE_SECONDS) -> dict[str, float]:
        left = {}
        for name in self._of(prefix):
            score, _, at = self._values[name].partition(" ")
            left[name[len(prefix) :]] = faded(float(score), self._now - float(at), half_life)
        return left


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
