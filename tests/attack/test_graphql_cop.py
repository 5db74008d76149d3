"""The twelve checks that graphql-cop names, and what the shop has chosen for each (`docs/security.md`).

The requests are those that graphql-cop sends. Where the profiles differ, both are here.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx
import pytest

from bff.settings.variables import Settings
from tests.kit.production import in_production, serving

PROFILES = ("development", "production")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_CIRCLE = "query cop { __schema { types { " + "fields { type { " * 4 + "name" + " }" * 11


@dataclass(frozen=True, slots=True)
class Check:
    """A request, and what is true of its answer in each profile."""

    request: httpx.Request
    expected: Callable[[httpx.Response, str], bool]


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    """Each profile."""
    return str(request.param)


@pytest.fixture
async def client(shop_settings: Settings, profile: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a shop with that profile and the defaults of all its switches."""
    settings = in_production(shop_settings) if profile == "production" else shop_settings
    async with serving(settings) as (client, _):
        yield client


def _post(query: str, **headers: str) -> httpx.Request:
    return httpx.Request("POST", "http://shop.test/graphql", json={"query": query}, headers=headers)


def _codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json().get("errors", ())]


def _served(answer: httpx.Response, _profile: str) -> bool:
    return "errors" not in answer.json() and answer.json()["data"]["__typename"] == "QueryRoot"


def _refused(*codes: str) -> Callable[[httpx.Response, str], bool]:
    return lambda answer, _profile: _codes(answer) == list(codes) and "data" not in answer.json()


def _by_profile(development: Callable[[httpx.Response], bool]) -> Callable[[httpx.Response, str], bool]:
    """Questions about the schema: answered in development, refused in production."""

    def expected(answer: httpx.Response, profile: str) -> bool:
        if profile == "production":
            return set(_codes(answer)) == {"INTROSPECTION_DISABLED"} and "data" not in answer.json()
        return development(answer)

    return expected


CHECKS = {
    # A field under many names is many fields, and each costs.
    "aliases": Check(
        _post("query cop { __typename " + " ".join(f"alias{n}: __typename" for n in range(101)) + " }"), _served
    ),
    "aliases-beyond-the-budget": Check(
        _post("query cop { " + " ".join(f"a{n}: customer {{ id }}" for n in range(1_500)) + " }"),
        lambda answer, _: (
            set(_codes(answer)) <= {"QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED"} and "data" not in answer.json()
        ),
    ),
    "batches": Check(
        httpx.Request("POST", "http://shop.test/graphql", json=[{"query": "query cop { __typename }"}] * 10),
        lambda answer, _: answer.status_code == 400 and _codes(answer) == ["BAD_REQUEST"],
    ),
    # One error for each, up to 20.
    "directives": Check(
        _post("query cop { __typename " + "@aa" * 10 + " }"), _refused(*["GRAPHQL_VALIDATION_FAILED"] * 10)
    ),
    "directives-without-end": Check(
        _post("query cop { __typename " + "@aa" * 1_000 + " }"), _refused(*["GRAPHQL_VALIDATION_FAILED"] * 21)
    ),
    # Validation compares each pair of them, so each pair costs.
    "duplicated-fields": Check(_post("query cop { " + "__typename \n" * 500 + "}"), _refused("QUERY_TOO_COMPLEX")),
    "duplicated-fields-beyond-the-budget": Check(
        _post("query cop { " + "__typename \n" * 5_000 + "}"), _refused("GRAPHQL_PARSE_FAILED")
    ),
    "circular-introspection": Check(_post(_CIRCLE), _by_profile(lambda answer: "data" not in answer.json())),
    "mutations-by-get": Check(
        httpx.Request("GET", "http://shop.test/graphql", params={"query": "mutation cop { __typename }"}),
        lambda answer, _: answer.status_code == 405 and _codes(answer) == ["METHOD_NOT_ALLOWED"],
    ),
    # Queries by GET are a choice: caches can keep their answers.
    "queries-by-get": Check(
        httpx.Request("GET", "http://shop.test/graphql", params={"query": "query cop { __typename }"}), _served
    ),
    "form-posts": Check(
        httpx.Request("POST", "http://shop.test/graphql", data={"query": "query cop { __typename }"}, headers=_FORM),
        lambda answer, _: answer.status_code == 415 and _codes(answer) == ["UNSUPPORTED_MEDIA_TYPE"],
    ),
    "tracing": Check(
        _post("query cop { __typename }", **{"X-Apollo-Tracing": "1", "Apollo-Tracing": "1"}),
        lambda answer, _: answer.json() == {"data": {"__typename": "QueryRoot"}},
    ),
    "suggestions": Check(
        _post("query cop { produc { id } }"),
        lambda answer, profile: (
            ("Did you mean" in answer.text) is (profile == "development")
            and _codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]
        ),
    ),
    "suggestions-about-the-schema": Check(
        _post("query cop { __schema { directive } }"),
        lambda answer, profile: ("Did you mean" in answer.text) is (profile == "development"),
    ),
    "graphiql": Check(
        httpx.Request("GET", "http://shop.test/graphiql", headers={"Accept": "text/html"}),
        lambda answer, profile: answer.status_code == (200 if profile == "development" else 404),
    ),
    "introspection": Check(
        _post("query cop { __schema { types { name fields { name } } } }"),
        _by_profile(lambda answer: bool(answer.json()["data"]["__schema"]["types"])),
    ),
    "unhandled-errors": Check(
        _post("qwerty cop { abc }"),
        lambda answer, _: (
            _codes(answer) == ["GRAPHQL_PARSE_FAILED"]
            and not any(word in answer.text for word in ("exception", "Traceback", "stacktrace", ".py"))
        ),
    ),
}


@pytest.mark.parametrize("name", CHECKS)
async def test_each_check_finds_what_was_chosen(client: httpx.AsyncClient, profile: str, name: str) -> None:
    """With the defaults of the profile."""
    check = CHECKS[name]
    answer = await client.send(check.request)
    assert check.expected(answer, profile), (answer.status_code, answer.text[:500])


@pytest.mark.parametrize("path", ["/", "/graphiql", "/playground", "/console", "/graphql"])
async def test_no_page_of_an_explorer_is_found_in_production(shop_settings: Settings, path: str) -> None:
    """On the paths that graphql-cop tries."""
    async with serving(in_production(shop_settings)) as (client, _):
        answer = await client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code in (404, 406)
    assert "graphiql" not in answer.text.lower()
