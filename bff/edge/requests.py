"""Reads a GraphQL request off HTTP, strictly: anything that is not clearly one gets a typed error."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from bff.edge.errors import RequestRefused, refuse_request
from bff.edge.heads import heads

ALLOWED_METHODS = "GET, POST"
QUERY_STRING_MEMBERS = 16
_SHA256 = re.compile("[0-9a-f]{64}")


class Sent(NamedTuple):
    """What came in: the body of a POST, or the query string of a GET, which is `read_only`."""

    text: bytes
    read_only: bool


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One operation to execute. `read_only` requests (GET) may only be queries.

    `query` is empty when the document is only named, by `sha256`, its hash in hexadecimal digits.
    """

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)
    read_only: bool = False
    sha256: str | None = None


async def receive(request: Request, body_bytes: int) -> Sent:
    """What the client sent; raises `RequestRefused`, or Starlette's `ClientDisconnect` when the client goes away."""
    if request.method == "GET":
        query_string: bytes = request.scope["query_string"]
        if len(query_string) > body_bytes:
            raise _too_large(body_bytes)
        return Sent(query_string, read_only=True)
    if request.method == "POST":
        _require_json(request)
        return Sent(await _body(request, body_bytes), read_only=False)
    raise refuse_request(405, "METHOD_NOT_ALLOWED", "The method must be GET or POST.", Allow=ALLOWED_METHODS)


def read(sent: Sent) -> GraphQLRequest:
    """The operation that was sent; raises `RequestRefused`."""
    return _from_query_string(sent.text) if sent.read_only else _from_members(_json(sent.text, "The body"))


def _bad_request(message: str) -> RequestRefused:
    return refuse_request(400, "BAD_REQUEST", message)


def _from_query_string(query_string: bytes) -> GraphQLRequest:
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=QUERY_STRING_MEMBERS,
        )
    except ValueError as error:
        raise _bad_request("The query string must be form-encoded UTF-8 with few members.") from error
    members: dict[str, Any] = dict(pairs)
    if len(members) != len(pairs):
        raise _bad_request("The query string must not repeat a member.")
    for name in ("variables", "extensions"):
        if name in members:
            members[name] = _json(members[name].encode(), f"'{name}'") if members[name] else None
    return _from_members(members, read_only=True)


def _require_json(request: Request) -> None:
    sent = heads(request.scope)
    media_type, _, parameters = sent.get(b"content-type", b"").partition(b";")
    if media_type.strip().lower() != b"application/json":
        raise refuse_request(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request as application/json.")
    if parameters and not all(_is_utf8_or_no_charset(parameter) for parameter in parameters.split(b";")):
        raise refuse_request(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request in UTF-8.")
    if sent.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise refuse_request(415, "UNSUPPORTED_MEDIA_TYPE", "Send the request uncompressed.")


def _is_utf8_or_no_charset(parameter: bytes) -> bool:
    name, _, value = parameter.partition(b"=")
    return name.strip().lower() != b"charset" or value.strip().strip(b'"').lower() in (b"utf-8", b"utf8")


async def _body(request: Request, limit: int) -> bytes:
    """The whole body; stops reading as soon as it, or its declared length, is too large."""
    announced = heads(request.scope).get(b"content-length", b"0")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> RequestRefused:
    return refuse_request(413, "PAYLOAD_TOO_LARGE", f"The request is larger than {limit} bytes.")


def _json(text: bytes, what: str) -> object:
    # orjson refuses what JSON does not know: NaN, lone surrogates, invalid UTF-8, nesting beyond 1024.
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad_request(f"{what} is not JSON.") from error


def _from_members(members: object, *, read_only: bool = False) -> GraphQLRequest:
    if isinstance(members, list):
        raise _bad_request("Batches are not supported: send one operation per request.")
    if not isinstance(members, dict):
        raise _bad_request("The request is not a JSON object.")
    extensions = _member(members, "extensions", dict, "an object") or {}
    sha256 = _persisted(extensions) if extensions else None
    query = _member(members, "query", str, "a string") or ""
    if not query.strip() and sha256 is None:
        raise _bad_request("'query' is missing.")
    return GraphQLRequest(
        query=query,
        variables=_member(members, "variables", dict, "an object") or {},
        operation_name=_member(members, "operationName", str, "a string") or None,
        extensions=extensions,
        read_only=read_only,
        sha256=sha256,
    )


def _member(members: dict[str, Any], name: str, kind: type, description: str) -> Any:
    value = members.get(name)
    if value is None or isinstance(value, kind):
        return value
    raise _bad_request(f"'{name}' must be {description}.")


def _persisted(extensions: dict[str, Any]) -> str | None:
    """The hash in `persistedQuery`, as Apollo's clients send it; None when there is none."""
    if (persisted := extensions.get("persistedQuery")) is None:
        return None
    sha256 = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256.lower()):
        raise _bad_request("'persistedQuery' must have version 1 and a sha256Hash of 64 hexadecimal digits.")
    return sha256.lower()
