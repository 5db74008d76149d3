"""Answers without executing: one protocol for everything that can answer an operation from memory.

A source looks at an operation once and makes a plan for it. Each such request first tries the plan. When the plan has
no answer, the operation is executed, and the plan may learn from the result.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import orjson
from graphql import OperationDefinitionNode
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bff.edge.budgets import NO_STORE
from bff.edge.caching import Caching
from bff.edge.documents import PreparedDocument
from bff.edge.in_context import InContext
from bff.edge.requests import GraphQLRequest, Sent
from bff.edge.responses import JSON, Answer
from datasources.kit.caches import ByteCache, MemoryBudget

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class ReadyAnswer:
    """The JSON of an answer, a name for this state of it, and headers besides the usual ones.

    Without a name it is an answer to this request alone: it has no tag and no age. Scripts of every origin may read it,
    because a cache may have got it by another request than theirs.
    """

    body: bytes
    etag: str | None
    headers: Mapping[str, str]
    _heads: dict[str, tuple[str, Headers]] = field(default_factory=dict)

    def head(self, media_type: str) -> tuple[str, Headers]:
        """The entity tag for a media type, and the headers that are the same each time."""
        found = self._heads.get(media_type)
        if found is None:
            tag = f'"{self.etag}{"" if media_type == JSON else "-g"}"'
            lines = {"content-type": f"{media_type}; charset=utf-8", "x-content-type-options": "nosniff"}
            lines |= {} if self.etag is None else {"etag": tag}
            lines |= {"access-control-allow-origin": "*", **self.headers}
            headers = [(name.lower().encode(), value.encode()) for name, value in lines.items()]
            found = self._heads[media_type] = (tag, headers)
        return found


def tag_of(body: bytes) -> str:
    """The name of this state of an answer."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def public_answer(answer: Answer, caching: Caching) -> ReadyAnswer | None:
    """An executed answer in the form in which caches keep it; None when JSON cannot hold it."""
    try:
        body = orjson.dumps(answer.members)
    except TypeError:
        return None
    return ReadyAnswer(body, tag_of(body), {**answer.headers, **caching.headers})


@dataclass(frozen=True, slots=True)
class ReadyResponse:
    """Sends a ready answer that is `age` seconds old, or 304 when the client has it already (`known_tags`)."""

    ready: ReadyAnswer
    media_type: str
    age: float
    known_tags: str | None = None

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        tag, lines = self.ready.head(self.media_type)
        headers = [*lines] if self.ready.etag is None else [*lines, (b"age", b"%d" % self.age)]
        if self.known_tags is not None and _is_known(tag, self.known_tags):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        headers.append((b"content-length", b"%d" % len(self.ready.body)))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.ready.body})


def _is_known(tag: str, known_tags: str) -> bool:
    tags = {each.strip().removeprefix("W/") for each in known_tags.split(",")}
    return tag in tags or "*" in tags


Found = tuple[ReadyAnswer, float]


def extended(found: Found, extensions: Mapping[str, object]) -> Found:
    """A ready answer with extensions, which no cache keeps."""
    body = found[0].body.removesuffix(b"}") + b',"extensions":' + orjson.dumps(extensions) + b"}"
    return ReadyAnswer(body, None, {**found[0].headers, **NO_STORE}), found[1]


C = TypeVar("C", contravariant=True)


class Plan(Protocol[C]):
    """How one operation with its variables may be answered. `C` is the context that operations are executed in."""

    @property
    def is_repeatable(self) -> bool:
        """Whether the same request is worth remembering byte by byte."""

    async def answer(self, request: Request, said: InContext, /) -> Found | None:
        """The answer and its age in seconds; None when it has to be executed this time."""

    def brief(self, context: C, /) -> None:
        """Before executing: puts what is known already where resolvers find it."""

    def learn(self, data: dict[str, Any], /) -> None:
        """After executing without an error: may keep the data for the next time."""


class AnswerSource(Protocol[C]):
    """Makes plans for the operations that it can answer. Each of these selects `field`, a root field."""

    field: str

    def plan(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, asked: GraphQLRequest
    ) -> Plan[C] | None:
        """The plan; None for operations that it cannot answer."""


def plan_of(
    sources: Sequence[AnswerSource[C]],
    prepared: PreparedDocument,
    operation: OperationDefinitionNode,
    asked: GraphQLRequest,
) -> Plan[C] | None:
    """The plan of the first source that has one."""
    for source in sources:
        if source.field in prepared.text and (plan := source.plan(prepared, operation, asked)) is not None:
            return plan
    return None


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request that was seen before: its plan, the `@inContext` of its operation, and the hash of its document."""

    plan: Plan[Any]
    said: InContext
    sha256: str | None = None


class KnownRequests:
    """Requests with a plan, by the bytes that the client sent: they are not parsed and prepared again."""

    def __init__(self, memory: MemoryBudget) -> None:
        self._known: ByteCache[Sent, KnownRequest] = ByteCache(memory, "known_requests")

    def __len__(self) -> int:
        return len(self._known)

    def get(self, sent: Sent) -> KnownRequest | None:
        """The request, if it was seen before."""
        return self._known.get(sent)

    def put(self, sent: Sent, known: KnownRequest, document_bytes: int) -> None:
        """Keeps a request; `document_bytes` of memory belong to its document."""
        self._known.put(sent, known, len(sent.text) + document_bytes)
