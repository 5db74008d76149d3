"""Operations of the benchmarks as request bodies, and what an answer must be to count."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_QUERIES = Path(__file__).with_name("queries")
_DEADLINE = 30


class NotAnswered(Exception):
    """An operation whose answer does not count for the benchmark; the message says why."""


@cache
def document(name: str) -> str:
    """The text of `queries/NAME.graphql`."""
    return (_QUERIES / f"{name}.graphql").read_text()


def body(name: str, **variables: object) -> bytes:
    """A request body in one line, because load generators read one body per line."""
    return json.dumps({"query": document(name), "variables": variables}).encode()


def ask(endpoint: str, request: bytes, more: Mapping[str, str] | None = None) -> bytes:
    """The raw answer to a body, sent with some `more` headers. Raises `NotAnswered` when it is not a 200."""
    headers = {"Content-Type": "application/json", "Accept": "application/json", **(more or {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(endpoint, request, headers), timeout=_DEADLINE) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        raise NotAnswered(f"status {error.code}: {_short(error.read())}") from error
    except OSError as error:
        raise NotAnswered(str(error)) from error


def data_of(content: bytes) -> dict[str, Any]:
    """The data of an answer. Raises `NotAnswered` when it has errors or a root field without a value."""
    try:
        answer = json.loads(content)
    except ValueError:
        raise NotAnswered(f"not JSON: {_short(content)}") from None
    if not isinstance(answer, dict) or answer.get("errors") or not isinstance(answer.get("data"), dict):
        raise NotAnswered(_short(content))
    data: dict[str, Any] = answer["data"]
    if missing := [name for name, value in data.items() if value is None]:
        raise NotAnswered(f"{', '.join(missing)} is null")
    return data


def _short(content: bytes) -> str:
    return content[:300].decode(errors="replace")
