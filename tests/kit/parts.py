"""Answers in several parts, as a client reads them."""

from collections.abc import Sequence
from typing import Any

import orjson

BOUNDARY = b"\r\n---"
DRAFT = {"Accept": "multipart/mixed;incrementalSpec=v0.2, application/json"}
OF_2022 = {"Accept": "multipart/mixed;deferSpec=20220824,application/json"}
_HEAD = b"\r\nContent-Type: application/json; charset=utf-8"


def read_part(content: bytes) -> Any:
    """The JSON of what stands between two boundaries."""
    head, _, body = content.partition(b"\r\n\r\n")
    assert head == _HEAD, head
    return orjson.loads(body)


def read_parts(content: bytes) -> list[Any]:
    """All parts of an answer, which must end as it should."""
    before, *parts, after = content.split(BOUNDARY)
    assert (before, after) == (b"", b"--\r\n")
    return [*map(read_part, parts)]


def merged(parts: Sequence[Any]) -> Any:
    """The data of all parts in either form."""
    data = parts[0]["data"]
    paths: dict[str, list[str | int]] = {}
    for part in parts:
        paths |= {each["id"]: each["path"] for each in part.get("pending", ())}
        for each in part.get("incremental", ()):
            path = each["path"] if "path" in each else [*paths[each["id"]], *each.get("subPath", ())]
            place = data
            for key in path:
                place = place[key]
            _merge(place, each["data"])
    return data


def _merge(place: Any, more: Any) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(place.get(key), dict):
            _merge(place[key], value)
        else:
            place[key] = value
