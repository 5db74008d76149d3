"""The GraphQL endpoint over HTTP: read, prepare, execute, answer. Every outcome is a typed GraphQL answer."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import strawberry
from graphql import ExecutionResult, OperationDefinitionNode, OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.answers.ready import (
    AnswerSource,
    Found,
    KnownRequest,
    KnownRequests,
    Plan,
    ReadyResponse,
    extended,
    plan_of,
    public_answer,
)
from bff.edge.answer_size import AnswerSize
from bff.edge.budgets import BYTES_PER_COST, READY_COST, Purse, PurseOf, Unlimited, unlimited
from bff.edge.caching import NOTHING_KEPT, CachePolicy, Caching
from bff.edge.deferred import DeferredAnswer, Terms
from bff.edge.documents import INLINE_CHARACTERS, DocumentCache, PreparedDocument
from bff.edge.errors import RequestRefused, deadline_exceeded, refuse_request
from bff.edge.execution import Executed, core_schema, execute_operation
from bff.edge.heads import heads
from bff.edge.in_context import NOT_SAID, InContext, in_context
from bff.edge.limits import RequestLimits
from bff.edge.parts import Form, form_of
from bff.edge.persisted import PersistedDocuments
from bff.edge.requests import GraphQLRequest, read, receive
from bff.edge.responses import (
    JSON,
    Answer,
    answer_of,
    incidents_of,
    internal_error,
    negotiate,
    not_acceptable,
    refusal,
    respond,
)
from datasources.kit.caches import MemoryBudget
from datasources.kit.turns import Turns, Work, working
from resolvers.kit.scopes import Scope as CacheScope

MakeContext = Callable[[Request, InContext], object]
# A request that can cost less begins at once.
LARGE_COST = 2_000
Finished = Callable[[str, str, float], None]


@dataclass(slots=True)
class _Course:
    """One request in progress: what its client accepts, the kind of its operation, once known, and when it began.

    `ends` is when it must be answered, by the clock of the event loop.
    """

    purse: Purse | Unlimited
    accept: str
    kind: str = "unknown"
    ends: float = 0.0
    began: float = field(default_factory=time.perf_counter)


class _Run(NamedTuple):
    """What a request executes. With a `form` the client reads an answer in parts, if anything is deferred."""

    prepared: PreparedDocument
    operation: OperationDefinitionNode
    asked: GraphQLRequest
    said: InContext
    plan: Plan[Any] | None
    form: Form | None


class GraphQLEndpoint:
    """An ASGI application for one route: `Route("/graphql", GraphQLEndpoint(schema, make_context, limits, finished))`.

    `make_context` runs once per valid request. An exception it raises is answered like an exception of a resolver,
    without data. It also sees `@inContext` values that the enums of the schema lack: execution refuses them right
    after. The answer carries the context's `answer_headers` and, unless empty, its `answer_extensions`. How it may be
    kept follows by `policy` from the scope of the operation, the context's own `scope` and its `shareable`.

    Everything that it keeps counts in `memory`.

    `sources` may each answer, in their order, before an operation is executed; `persisted` finds the text of documents.

    `purse_of` finds who pays for a request; without it nobody does. A request pays in advance what it can cost, and in
    the end what it did cost. The cost of an answer is in its extensions when the request wants it.

    Executions share the event loop by `turns`, one payer after the other. One that can cost `LARGE_COST` begins when no
    older one of its payer waits for a turn.

    `finished` receives the kind of the operation (query, mutation, subscription, unknown), the outcome (see
    `Answer.outcome`) and the seconds of each answer.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        make_context: MakeContext,
        limits: RequestLimits,
        finished: Finished,
        *,
        memory: MemoryBudget | None = None,
        sources: Sequence[AnswerSource[Any]] = (),
        persisted: PersistedDocuments | None = None,
        policy: CachePolicy = NOTHING_KEPT,
        purse_of: PurseOf = unlimited,
        turns: Turns | None = None,
    ) -> None:
        self._schema = core_schema(schema)
        self._make_context = make_context
        self._limits = limits
        self._finished = finished
        self._sources = sources
        self._persisted = persisted
        self._policy = policy
        self._purse_of = purse_of
        memory = memory or MemoryBudget()
        self._known = KnownRequests(memory)
        self._turns = turns or Turns()
        self.documents = DocumentCache(self._schema, limits, memory, policy.declared)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return  # nobody is left to answer
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> ASGIApp:
        accept = heads(request.scope).get(b"accept", b"").decode("latin-1")
        media_type = negotiate(accept)
        if media_type is None:
            return respond(not_acceptable(), JSON, self._policy.never)
        course = _Course(self._purse_of(request), accept)
        answer = await self._answer_in_time(request, course)
        if isinstance(answer, DeferredAnswer):
            return answer
        outcome = answer.outcome if isinstance(answer, Answer) else "ok"
        self._finished(course.kind, outcome, time.perf_counter() - course.began)
        if isinstance(answer, Answer):
            caching = answer.caching
            public = public_answer(answer, caching) if caching is not None and caching.is_public else None
            if public is None:
                return respond(answer, media_type, self._policy.never)
            answer = public, 0.0
        known_tags = request.headers.get("if-none-match") if request.method == "GET" else None
        return ReadyResponse(answer[0], media_type, answer[1], known_tags)

    async def _answer_in_time(self, request: Request, course: _Course) -> Answer | DeferredAnswer | Found:
        course.ends = asyncio.get_running_loop().time() + self._limits.seconds
        deadline = asyncio.timeout_at(course.ends)
        try:
            async with deadline:
                return await self._answer(request, course)
        except RequestRefused as refused:
            return refusal(refused)
        except ClientDisconnect:
            raise
        except asyncio.CancelledError as error:
            if _is_being_cancelled():
                raise
            return internal_error(error)  # code below was cancelled, not this request
        except Exception as error:
            if deadline.expired():
                return refusal(deadline_exceeded(self._limits.seconds))
            return internal_error(error)

    async def _answer(self, request: Request, course: _Course) -> Answer | DeferredAnswer | Found:
        sent = await receive(request, self._limits.body_bytes)
        known = self._known.get(sent)
        if known is not None:
            course.kind = OperationType.QUERY.value
            course.purse.pay(READY_COST)
            if known.sha256 is not None and self._persisted is not None:
                self._persisted.used(known.sha256)
            if (found := await known.plan.answer(request, known.said)) is not None:
                return _with_cost(found, course)
        course.purse.pay(max(READY_COST, len(sent.text) // BYTES_PER_COST))
        asked = read(sent)
        prepared = await self._prepare(asked, course.purse)
        operation = prepared.operation(asked.operation_name)
        course.kind = operation.operation.value
        if operation.operation is OperationType.SUBSCRIPTION:
            message = "Subscriptions are served over WebSocket (graphql-transport-ws)."
            raise refuse_request(400, "OPERATION_NOT_SUPPORTED", message)
        if asked.read_only and operation.operation is not OperationType.QUERY:
            message = "GET is for queries: send mutations with POST."
            raise refuse_request(405, "METHOD_NOT_ALLOWED", message, Allow="POST")
        said = in_context(operation, asked.variables) if operation.directives else NOT_SAID
        plan = known.plan if known is not None else plan_of(self._sources, prepared, operation, asked)
        if known is None and plan is not None:
            if plan.is_repeatable:
                self._known.put(sent, KnownRequest(plan, said, asked.sha256), prepared.estimated_bytes)
            if len(prepared.text) > INLINE_CHARACTERS:
                await asyncio.sleep(0)  # a long plan took a while: others first
            if (found := await plan.answer(request, said)) is not None:
                return _with_cost(found, course)
        # What a plan could answer at once comes in one part, which the plan learns from.
        is_deferrable = prepared.defers and plan is None and operation.operation is OperationType.QUERY
        form = form_of(course.accept) if is_deferrable else None
        return await self._run(request, course, _Run(prepared, operation, asked, said, plan, form))

    async def _run(self, request: Request, course: _Course, run: _Run) -> Answer | DeferredAnswer:
        measured = self.documents.measured(run.prepared, run.operation, run.asked.variables)
        course.purse.pay(measured.cost)
        size = AnswerSize(self._limits.max_parts)
        result: Executed | None = None
        try:
            context = self._make_context(request, run.said)
            with working(self._turns, course.purse.payer) as work:
                if measured.cost >= LARGE_COST:
                    await work.begin()
                if run.plan is not None:
                    run.plan.brief(context)
                result = await execute_operation(
                    self._schema,
                    run.prepared.document,
                    operation_name=run.asked.operation_name,
                    variables=run.asked.variables,
                    context=context,
                    suggestions=self._limits.introspection,
                    size=size,
                    defers=run.form is not None,
                )
        finally:
            if result is None or isinstance(result, ExecutionResult):
                course.purse.settle(measured.cost - measured.actual(size.parts))
        if not isinstance(result, ExecutionResult):
            settled = ExitStack()
            settled.callback(lambda: course.purse.settle(measured.cost - measured.actual(size.parts)))
            terms = self._terms(run, course, work, settled, context)
            return DeferredAnswer(result, terms, incidents_of(run.operation))
        answer = self._in_one_part(run, result, context)
        return answer.extended(course.purse.cost()) if course.purse.wants_cost else answer

    def _in_one_part(self, run: _Run, result: ExecutionResult, context: object) -> Answer:
        """The answer in one part; the plan may learn from it."""
        extensions = getattr(context, "answer_extensions", {})
        if run.plan is not None and result.data is not None and not result.errors and not extensions:
            run.plan.learn(result.data)
        headers: Mapping[str, str] = getattr(context, "answer_headers", {})
        caching: Caching | None = None
        if run.operation.operation is OperationType.QUERY:
            # By what the query selects, and by what resolvers found out.
            scope = max(run.prepared.scope_of(run.operation), getattr(context, "scope", CacheScope.PUBLIC))
            caching = self._policy.of(scope, getattr(context, "shareable", None))
        return answer_of(result, run.operation, headers, extensions, caching)

    def _terms(self, run: _Run, course: _Course, work: Work, settled: ExitStack, context: object) -> Terms:
        return Terms(
            cast(Form, run.form),  # nothing is deferred without one
            self._policy.never,
            work,
            self._limits.seconds,
            course.ends,
            settled,
            headers=getattr(context, "answer_headers", {}),
            extensions=getattr(context, "answer_extensions", {}),
            last_extensions=lambda: course.purse.cost() if course.purse.wants_cost else {},
            finished=lambda outcome: self._finished(course.kind, outcome, time.perf_counter() - course.began),
        )

    async def _prepare(self, asked: GraphQLRequest, purse: Purse | Unlimited) -> PreparedDocument:
        if self._persisted is None and not asked.query:
            raise refuse_request(200, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        if self._persisted is None or (asked.sha256 is None and not self._persisted.only_registered):
            return await self.documents.prepare_aside(asked.query)
        prepared = await self.documents.prepare_aside(await self._persisted.text(asked))
        await self._persisted.keep(asked, purse.may_register)
        return prepared


def _with_cost(found: Found, course: _Course) -> Found:
    """The ready answer, with its cost if the request wants it."""
    return extended(found, course.purse.cost()) if course.purse.wants_cost else found


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
