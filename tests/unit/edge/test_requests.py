"""Which requests are read as GraphQL and which are refused, with which status and code."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bff.edge import RequestLimits
from tests.unit.edge.shop import Client, codes

QUERY = b'{"query": "{ product { title } }"}'

BROKEN_BODIES = {
    "nothing": b"",
    "null": b"null",
    "a number": b"1",
    "a string": b'"{ product { title } }"',
    "a batch": b"[" + QUERY + b"]",
    "half of JSON": b'{"query": ',
    "invalid UTF-8": b'{"query": "\xff"}',
    "an encoded surrogate": b'{"query": "\xed\xa0\x80"}',
    "a lone surrogate": rb'{"query": "{ echo(text: \"\ud800\") }"}',
    "a lone surrogate in variables": rb'{"query": "{ product { title } }", "variables": {"a": "\ud800"}}',
    "NaN": b'{"query": "{ product { title } }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ product { title } }", "variables": {"a": Infinity}}',
    "deep lists": b"[" * 100_000,
    "deep closed lists": b"[" * 100_000 + b"]" * 100_000,
    "deep variables": b'{"query": "{ product { title } }", "variables": ' + b'{"a":' * 9_999 + b"1" + b"}" * 10_000,
    "no query": b"{}",
    "a null query": b'{"query": null}',
    "an empty query": b'{"query": ""}',
    "a blank query": b'{"query": " "}',
    "a prototype": b'{"__proto__": {"query": "{ product { title } }"}}',
}


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES.keys())
async def test_broken_bodies_are_answered_400(client: Client, body: bytes) -> None:
    """Every body that is not a request gets a typed error."""
    response = await client.post_body(body)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("name", ["query", "operationName", "variables", "extensions"])
@pytest.mark.parametrize("value", [0, False, ["a"], 1.5, "text", {"a": 1}])
async def test_members_of_wrong_type_are_refused(client: Client, name: str, value: object) -> None:
    """Strings where strings belong, objects where objects belong, nothing else."""
    expected = str if name in ("query", "operationName") else dict
    response = await client.http.post("/", json={"query": "{ product { title } }", name: value})
    if isinstance(value, expected):
        assert response.status_code == 200
    else:
        assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
        assert f"'{name}'" in response.json()["errors"][0]["message"]


async def test_null_members_and_unknown_members_are_ignored(client: Client) -> None:
    """Clients may send members that mean nothing here, and null for those that they do not use."""
    response = await client.post("{ product { title } }", variables=None, operationName=None, extensions=None, more=1)
    assert response.json() == {"data": {"product": {"title": "Mug"}}}


async def test_of_a_member_given_twice_the_last_counts(client: Client) -> None:
    """As in every JSON parser of the clients' side, so that no two readers of a request disagree."""
    response = await client.post_body(b'{"query": "{ nothing }", "query": "{ product { title } }"}')
    assert response.json() == {"data": {"product": {"title": "Mug"}}}


@pytest.mark.parametrize(("digits", "code"), [(25, "BAD_USER_INPUT"), (1_000, "BAD_REQUEST")])
async def test_huge_integers_are_refused(client: Client, digits: int, code: str) -> None:
    """As no Int, or as no number that JSON readers agree upon."""
    body = b'{"query": "query($n: Int!) { echo(number: $n) }", "variables": {"n": ' + b"9" * digits + b"}}"
    assert codes(await client.post_body(body)) == [code]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/graphql",
        "application/json; charset=utf-16",
        'application/json; charset="iso-8859-1"',
    ],
)
async def test_other_content_is_answered_415(client: Client, content_type: str) -> None:
    """Only JSON in UTF-8: what a form of another site can send is never executed."""
    response = await client.post_body(QUERY, content_type)
    assert (response.status_code, codes(response)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON;charset=UTF-8", 'application/json; charset="utf8"']
)
async def test_json_in_utf8_is_read(client: Client, content_type: str) -> None:
    """However the client spells it."""
    assert (await client.post_body(QUERY, content_type)).json() == {"data": {"product": {"title": "Mug"}}}


async def test_content_without_a_type_or_compressed_is_answered_415(client: Client) -> None:
    """Guessing types invites attacks, and small bodies that unpack to large ones are one."""
    untyped = await client.http.post("/", content=QUERY)
    packed = await client.http.post(
        "/", content=QUERY, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
    )
    assert (untyped.status_code, packed.status_code) == (415, 415)


async def test_a_body_is_not_read_beyond_the_limit() -> None:
    """Reading stops at the chunk that exceeds the limit."""
    sent: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while len(sent) < 1_000:
            sent.append(1)
            yield b" " * 1024

    client = Client(RequestLimits(body_bytes=4096))
    response = await client.http.post("/", content=endless(), headers={"Content-Type": "application/json"})
    assert (response.status_code, codes(response), len(sent)) == (413, ["PAYLOAD_TOO_LARGE"], 5)


async def test_a_body_announced_too_large_is_not_read() -> None:
    """The announced length is enough."""
    client = Client(RequestLimits(body_bytes=1024))
    response = await client.post_body(b" " * 1025)
    assert (response.status_code, codes(response)) == (413, ["PAYLOAD_TOO_LARGE"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_answered_405(client: Client, method: str) -> None:
    """The answer names the methods there are."""
    response = await client.http.request(method, "/", params={"query": "{ product { title } }"})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


async def test_queries_are_read_off_the_query_string(client: Client) -> None:
    """All members, with variables and extensions as JSON."""
    members = {
        "query": "query A($text: String) { echo(text: $text) } query B { nothing }",
        "operationName": "A",
        "variables": json.dumps({"text": "für"}),
        "extensions": "{}",
    }
    response = await client.http.get("/", params=members)
    assert response.json() == {"data": {"echo": "für 1 the United Kingdom"}}


async def test_empty_members_of_the_query_string_count_as_absent(client: Client) -> None:
    """Forms send every member, filled in or not."""
    response = await client.http.get("/?query=%7Bproduct%7Btitle%7D%7D&variables=&operationName=&extensions=")
    assert response.json() == {"data": {"product": {"title": "Mug"}}}


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_mutation_by_get_is_not_executed(client: Client, accept: str) -> None:
    """Links must never change anything."""
    query = 'query A { product { title } } mutation B { rename(title: "a") { title } }'
    response = await client.http.get("/", params={"query": query, "operationName": "B"}, headers={"Accept": accept})
    assert (response.status_code, response.headers["allow"], codes(response)) == (405, "POST", ["METHOD_NOT_ALLOWED"])
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query=%FF",
        "query=%ED%A0%80",
        "query={a}&query={b}",
        "query={product{title}}&variables=1",
        "query={product{title}}&variables=[]",
        "query={product{title}}&variables={",
        'query={product{title}}&variables="text"',
        "query={product{title}}&extensions=[1]",
        "&".join(f"a{n}=1" for n in range(100)),
    ],
)
async def test_broken_query_strings_are_answered_400(client: Client, query_string: str) -> None:
    """As strictly as bodies."""
    response = await client.http.get(httpx.URL("http://shop/", query=query_string.encode()))
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])


async def test_a_long_query_string_is_answered_413() -> None:
    """The limit of bodies holds for query strings too."""
    response = await Client(RequestLimits(body_bytes=1024)).http.get("/", params={"query": "#" * 1024})
    assert (response.status_code, codes(response)) == (413, ["PAYLOAD_TOO_LARGE"])
