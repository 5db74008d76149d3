"""Parses, measures and validates each document once, and keeps the outcome, good or bad, in limited memory."""

from dataclasses import dataclass
from hashlib import blake2b

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, Token, parse, validate

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
from bff.edge.execution import MAX_ERRORS, validation_rules
from bff.edge.limits import RequestLimits
from datasources.kit.caches import ByteCache
from resolvers.kit.scopes import Scope

MAX_BYTES = 64 * 1024 * 1024
MAX_COMMENTS = 1_000
MAX_CHARACTERS = 64 * 1024
# Measured: what a token and its share of the tree take in memory, and what a remembered error takes.
BYTES_PER_TOKEN = 600
BYTES_PER_ERROR = 2_000


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A valid document within the limits. `scopes` are those of the answers to its `operations`."""

    document: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]
    scopes: tuple[Scope, ...]
    measure: Measure
    text: str

    @property
    def estimated_bytes(self) -> int:
        """Memory that it takes, as estimated from its tokens."""
        return _estimated_bytes(self)

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
    """Least recently used documents go first when all take too much memory."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: RequestLimits,
        max_bytes: int = MAX_BYTES,
        declared: DeclaredScope = undeclared,
    ) -> None:
        self._schema = schema
        self._declared = declared
        self._limits = limits
        self._rules = validation_rules(introspection=limits.introspection)
        self._outcomes: ByteCache[bytes, PreparedDocument | list[ErrorRecord]] = ByteCache(max_bytes)

    def __len__(self) -> int:
        return len(self._outcomes)

    @property
    def estimated_bytes(self) -> int:
        """Memory that the remembered outcomes take, as estimated from their tokens and errors."""
        return self._outcomes.bytes

    def prepare(self, text: str) -> PreparedDocument:
        """The document of a text; raises `RequestRefused` with its errors, the same ones every time."""
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._examine(text)
            self._outcomes.put(key, outcome, _estimated_bytes(outcome))
        if isinstance(outcome, PreparedDocument):
            return outcome
        raise RequestRefused(400, outcome, well_formed=True)

    def _examine(self, text: str) -> PreparedDocument | list[ErrorRecord]:
        try:
            document = parse(
                text,
                max_lexical_tokens=self._limits.max_tokens,
                max_comments=MAX_COMMENTS,
                max_source_length=MAX_CHARACTERS,
            )
        except GraphQLError as error:
            return [document_error(error, PARSE_FAILED)]
        measured = measure(document)
        excess = self._excess(measured)
        if excess:
            return excess
        errors = validate(
            self._schema, document, self._rules, MAX_ERRORS, hide_suggestions=not self._limits.introspection
        )
        if errors:
            return [document_error(error, VALIDATION_FAILED) for error in errors]
        operations = tuple(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        scopes = tuple(scope_of(self._schema, document, each, self._declared) for each in operations)
        return PreparedDocument(document, operations, scopes, measured, text)

    def _excess(self, measured: Measure) -> list[ErrorRecord]:
        limits = self._limits
        if measured.depth > limits.max_depth:
            message = f"The document nests fields {measured.depth} deep; {limits.max_depth} is the limit."
            return [error_record(message, "QUERY_TOO_DEEP", depth=measured.depth, maxDepth=limits.max_depth)]
        if measured.cost > limits.max_cost:
            message = f"The document costs {measured.cost}; {limits.max_cost} is the limit."
            return [error_record(message, "QUERY_TOO_COMPLEX", cost=measured.cost, maxCost=limits.max_cost)]
        return []


def _estimated_bytes(outcome: PreparedDocument | list[ErrorRecord]) -> int:
    if isinstance(outcome, list):
        return BYTES_PER_ERROR * len(outcome)
    place = outcome.document.loc
    if place is None:
        return 0
    tokens, token = 1, place.start_token
    while token is not place.end_token and isinstance(token.next, Token):
        tokens, token = tokens + 1, token.next
    return len(place.source.body) + BYTES_PER_TOKEN * tokens
