"""An answer in several parts: what clients defer with `@defer` follows the rest as soon as it is there.

Why: `docs/decisions/0028-deferred-fragments.md`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from graphql import ExperimentalIncrementalExecutionResults, GraphQLError, SubsequentIncrementalExecutionResult
from graphql.execution.types import CompletedResult, PendingResult
from starlette.types import Message, Receive, Scope, Send

from bff.edge.answer_size import TOO_LARGE
from bff.edge.caching import Caching
from bff.edge.errors import ErrorRecord, Incidents, deadline_exceeded
from bff.edge.parts import BEGINNING, ENDING, Form, Group, Part, part_bytes
from bff.edge.responses import JSON, internal_error, respond, told_once
from datasources.kit.turns import Work, continuing


@dataclass(slots=True)
class Terms:
    """What holds for all parts of an answer.

    Execution goes on as `work` until `ends`, a time of the event loop, which was `seconds` after the request began.
    `settled` is closed after the last resolver, before the last part is written. `extensions` are those of the answer
    so far, `last_extensions` belong to the last part. `finished` receives the outcome, unless the client has left.
    """

    form: Form
    caching: Caching
    work: Work
    seconds: float
    ends: float
    settled: ExitStack
    headers: Mapping[str, str]
    extensions: Mapping[str, object]
    last_extensions: Callable[[], Mapping[str, object]]
    finished: Callable[[str], None]


@dataclass(slots=True)
class DeferredAnswer:
    """An ASGI application for one request: the first part of its answer was executed, the others are while it runs.

    When time is up, fragments that are still open fail by DEADLINE_EXCEEDED. When the client leaves, nothing more is
    executed.
    """

    results: ExperimentalIncrementalExecutionResults
    terms: Terms
    incidents: Incidents
    _open: dict[str, Group] = field(default_factory=dict, init=False)
    _outcome: str = field(default="ok", init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.terms.settled, continuing(self.terms.work):
            try:
                messages = [self._head(), _body(BEGINNING + self._bytes(self._first()))]
            except TypeError as error:
                await respond(internal_error(error), JSON, self.terms.caching)(scope, receive, send)
                self.terms.finished("error")
                return
            # Nothing that was sent is held while the client reads.
            self.results.initial_result.data = None
            while messages:
                await send(messages.pop(0))
            if await self._send_later_parts(receive, send):
                await send(_body(ENDING, is_last=True))
                self.terms.finished(self._outcome)

    async def _send_later_parts(self, receive: Receive, send: Send) -> bool:
        """False when the client has left."""
        later: AsyncGenerator[SubsequentIncrementalExecutionResult, None] = self.results.subsequent_results
        leaving = asyncio.ensure_future(_left(receive))
        try:
            has_next: bool | None = True
            while has_next:
                has_next = await self._sent(await self._next(later, leaving, send), send)
            return has_next is not None
        finally:
            leaving.cancel()
            await later.aclose()

    async def _sent(self, part: Part | None, send: Send) -> bool | None:
        """Whether more parts follow; None without a part."""
        if part is None:
            return None
        content, has_next = self._later_bytes(part)
        for each in part.get("incremental", ()):
            each["data"].clear()  # graphql-core keeps it until the next part
        await send(_body(content))
        return has_next

    async def _next(
        self,
        later: AsyncGenerator[SubsequentIncrementalExecutionResult, None],
        leaving: asyncio.Future[None],
        send: Send,
    ) -> Part | None:
        """The next part; None when the client leaves before it is there.

        Time is up for clients that do not read, too: what is ready for them is given up.
        """
        coming = asyncio.ensure_future(_following(later, send))
        patience = max(self.terms.ends - asyncio.get_running_loop().time(), 0.0)
        try:
            await asyncio.wait((coming, leaving), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                return None if leaving.done() else self._given_up(deadline_exceeded(self.terms.seconds).errors[0])
        finally:
            if not coming.done():
                coming.cancel()
                await asyncio.wait((coming,))
                await later.aclose()
        error = asyncio.CancelledError() if coming.cancelled() else coming.exception()
        return self._later(coming.result()) if error is None else self._crashed(error)

    def _first(self) -> Part:
        result = self.results.initial_result
        part: Part = self._errors(result.errors, []) | {"data": result.data, "pending": self._opened(result.pending)}
        return part | {"hasNext": True} | _extensions(self.terms.extensions)

    def _later(self, result: SubsequentIncrementalExecutionResult) -> Part:
        pending = self._opened(result.pending or ())
        incremental = [self._fields(each) for each in result.incremental or ()]
        completed = [self._completed(each) for each in result.completed or ()]
        part = {"pending": pending, "incremental": incremental, "completed": completed}
        return {name: value for name, value in part.items() if value} | {"hasNext": result.has_next}

    def _fields(self, each: Any) -> Part:
        below = {"subPath": each.sub_path} if each.sub_path else {}
        return {"id": each.id, "data": each.data, **below, **self._errors(each.errors, self._open[each.id].path)}

    def _completed(self, each: CompletedResult) -> Part:
        return {"id": each.id, **self._errors(each.errors, self._open[each.id].path)}

    def _opened(self, pending: Iterable[PendingResult]) -> list[Part]:
        self._open |= {each.id: Group(each.path, each.label) for each in pending}
        return [
            {"id": each.id, "path": each.path} | ({} if each.label is None else {"label": each.label})
            for each in pending
        ]

    def _errors(self, errors: list[GraphQLError] | None, path: list[str | int]) -> dict[str, list[ErrorRecord]]:
        """The member `errors`, if there are any."""
        if not errors:
            return {}
        self._outcome = "partial"
        explained = [
            self.incidents.of_execution(error) if error.path else self._of_fragment(error, path) for error in errors
        ]
        return {"errors": told_once(explained, TOO_LARGE)}

    def _of_fragment(self, error: GraphQLError, path: list[str | int]) -> ErrorRecord:
        """An error of a whole fragment has no place, and would pass for one about the client's input."""
        return {**self.incidents.of_resolver(error), **({"path": path} if path else {})}

    def _crashed(self, error: BaseException) -> Part:
        explained = self.incidents.explain(error)
        return self._given_up({"message": explained.message, "extensions": explained.extensions})

    def _given_up(self, error: ErrorRecord) -> Part:
        """The last part: every fragment that is open fails."""
        self._outcome = "partial"
        completed = [
            {"id": name, "errors": [{**error, **({"path": group.path} if group.path else {})}]}
            for name, group in self._open.items()
        ]
        return {"completed": completed, "hasNext": False}

    def _later_bytes(self, part: Part) -> tuple[bytes, bool]:
        """The bytes of a part, or of one that ends the answer if JSON cannot hold it; whether more parts follow."""
        try:
            content = self._bytes(part)
        except TypeError as error:
            part = self._crashed(error)
            content = self._bytes(part)
        for each in part.get("completed", ()):
            del self._open[each["id"]]
        return content, part["hasNext"]

    def _bytes(self, part: Part) -> bytes:
        if not part["hasNext"]:
            self.terms.settled.close()
            part = part | _extensions({**self.terms.extensions, **self.terms.last_extensions()})
        return part_bytes(self.terms.form.rewritten(part, self._open))

    def _head(self) -> Message:
        """Headers are final with the first part. Proxies must not wait for the last one."""
        lines = {"content-type": self.terms.form.media_type, "x-content-type-options": "nosniff"}
        lines |= {**self.terms.headers, **self.terms.caching.headers, "x-accel-buffering": "no"}
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in lines.items()]
        return {"type": "http.response.start", "status": 200, "headers": headers}


def _extensions(extensions: Mapping[str, object]) -> Part:
    return {"extensions": extensions} if extensions else {}


def _body(content: bytes, *, is_last: bool = False) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": not is_last}


async def _following(
    later: AsyncGenerator[SubsequentIncrementalExecutionResult, None], send: Send
) -> SubsequentIncrementalExecutionResult:
    """What comes next, not before the client has read what was sent."""
    await send(_body(b""))
    return await anext(later)


async def _left(receive: Receive) -> None:
    """Returns when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
