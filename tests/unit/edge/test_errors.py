"""What clients see of errors: codes, safe messages, and no internal text."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bff.edge import RequestLimits
from tests.unit.edge.shop import SECRET, Client, codes


async def error_of(client: Client, query: str, **variables: object) -> dict[str, Any]:
    response = await client.post(query, variables=variables)
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    (error,) = response.json()["errors"]
    return dict(error)


async def test_a_refusal_is_bad_input_with_its_reason(client: Client) -> None:
    """Mostly refusals are data; those that reach the edge keep their code."""
    assert await error_of(client, "{ refused }") == {
        "message": "Only 2 are left.",
        "extensions": {"code": "BAD_USER_INPUT", "reason": "OUT_OF_STOCK", "field": ["lines", "quantity"]},
        "locations": [{"line": 1, "column": 3}],
        "path": ["refused"],
    }


async def test_denied_access_tells_its_code(client: Client) -> None:
    """Nobody signed in, or the wrong person."""
    assert (await error_of(client, "{ forbidden }"))["extensions"] == {"code": "FORBIDDEN"}
    assert (await error_of(client, "{ unauthenticated }"))["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_an_outage_tells_when_to_try_again(client: Client) -> None:
    """In seconds."""
    error = await error_of(client, "{ unavailable }")
    assert error["message"] == "Search is out of reach."
    assert error["extensions"] == {"code": "SEARCH_UNAVAILABLE", "retryAfter": 2.5}


@pytest.mark.parametrize(
    "field",
    [
        "crash",
        "crashOfAll",
        "wrongInteger",
        "wrongCountry",
        "wrongProduct { title }",
        "nothing",
        "halfACharacter",
        "refusedWithoutReason",
    ],
)
async def test_anything_else_is_an_incident(client: Client, field: str) -> None:
    """Clients get an id, the log gets the stack under the same id."""
    with capture_logs() as logs:
        error = await error_of(client, f"{{ {field} }}")
    assert error["message"] == "Something went wrong."
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("graphql.incident", "error")
    assert entry["incident"] == error["extensions"]["incident"]
    assert isinstance(entry["exc_info"], Exception)


async def test_an_exception_that_fails_many_fields_is_one_incident(client: Client) -> None:
    """A failed batch fails every field that waited for it."""
    with capture_logs() as logs:
        response = await client.post("query Page { crashes { reason } }")
    incidents = {error["extensions"]["incident"] for error in response.json()["errors"]}
    assert (len(response.json()["errors"]), len(incidents), len(logs)) == (3, 1, 1)
    assert logs[0]["operation"] == "Page"


@pytest.mark.slow
async def test_other_fields_are_answered_beside_a_failed_one(client: Client) -> None:
    """A failed nullable field is null; a failed required one makes `data` null, and both are answers with data."""
    partly = await client.post("{ crash product { title } }")
    wholly = await client.post("{ crashOfAll product { title } }")
    assert (partly.status_code, partly.json()["data"]) == (200, {"crash": None, "product": {"title": "Mug"}})
    assert (wholly.status_code, wholly.json()["data"]) == (200, None)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($v: Int!) { echo(number: $v) }", {"v": "text"}),
        ("query($v: Int!) { echo(number: $v) }", {"v": 1.5}),
        ("query($v: Int!) { echo(number: $v) }", {"v": 2**31}),
        ("query($v: Int!) { echo(number: $v) }", {"v": None}),
        ("query($v: Int!) { echo(number: $v) }", {}),
        ("query($v: Int!) { echo(number: $v) }", {"v": [[1]]}),
        ("query($v: Int = 1) { echo(number: $v) }", {"v": None}),
        ("query($v: Boolean = true) { echo @skip(if: $v) }", {"v": None}),
        ("query($v: String) { echo(text: $v) }", {"v": {"__proto__": 1}}),
        ("query($v: CountryCode!) { echo(where: $v) }", {"v": "XX"}),
        ("query($v: CountryCode!) { echo(where: $v) }", {"v": 1}),
        ("query($v: Decimal!) { price(amount: $v) }", {"v": "text"}),
        ("query($v: Decimal!) { price(amount: $v) }", {"v": {}}),
        ("query($v: Sku!) { sku(sku: $v) }", {"v": "X-1"}),
    ],
)
async def test_variables_of_wrong_type_are_bad_input(client: Client, query: str, variables: dict[str, Any]) -> None:
    """Without the internal errors of their scalars; nothing is logged."""
    with capture_logs() as logs:
        error = await error_of(client, query, **variables)
    assert (error["extensions"], logs) == ({"code": "BAD_USER_INPUT"}, [])


async def test_nothing_is_named_as_graphql_names_it(client: Client) -> None:
    """A literal and a variable."""
    for error in (
        await error_of(client, "{ sku(sku: null) }"),
        await error_of(client, "query($v: Sku!) { sku(sku: $v) }", v=None),
    ):
        assert error["message"].endswith("not to be null.")


async def test_values_written_out_of_wrong_type_fail_validation(client: Client) -> None:
    """A custom scalar's own words stay inside."""
    error = await error_of(client, '{ sku(sku: "X-1") }')
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert error["message"] == "Expected value of type 'Sku'; found: \"X-1\"."


async def test_custom_scalars_and_enums_go_in_and_out(client: Client) -> None:
    """As variables and written out."""
    query = 'query($a: Decimal!, $c: CountryCode!) { price(amount: $a) sku(sku: "SKU-1") echo(where: $c) }'
    response = await client.post(query, variables={"a": "1.50", "c": "US"})
    assert response.json() == {"data": {"price": "1.50", "sku": "SKU-1", "echo": "None 1 the United States"}}


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        ("denied", 401, "UNAUTHENTICATED"),
        ("unavailable", 503, "ACCOUNTS_UNAVAILABLE"),
        ("crash", 500, "INTERNAL_SERVER_ERROR"),
        ("timeout", 500, "INTERNAL_SERVER_ERROR"),
    ],
)
async def test_a_context_that_cannot_be_made(client: Client, failure: str, status: int, code: str) -> None:
    """Is answered without data."""
    headers = {"x-fail": failure, "Accept": "application/graphql-response+json"}
    response = await client.http.post("/", json={"query": "{ country }"}, headers=headers)
    assert (response.status_code, codes(response), "data" in response.json()) == (status, [code], False)
    assert SECRET not in response.text


async def test_suggestions_for_variables_are_stripped_with_introspection_off() -> None:
    """As they are from validation."""
    query = "query($v: CountryCode!) { echo(where: $v) }"
    told = await error_of(Client(), query, v="GBB")
    kept = await error_of(Client(RequestLimits(introspection=False)), query, v="GBB")
    assert ("Did you mean" in told["message"], "Did you mean" in kept["message"]) == (True, False)
