"""Parses, measures and validates each document once, and keeps the outcome, good or bad, in limited memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

from bff.edge.caching import DeclaredScope, scope_of, undeclared
from bff.edge.cost import Measure, measure
from bff.edge.errors import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    ErrorRecord,
    RequestRefused,
    document_error,
    error_record,
    refuse_request,
)
from bff.edge.limits import RequestLimits
from bff.edge.list_sizes import ListSizes, list_sizes, size_variables
from bff.edge.parsing import parse_text
from bff.edge.validation import validation_errors
from datasources.kit.caches import ByteCache, MemoryBudget
from datasources.kit.threads import Threads
from resolvers.kit.scopes import Scope

# Measured: the most that a token and its share of the tree take in memory, and what a remembered error takes.
BYTES_PER_TOKEN = 600
BYTES_PER_ERROR = 2_000
# Longer texts are examined in a thread: one of this length takes 5 to 8 ms of CPU.
INLINE_CHARACTERS = 1_000
# Of a document whose lists are as long as variables say, so many measures are kept.
MAX_MEASURES = 16
Outcome: TypeAlias = "PreparedDocument | list[ErrorRecord]"


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A valid document within the limits. `scopes` are those of the answers to its `operations`.

    `measure` is the least that it can cost. Variables named in `sizes` say how long its lists are; `measures` are those
    of values that clients sent. `defers`: clients may want the answer in parts.
    """

    document: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]
    scopes: tuple[Scope, ...]
    measure: Measure
    text: str
    tokens: int
    sizes: frozenset[str]
    defers: bool
    measures: dict[ListSizes, Measure] = field(default_factory=dict)

    @property
    def estimated_bytes(self) -> int:
        """Memory that it takes, as estimated from its tokens."""
        return len(self.text) + BYTES_PER_TOKEN * self.tokens

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run; raises `RequestRefused` unless the name selects exactly one."""
        named = [each for each in self.operations if name is None or (each.name and each.name.value == name)]
        if not named:
            raise _unclear(f"Unknown operation named '{name}'." if name else "The document has no operation.")
        if len(named) > 1:
            raise _unclear("The document has several operations: 'operationName' must name one.")
        return named[0]

    def scope_of(self, operation: OperationDefinitionNode) -> Scope:
        """The scope of the answers to one of its operations."""
        pairs = zip(self.operations, self.scopes, strict=True)
        return next(scope for each, scope in pairs if each is operation)


def _unclear(message: str) -> RequestRefused:
    return refuse_request(400, "OPERATION_RESOLUTION_FAILURE", message, well_formed=True)


class DocumentCache:
    """Keeps what became of each text, within the memory of the process."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: RequestLimits,
        memory: MemoryBudget,
        declared: DeclaredScope = undeclared,
    ) -> None:
        self._schema = schema
        self._declared = declared
        self._limits = limits
        self._outcomes: ByteCache[bytes, Outcome] = ByteCache(memory, "documents")
        self._threads = Threads("documents", 1)
        self._examining: dict[bytes, asyncio.Task[Outcome]] = {}

    def __len__(self) -> int:
        return len(self._outcomes)

    @property
    def estimated_bytes(self) -> int:
        """Memory that the remembered outcomes take, as estimated from their tokens and errors."""
        return self._outcomes.bytes

    def prepare(self, text: str) -> PreparedDocument:
        """The document of a text; raises `RequestRefused` with its errors, the same ones every time."""
        key = _key(text)
        outcome = self._outcomes.get(key)
        return _good(self._keep(key, self._examine(text)) if outcome is None else outcome)

    async def prepare_aside(self, text: str) -> PreparedDocument:
        """As `prepare`, but a long unknown text is examined in a thread, while the event loop serves others.

        Requests for the same text share one examination. Raises TimeoutError when others take all the time.
        """
        if len(text) <= INLINE_CHARACTERS:
            return self.prepare(text)
        key = _key(text)
        outcome = self._outcomes.get(key)
        return _good(await self._examined(key, text) if outcome is None else outcome)

    def measured(
        self, prepared: PreparedDocument, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Measure:
        """The measure of a document with these variables. Raises `RequestRefused` when it costs too much."""
        if not prepared.sizes:
            return prepared.measure
        sizes = list_sizes(prepared.sizes, operation, variables)
        measured = prepared.measures.get(sizes)
        if measured is None:
            measured = measure(prepared.document, dict(sizes))
            if len(prepared.measures) >= MAX_MEASURES:
                del prepared.measures[next(iter(prepared.measures))]
            prepared.measures[sizes] = measured
        if excess := self._excess(measured):
            raise RequestRefused(400, excess, well_formed=True)
        return measured

    async def _examined(self, key: bytes, text: str) -> Outcome:
        task = self._examining.get(key)
        if task is None:
            task = self._examining[key] = asyncio.create_task(self._examine_aside(key, text))
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    async def _examine_aside(self, key: bytes, text: str) -> Outcome:
        return self._keep(key, await self._threads.run(lambda: self._examine(text), self._limits.seconds))

    def _forget(self, key: bytes, done: "asyncio.Task[Outcome]") -> None:
        del self._examining[key]
        if not done.cancelled():
            done.exception()  # whoever waited has it; perhaps nobody does any more

    def _keep(self, key: bytes, outcome: Outcome) -> Outcome:
        self._outcomes.put(key, outcome, _estimated_bytes(outcome))
        return outcome

    def _examine(self, text: str) -> Outcome:
        try:
            document, tokens, defers = parse_text(text, self._limits.max_tokens)
        except GraphQLError as error:
            return [document_error(error, PARSE_FAILED)]
        measured = measure(document)
        excess = self._excess(measured)
        if excess:
            return excess
        errors = validation_errors(self._schema, document, introspection=self._limits.introspection)
        if errors:
            return [document_error(error, VALIDATION_FAILED) for error in errors]
        operations = tuple(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        scopes = tuple(scope_of(self._schema, document, each, self._declared) for each in operations)
        sizes = size_variables(document)
        return PreparedDocument(document, operations, scopes, measured, text, tokens, sizes, defers)

    def _excess(self, measured: Measure) -> list[ErrorRecord]:
        limits = self._limits
        if measured.depth > limits.max_depth:
            message = f"The document nests fields {measured.depth} deep; {limits.max_depth} is the limit."
            return [error_record(message, "QUERY_TOO_DEEP", depth=measured.depth, maxDepth=limits.max_depth)]
        if measured.cost > limits.max_cost:
            message = f"The document costs {measured.cost}; {limits.max_cost} is the limit."
            return [error_record(message, "QUERY_TOO_COMPLEX", cost=measured.cost, maxCost=limits.max_cost)]
        return []


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()


def _good(outcome: Outcome) -> PreparedDocument:
    if isinstance(outcome, PreparedDocument):
        return outcome
    raise RequestRefused(400, outcome, well_formed=True)


def _estimated_bytes(outcome: Outcome) -> int:
    return BYTES_PER_ERROR * len(outcome) if isinstance(outcome, list) else outcome.estimated_bytes
