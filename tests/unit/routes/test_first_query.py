"""The query that the explorer opens with."""

from graphql import build_schema, parse, validate

from tests.kit.paths import ROOT

QUERY = (ROOT / "web" / "graphiql" / "src" / "homepage.graphql").read_text()


def test_the_first_query_is_valid() -> None:
    """The shop's schema accepts every field that it selects."""
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())
    assert validate(schema, parse(QUERY)) == []


def test_the_bundle_holds_the_query_as_it_is_written() -> None:
    """The bundle was built after the query was last changed."""
    scripts = (ROOT / "web" / "graphiql" / "dist" / "assets").glob("explorer-*.js")
    bundled = "".join(script.read_text() for script in scripts)
    assert all(line in bundled for line in QUERY.splitlines() if line.strip())
