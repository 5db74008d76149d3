"""The committed schema is what clients rely on: it changes in review, never unnoticed."""

from schema.build import schema
from tests.kit.paths import ROOT

SNAPSHOT = ROOT / "schema" / "schema.graphql"


def test_the_committed_schema_is_the_one_in_code() -> None:
    """`make schema` writes it; the difference is then read in review."""
    assert SNAPSHOT.read_text(encoding="utf-8") == schema.as_str().rstrip("\n") + "\n"
