"""Media types and statuses, by the GraphQL-over-HTTP specification."""

import pytest

from bff.edge.responses import GRAPHQL_JSON, JSON, negotiate
from tests.unit.edge.shop import Client, codes


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/json, text/plain, */*", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.5, application/json;q=0.9", JSON),
        (f"application/json, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, */*", GRAPHQL_JSON),
        ("application/json;q=0, */*", GRAPHQL_JSON),
        ("application/json;q=nonsense, */*;q=0.1", GRAPHQL_JSON),
        ("text/html", None),
        ("*/*;q=0", None),
        (",;q", None),
    ],
)
def test_the_media_type_follows_the_accept_header(accept: str, media_type: str | None) -> None:
    """By quality, then by name, then the newer; without a wish the older."""
    assert negotiate(accept) == media_type


async def test_clients_that_accept_neither_are_answered_406(client: Client) -> None:
    """Before anything is executed."""
    response = await client.post("{ country }", accept="text/html")
    assert (response.status_code, codes(response)) == (406, ["NOT_ACCEPTABLE"])
    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("query", ["{", "{ oops }", "query A { country } query B { country }"])
async def test_only_the_newer_media_type_tells_failure_by_status(client: Client, query: str) -> None:
    """Clients of the older one take any other status than 200 for a broken network."""
    newer, older = await client.post(query), await client.post(query, accept=JSON)
    assert (newer.status_code, older.status_code) == (400, 200)
    assert newer.json() == older.json()
    assert "data" not in older.json()


async def test_answers_say_their_type_and_what_they_vary_by(client: Client) -> None:
    """So that caches keep both and browsers guess nothing."""
    headers = (await client.post("{ country }")).headers
    assert headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert (headers["vary"], headers["x-content-type-options"]) == ("Accept", "nosniff")
