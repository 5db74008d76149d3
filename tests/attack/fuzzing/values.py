"""Values that a hostile client sends, and what it learned from earlier answers: ids, cursors, handles, tokens."""

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.kit.ids import PREFIXES

TEXTS = (
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "\udfff\ud800",
        "\u202e\u2066",
        "e\u0301" * 40,
        "\U0001f468\u200d\U0001f469",
    ),
    *("İ", "ß", "ﬃ", "٧", "१२", "½", "\ufeff", "\u200b", "\r\nSet-Cookie: a=b", "%00", "../../etc/passwd", "null"),
    *("' OR 1=1 --", '"; DROP TABLE x; --', "$ne", '{"$gt": ""}', "{{7*7}}", "<script>alert(1)</script>", "*" * 50),
    *("a" * 300, "ab " * 400, "tag:", "-tag:'", "price:>NaN", "NOT NOT NOT", "(" * 200, "title:" * 60, '"' * 99),
    *("1e400", "NaN", "Infinity", "-0", "0x10", "1_000", "١", "9" * 40, "0.00000000000000000000000000001", "+1"),
)
INTEGERS = (0, 1, 2, 3, 10, 250, 251, -1, -(2**31), 2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**40)
FLOATS = (0.0, -0.0, 0.1, 1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf"))
TIMES = (
    *("2100-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-23:59", "2026-02-30T00:00:00Z"),
    *("2026-01-01", "2026-01-01T24:00:00Z", "10000-01-01T00:00:00Z", "٢٠٢٦-٠١-٠١T٠٠:٠٠:٠٠Z", "1", "now"),
)
KINDS = (
    *("Product", "ProductVariant", "Collection", "Page", "Cart", "CartLine", "Order", "OrderLineItem", "Customer"),
    *("Location", "FlashSale", "DiscountCodeNode", "Menu", "CartSelectableAddress", "Nothing", "", "__class__"),
)
_KEYS = ("0", "-1", "1.5", "٧", "7" * 19, "9223372036854775807", "9223372036854775808", "9" * 400, "a/b", "\x00", "1 ")
_MOST = 400


@dataclass(slots=True)
class Loot:
    """What the client knows by now: some of each kind, the newest replace any."""

    ids: list[str] = field(default_factory=list)
    cursors: list[str] = field(default_factory=list)
    handles: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def collect(self, answer: Any, chance: random.Random) -> None:
        """Keeps what an answer tells."""
        for name, text in _texts(answer):
            kind = self._kind(name, text)
            if kind is not None and text not in kind:
                if len(kind) < _MOST:
                    kind.append(text)
                else:
                    kind[chance.randrange(_MOST)] = text

    def _kind(self, name: str, text: str) -> list[str] | None:
        if text.startswith("gid://"):
            return self.ids
        if name.lower().endswith("cursor"):
            return self.cursors
        if name.lower().endswith("token"):
            return self.tokens
        return self.handles if name in ("handle", "code", "sku", "territory") else None


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, key.partition("_")[2] or key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)
    elif isinstance(value, str):
        yield name, value


class Forge:
    """Makes values. About half of them are good, so that requests get far."""

    def __init__(self, chance: random.Random, loot: Loot) -> None:
        self._chance = chance
        self._loot = loot

    def text(self, name: str) -> str:
        """A text for an argument of that name."""
        lower = name.lower()
        if lower in ("after", "before"):
            return self.cursor()
        for word, known in (("token", self._loot.tokens), ("handle", self._loot.handles), ("code", self._loot.handles)):
            if word in lower and known and self._chance.random() < 0.6:
                return self._mutated(self._chance.choice(known), 0.3)
        pool = (*TEXTS, "mug", "main", "GB", *self._loot.handles[:5])
        return self._chance.choice(pool)

    def id(self) -> str:
        """A global id: a good one, one of another kind or shop, one with a forged key, or anything."""
        roll = self._chance.random()
        if self._loot.ids and roll < 0.5:
            return self._chance.choice(self._loot.ids)
        if self._loot.ids and roll < 0.65:
            return self._mutated(self._chance.choice(self._loot.ids), 1.0)
        if roll < 0.9:
            prefix = self._chance.choice((PREFIXES["storefront"], *PREFIXES.values(), "gid://", ""))
            return f"{prefix}{self._chance.choice(KINDS)}/{self._chance.choice(_KEYS)}"
        return self._chance.choice(TEXTS)

    def cursor(self) -> str:
        """A cursor: a good one, of this or another list, one with another key in it, or a broken one."""
        roll = self._chance.random()
        if self._loot.cursors and roll < 0.35:
            return self._chance.choice(self._loot.cursors)
        if self._loot.cursors and roll < 0.5:
            return self._mutated(self._chance.choice(self._loot.cursors), 1.0)
        parts = [self._part() for _ in range(self._chance.choice((1, 2, 2, 2, 3)))]
        key: Any = parts if roll < 0.95 else self._chance.choice((None, 7, {"a": 1}, "x", [], [[1]]))
        text = json.dumps(key)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=" * self._chance.randrange(2))

    def _part(self) -> Any:
        known = [*self._decoded()]
        pools: tuple[tuple[Any, ...], ...] = (INTEGERS, TEXTS, TIMES, FLOATS, (None, True, [1]), tuple(known) or (1,))
        return self._chance.choice(self._chance.choice(pools))

    def _decoded(self) -> Iterator[Any]:
        for cursor in self._loot.cursors[:20]:
            yield from json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))

    def _mutated(self, text: str, likely: float) -> str:
        if self._chance.random() >= likely or not text:
            return text
        place, odd = self._chance.randrange(len(text)), self._chance.choice(TEXTS)
        match self._chance.randrange(6):
            case 0:
                return text[:place]
            case 1:
                return text[:place] + odd + text[place:]
            case 2:
                return text.swapcase()
            case 3:
                return text + text
            case 4:
                return text[:place] + chr(self._chance.choice((0, 10, 47, 0x661, 0xFF0F, 0xD800))) + text[place + 1 :]
        return f" {text}\n"

    def scalar(self, kind: str, name: str) -> Any:
        """A value for a scalar; rarely one of another kind."""
        if self._chance.random() < 0.01:
            kind = self._chance.choice(("Int", "Float", "Boolean", "String", "ID"))
        match kind:
            case "Int":
                return self._chance.choice(
                    (1, 2, 3, 10, *INTEGERS) if self._chance.random() < 0.15 else (*range(-1, 12), 250, 2**31 - 1)
                )
            case "Float":
                return self._chance.choice(FLOATS)
            case "Boolean":
                return self._chance.random() < 0.5
            case "ID":
                return self.id()
            case "DateTime":
                return self._chance.choice(TIMES)
            case "Decimal":
                return self._chance.choice(("1.00", "0", "-1", "0.001", *map(str, (*INTEGERS, *FLOATS)), "x"))
        return self.text(name)
