"""A client learns from the change log what the next release takes away."""

import re

from tests.contracts.breaking_changes import previous_schema, unlisted
from tests.kit.paths import ROOT

_BEFORE = "type Query { cart(id: ID!): Cart } type Cart { id: ID! note: String }"
_AFTER = "type Query { cart(id: ID!, token: ID!): Cart } type Cart { id: ID! total: Int }"
_NOTE = "- Field `Cart.note` was removed.\n"
_LISTED = f"""## [2.0.0]

### Breaking changes of the schema

{_NOTE}- A required argument
  `Query.cart(token:)` was added.

### Added

- Totals.

## [1.0.0]

### Breaking changes of the schema

- Field Query.basket was removed.
"""


def test_breaking_changes_in_the_change_log_are_agreed_to() -> None:
    """In graphql-core's words, without line breaks and backticks."""
    assert unlisted(_BEFORE, _AFTER, _LISTED, "1.0.0") == []


def test_each_breaking_change_must_be_listed() -> None:
    """One that nobody wrote down fails the check with the line to add."""
    assert unlisted(_BEFORE, _AFTER, _LISTED.replace(_NOTE, ""), "1.0.0") == ["Field Cart.note was removed."]


def test_the_schema_of_the_previous_release_is_kept() -> None:
    """Before a new version gets a section, `schema.graphql` must be copied to `released/` under the old version."""
    versions = re.findall(r"^## \[([0-9.]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert previous_schema().stem == versions[1]
