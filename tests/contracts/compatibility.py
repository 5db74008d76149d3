"""Compares the schema with Shopify's Storefront API by names. As a program it writes docs/compatibility.md.

`data/storefront-2026-10.graphql` has the names and types of the outside schema. The checkout and installments of its
own vendor (`ShopPay*`), subscriptions (`SellingPlan*`) and companies are left out of all counts.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

from graphql import GraphQLNamedType, GraphQLSchema, build_schema

from resolvers.search.syntax import FILTERS, LACKED
from tests.contracts.absent import ABSENT, ANSWERING_NONE, DIFFERENT
from tests.kit.paths import ROOT

VERSION = "2026-10"
DOCUMENT = ROOT / "docs/compatibility.md"
_THEIRS = ROOT / f"tests/contracts/data/storefront-{VERSION}.graphql"
_OURS = ROOT / "schema/schema.graphql"
_LEFT_OUT = re.compile(r"^(ShopPay|SellingPlan)|Company")
_FIELDS_LEFT_OUT = re.compile(r"shoppay|sellingplan|company", re.IGNORECASE)


class Compared(NamedTuple):
    """Coordinates of the outside schema, types and fields, and those of them that this schema has."""

    types: frozenset[str]
    fields: frozenset[str]
    known_types: frozenset[str]
    known_fields: frozenset[str]

    @property
    def absent(self) -> list[str]:
        """Types that this schema lacks, and fields that it lacks of types that it has."""
        types = self.types - self.known_types
        fields = {field for field in self.fields - self.known_fields if field.partition(".")[0] not in types}
        return sorted(types | fields)


@cache
def compared() -> Compared:
    """The two schemas as they are committed."""
    theirs, ours = (build_schema(path.read_text(encoding="utf-8")) for path in (_THEIRS, _OURS))
    return compare(theirs, ours)


def compare(theirs: GraphQLSchema, ours: GraphQLSchema) -> Compared:
    """By names alone: types, fields and input fields."""
    types = frozenset(name for name in theirs.type_map if not name.startswith("__") and not _LEFT_OUT.search(name))
    fields = frozenset(field for name in types for field in _fields(theirs.type_map[name]))
    known = {field for name in types & ours.type_map.keys() for field in _fields(ours.type_map[name])}
    return Compared(types, fields, types & ours.type_map.keys(), fields & known)


@cache
def differences() -> dict[str, str]:
    """Fields and arguments of both schemas that differ: their type here and there, by coordinate."""
    theirs, ours = (build_schema(path.read_text(encoding="utf-8")) for path in (_THEIRS, _OURS))
    return different(theirs, ours)


def different(theirs: GraphQLSchema, ours: GraphQLSchema) -> dict[str, str]:
    """The types of fields, input fields and arguments; "absent" for arguments that `ours` has not."""
    found: dict[str, str] = {}
    for coordinate in sorted(compare(theirs, ours).known_fields):
        kind, _, name = coordinate.partition(".")
        their, our = (_field(schema, kind, name) for schema in (theirs, ours))
        if str(their.type) != str(our.type):
            found[coordinate] = f"`{our.type}`, there `{their.type}`"
        arguments: dict[str, Any] = getattr(our, "args", {})
        for argument, value in getattr(their, "args", {}).items():
            own = arguments.get(argument)
            if own is None or str(own.type) != str(value.type):
                known = "absent" if own is None else f"`{own.type}`, there `{value.type}`"
                found[f"{coordinate}({argument}:)"] = known
    return found


def _field(schema: GraphQLSchema, kind: str, name: str) -> Any:
    described: Any = schema.type_map[kind]
    return described.fields[name]


def _fields(kind: GraphQLNamedType) -> Iterator[str]:
    names: dict[str, object] = getattr(kind, "fields", {})
    return (f"{kind.name}.{name}" for name in names if not _FIELDS_LEFT_OUT.search(name))


def reason(coordinate: str) -> str | None:
    """Why this schema lacks it: the first pattern of `ABSENT` that matches; None when nobody wrote down why."""
    return next((why for pattern, why in ABSENT.items() if fnmatchcase(coordinate, pattern)), None)


def _named(fields: Iterable[str]) -> str:
    return ", ".join(f"`{name}:`" for name in sorted(fields))


def document() -> str:
    """docs/compatibility.md as the two schemas and the reasons make it."""
    found = compared()
    lines = (
        "# Compatibility with the Storefront API",
        "",
        f"What Shopify's Storefront API {VERSION} has and this shop has not, by names of types, fields and input",
        "fields, without `ShopPay*`, `SellingPlan*` and companies. `python -m tests.contracts.compatibility` writes it",
        "from both schemas; do not edit.",
        "",
        f"- Types: {len(found.known_types)} of {len(found.types)}",
        f"- Fields and input fields: {len(found.known_fields)} of {len(found.fields)}",
        f"- Fields among them that have [no value](#fields-without-a-value) in this shop: {len(ANSWERING_NONE)}",
        "",
        "## Absent",
        "",
        "`planned`: an issue is open. `none`: the shop has no such thing. A type that is absent stands for its fields.",
        "",
        "| Name | Reason |",
        "|---|---|",
        *(f"| `{coordinate}` | {reason(coordinate) or '?'} |" for coordinate in found.absent),
        "",
        "## Different types",
        "",
        "Fields and arguments of both whose types differ, and arguments that are absent. All others are the same, null",
        "where it may be null included.",
        "",
        "| Name | Here | Reason |",
        "|---|---|---|",
        *(f"| `{name}` | {how} | {DIFFERENT.get(name, '?')} |" for name, how in differences().items()),
        "",
        "## What a `query` understands",
        "",
        f"Of products and in searches: words, `title:`, {_named(FILTERS)} and `available_for_sale:`;",
        "all fields but `title:` also after `-` or `NOT`. Of collections: words and `title:`. A query with anything",
        "else finds nothing, and `extensions.warnings` of the answer says why.",
        "",
        f"Planned with filters of searches: {_named(LACKED)},",
        "`variants.price:`, `OR`, words after `-`, and comparisons such as `price:>50`.",
        "",
        "## Fields without a value",
        "",
        "They are there so that documents of existing clients are valid: they answer null or an empty list, or belong",
        "to types that no field returns.",
        "",
        "| Name | Reason |",
        "|---|---|",
        *(f"| `{coordinate}` | {why} |" for coordinate, why in sorted(ANSWERING_NONE.items())),
        "",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    counted = compared()
    sys.stdout.write(
        f"{len(counted.known_types)} of {len(counted.types)} types, "
        f"{len(counted.known_fields)} of {len(counted.fields)} fields\n"
    )
