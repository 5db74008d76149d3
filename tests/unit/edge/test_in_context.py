"""What `@inContext` says, written out or in variables."""

import pytest
from graphql import OperationDefinitionNode, parse

from bff.edge.in_context import InContext, in_context
from domain.accounts import StatedConsent
from tests.unit.edge.shop import Client, codes


def read(text: str, **variables: object) -> InContext:
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return in_context(operation, variables)


def test_values_written_out_are_read() -> None:
    """Either or both."""
    assert read("query @inContext(country: GB, language: PT_BR) { a }") == InContext("GB", "PT_BR")
    assert read("mutation @inContext(language: EN) { a }") == InContext(None, "EN")
    assert read("query @other(country: GB) { a }") == InContext()


def test_variables_count_before_their_defaults() -> None:
    """An explicit null is an answer too."""
    text = "query($c: CountryCode = GB, $l: LanguageCode) @inContext(country: $c, language: $l) { a }"
    assert read(text) == InContext("GB", None)
    assert read(text, c="US", l="EN") == InContext("US", "EN")
    assert read(text, c=None) == InContext()


def test_the_unknown_country_is_none() -> None:
    """Hydrogen sends ZZ when it does not know."""
    assert read("query @inContext(country: ZZ, language: EN) { a }") == InContext(None, "EN")


@pytest.mark.parametrize("value", [1, ["GB"], {"a": 1}, "gb", "GB\n", "GREAT BRITAIN", "\ud800", ""])
def test_nonsense_reads_as_none(value: object) -> None:
    """Executing refuses it; making the context must not see it."""
    assert read("query($c: CountryCode) @inContext(country: $c) { a }", c=value) == InContext()


def test_other_kinds_of_literals_read_as_none() -> None:
    """Validation refuses them."""
    assert read('query @inContext(country: "GB", language: 3) { a }') == InContext()
    assert read('query($c: CountryCode = "GB") @inContext(country: $c) { a }') == InContext()


async def test_the_context_is_made_for_what_the_operation_says(client: Client) -> None:
    """Of the operation that runs, not of its neighbours."""
    text = "query A($c: CountryCode) @inContext(country: $c, language: EN) { country } query B { country }"
    assert (await client.post(text, operationName="A", variables={"c": "US"})).json() == {"data": {"country": "US EN"}}
    assert (await client.post(text, operationName="B")).json() == {"data": {"country": "None None"}}


async def test_a_country_that_the_schema_does_not_have_is_refused(client: Client) -> None:
    """By coercion of the variable, after the context was made."""
    response = await client.post("query($c: CountryCode) @inContext(country: $c) { country }", variables={"c": "XX"})
    assert (response.status_code, codes(response)) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("query @inContext(visitorConsent: { analytics: true, preferences: false, marketing: true }) { a }", {}),
        (
            "query($v: VisitorConsent) @inContext(visitorConsent: $v) { a }",
            {"v": {"analytics": True, "preferences": False}},
        ),
        (
            "query($p: Boolean) @inContext(visitorConsent: { analytics: true, preferences: $p }) { a }",
            {"p": False},
        ),
        (
            "query($v: VisitorConsent = { analytics: true, preferences: false }) @inContext(visitorConsent: $v) { a }",
            {},
        ),
    ],
    ids=["written", "variable", "part", "default"],
)
def test_consent_is_read_wherever_it_is_said(text: str, variables: dict[str, object]) -> None:
    """As a literal, a variable, in part or by default."""
    assert read(text, **variables) == InContext(consent=StatedConsent(analytics=True, preferences=False))


@pytest.mark.parametrize("value", [None, {}, "yes", 1, [True], {"preferences": "true"}, {"preferences": None}])
def test_consent_that_is_no_boolean_says_nothing(value: object) -> None:
    """Nothing is taken for a yes or a no that is neither."""
    text = "query($v: VisitorConsent) @inContext(visitorConsent: $v) { a }"
    assert read(text, v=value) == InContext()
    assert read("query @inContext(visitorConsent: { preferences: 1, analytics: null }) { a }") == InContext()
