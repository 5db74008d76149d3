"""Answers in several parts: the forms of them that clients read, and their bytes.

A part is a JSON object with the members of the GraphQL specification's draft: `data`, `errors`, `pending`,
`incremental`, `completed`, `hasNext`. HTTP: `rfcs/IncrementalDelivery.md` of https://github.com/graphql/graphql-over-http.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import orjson

from bff.edge.responses import USUAL_CHARACTERS, quality_of

Part: TypeAlias = dict[str, Any]
_MULTIPART = "multipart/mixed"
_BOUNDARY = "-"
# The boundary follows each part at once: clients wait for it.
BEGINNING = f"\r\n--{_BOUNDARY}".encode()
ENDING = b"--\r\n"
_HEAD = b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"


class Group(NamedTuple):
    """A deferred fragment at one place of the answer."""

    path: list[str | int]
    label: str | None


Groups: TypeAlias = Mapping[str, Group]


class Form(NamedTuple):
    """`media_type` is that of the answer, `rewritten` makes a part of the draft's, with the groups that it names."""

    media_type: str
    rewritten: Callable[[Part, Groups], Part]


def part_bytes(part: Part) -> bytes:
    """Raises TypeError for data that JSON cannot hold."""
    return _HEAD + orjson.dumps(part) + BEGINNING


def _of_draft(part: Part, _groups: Groups) -> Part:
    return part


def _of_2022(part: Part, groups: Groups) -> Part:
    """Every fragment is one patch with its path and label; one that brings nothing new brings an empty object."""
    other = {name: value for name, value in part.items() if name not in ("pending", "incremental", "completed")}
    patches = [*_patches(part, groups)]
    return {**other, "incremental": patches} if patches else other


def _patches(part: Part, groups: Groups) -> Iterator[Part]:
    brought = set()
    for each in part.get("incremental", ()):
        brought.add(each["id"])
        yield _patch(groups[each["id"]], each["data"], each.get("subPath", ()), each.get("errors"))
    for each in part.get("completed", ()):
        if "errors" in each:
            yield _patch(groups[each["id"]], None, (), each["errors"])
        elif each["id"] not in brought:
            yield _patch(groups[each["id"]], {}, (), None)


def _patch(group: Group, data: Any, below: Any, errors: Any) -> Part:
    label = {"label": group.label} if group.label is not None else {}
    failed = {"errors": errors} if errors else {}
    return {"data": data, "path": [*group.path, *below], **label, **failed}


def _form(parameter: str, rewritten: Callable[[Part, Groups], Part]) -> Form:
    return Form(f'{_MULTIPART}; boundary="{_BOUNDARY}"' + (f"; {parameter}" if parameter else ""), rewritten)


# By the parameter of `multipart/mixed` in Accept. Clients that name no form may be older than the draft; newer ones
# read the form of 2022 as well.
_FORMS = {
    "": _form("", _of_2022),
    "deferspec=20220824": _form("deferSpec=20220824", _of_2022),
    "incrementalspec=v0.2": _form("incrementalSpec=v0.2", _of_draft),
}
_OTHER_PARAMETERS = ("q", "boundary", "charset")


def form_of(accept: str) -> Form | None:
    """The form that a client reads, by its Accept header; None when it wants the answer in one part."""
    return _usual(accept) if len(accept) <= USUAL_CHARACTERS else _form_of(accept)


@lru_cache(512)
def _usual(accept: str) -> Form | None:
    return _form_of(accept)


def _form_of(accept: str) -> Form | None:
    found = [form for entry in accept.split(",") if (form := _form_of_entry(entry)) is not None]
    return max(found, key=lambda form: form.rewritten is _of_draft, default=None)


def _form_of_entry(entry: str) -> Form | None:
    named, *parameters = (part.strip().lower() for part in entry.split(";"))
    if named != _MULTIPART or quality_of(parameters) == 0:
        return None
    naming = [each for each in parameters if each.partition("=")[0].strip() not in _OTHER_PARAMETERS]
    return _FORMS.get(";".join(naming).replace(" ", "").replace('"', ""))
