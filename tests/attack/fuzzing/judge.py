"""What no answer to any request may be, and what the log may not hold after it."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

# Names of ours and of libraries, paths of files, and SQL: what only somebody inside knows.
_INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|/(?:usr|home|tmp|work|var)/|0x[0-9a-f]{8}|<class |object at "
    r"|NoneType|be None"
    r"|\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.*\bSET\b|\bWHERE\b|sqlite|sqlalchemy|aiomysql|pymongo|motor\b"
    r"|redis|valkey|tantivy|meilisearch|strawberry|graphql-core|uvicorn|starlette|pydantic|asyncio"
    r"|\b(?:Value|Key|Type|Attribute|Index|Overflow|Recursion|Unicode\w*|Assertion|Runtime|Integrity|Operational)Error\b"
)
# Where errors are a matter of this shop without workers, not of the request.
_ALLOWED = {"HOMEPAGE_UNAVAILABLE"}


def faults(answer: httpx.Response, logs: Sequence[Any]) -> Iterator[str]:
    """Everything wrong with an answer, and with what was logged while it was made."""
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    for entry in logs:
        if entry.get("exc_info") or entry.get("log_level") in ("error", "critical"):
            yield f"logged {entry}"
    if "json" not in answer.headers.get("content-type", ""):
        yield f"content type {answer.headers.get('content-type')}"
        return
    try:
        body = json.loads(answer.content.decode("utf-8"), parse_constant=_refuse_constant)
    except ValueError as error:
        yield f"no JSON: {error}"
        return
    yield from _faults_of(body)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _faults_of(body: Any) -> Iterator[str]:
    if not isinstance(body, dict) or not body.keys() & {"data", "errors"}:
        yield "neither data nor errors"
        return
    for error in body.get("errors", ()):
        code = error.get("extensions", {}).get("code")
        if code is None or code.startswith("INTERNAL") or (code.endswith("UNAVAILABLE") and code not in _ALLOWED):
            yield f"code {code}: {error}"
        if found := _INSIDE.search(error["message"]):
            yield f"{found[0]!r} in {error['message']!r}"
    for message in _messages(body.get("data")):
        if found := _INSIDE.search(message):
            yield f"{found[0]!r} in user error {message!r}"


def _messages(value: Any) -> Iterator[str]:
    """The texts of user errors and warnings, wherever they are."""
    if isinstance(value, list):
        for inner in value:
            yield from _messages(inner)
    elif isinstance(value, dict):
        if isinstance(value.get("message"), str):
            yield value["message"]
        for inner in value.values():
            yield from _messages(inner)
