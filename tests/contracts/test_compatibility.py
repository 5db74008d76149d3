"""What the Storefront API has and the shop lacks is written down, name by name."""

from fnmatch import fnmatchcase

from graphql import build_schema

from tests.contracts.absent import ABSENT, DIFFERENT
from tests.contracts.compatibility import DOCUMENT, compare, compared, differences, different, document, reason


def test_the_document_is_the_one_of_both_schemas() -> None:
    """`python -m tests.contracts.compatibility` writes it."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_everything_absent_has_a_reason() -> None:
    assert [name for name in compared().absent if reason(name) is None] == []


def test_every_reason_is_still_needed() -> None:
    """A pattern that nothing absent meets first explains what the shop has by now."""
    used = {next(each for each in ABSENT if fnmatchcase(name, each)) for name in compared().absent}
    assert used == set(ABSENT)


def test_every_difference_of_types_has_a_reason() -> None:
    """And every reason a difference."""
    assert differences().keys() == DIFFERENT.keys()


def test_types_of_fields_and_arguments_are_compared() -> None:
    """Null included; arguments that only this schema has do not matter."""
    theirs = build_schema("type Query { a(x: Int!, y: Int, z: Int): Int! b: Int c: Int } input I { d: Int }")
    ours = build_schema("type Query { a(x: Int, z: Int, w: Int): Int b: Int } input I { d: ID }")
    assert different(theirs, ours) == {
        "I.d": "`ID`, there `Int`",
        "Query.a": "`Int`, there `Int!`",
        "Query.a(x:)": "`Int`, there `Int!`",
        "Query.a(y:)": "absent",
    }


def test_names_are_compared_and_families_left_out() -> None:
    """A type that is absent counts with its fields, but is listed once."""
    theirs = build_schema(
        "type Query { a: Int b: Shop shopPayUrl: Int } type Shop { id: ID companyId: ID } type ShopPayCart { id: ID }"
    )
    found = compare(theirs, build_schema("type Query { a: String }"))
    assert found.types >= {"Query", "Shop"} and "ShopPayCart" not in found.types
    assert found.fields == {"Query.a", "Query.b", "Shop.id"}
    assert found.known_fields == {"Query.a"}
    assert [name for name in found.absent if name in ("Shop", "Shop.id", "Query.b")] == ["Query.b", "Shop"]
