"""Turns exceptions into errors for clients: a client sees only messages that were written for clients.

RequestRefused (exception: the request is answered with errors and without data)
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import structlog
from graphql import FieldNode, GraphQLError

from domain.kit.refusals import AccessDenied, Refused, Unavailable
from schema.kit.paths import argument_path, message_about

# An error as the GraphQL specification writes it: message, locations, path, extensions.
ErrorRecord: TypeAlias = dict[str, Any]

log = structlog.get_logger(__name__)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"

# One request may fail in thousands of places for few reasons: the log keeps the first reasons.
LOGGED_INCIDENTS = 10
MESSAGE_CHARACTERS = 500
_INTERNAL_ERROR = ", but encountered error '"


class RequestRefused(Exception):
    """The request is answered with `errors` and without data.

    `status` is the answer's. A `well_formed` request that fails as GraphQL is still answered 200 to clients that accept
    only `application/json`, as GraphQL over HTTP asks.
    """

    def __init__(
        self,
        status: int,
        errors: Iterable[ErrorRecord],
        *,
        well_formed: bool = False,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(status)
        self.status = status
        self.errors = list(errors)
        self.well_formed = well_formed
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})


def refuse_request(
    status: int, code: str, message: str, *, well_formed: bool = False, **headers: str
) -> RequestRefused:
    """A `RequestRefused` with one error, for the caller to raise."""
    return RequestRefused(status, [error_record(message, code)], well_formed=well_formed, headers=headers)


def deadline_exceeded(seconds: float) -> RequestRefused:
    """The request took longer than it may."""
    message = f"The request took longer than {seconds:g} seconds."
    return refuse_request(504, "DEADLINE_EXCEEDED", message, well_formed=True)


def error_record(message: str, code: str, **extensions: object) -> ErrorRecord:
    """An error without a place in the document or the answer."""
    return {"message": _short(message), "extensions": {"code": code, **extensions}}


def document_error(error: GraphQLError, code: str) -> ErrorRecord:
    """An error of graphql-core about the client's own document or variables; `code` unless it has one of its own."""
    record = error_record(_without_exception_text(error), (error.extensions or {}).get("code", code))
    return _placed(record, error)


class Explanation(NamedTuple):
    """What a client sees of an exception. `status` is for an answer without data."""

    status: int
    message: str
    extensions: dict[str, object]


class Incidents:
    """Explains the exceptions of one request and logs those that nobody expected, each once."""

    def __init__(self, operation: str | None = None) -> None:
        self._operation = operation
        # Keeps the exceptions alive, so that their identities stay theirs.
        self._known: dict[int, tuple[BaseException, str]] = {}

    def of_execution(self, error: GraphQLError) -> ErrorRecord:
        """An error that graphql-core reports from executing: of a resolver, an argument or a result."""
        if _is_about_input(error):
            return document_error(error, BAD_USER_INPUT)
        return self.of_resolver(error)

    def of_resolver(self, error: GraphQLError) -> ErrorRecord:
        """An error while fields are resolved, wherever it points. Only what was written for clients is shown."""
        cause = _cause(error)
        if isinstance(cause, GraphQLError) and "code" in (cause.extensions or {}):
            return _placed({"message": _short(cause.message), "extensions": cause.extensions}, error)
        explained = self.explain(cause, error.path)
        return _placed({"message": explained.message, "extensions": explained.extensions}, error)

    def explain(self, error: BaseException, path: list[str | int] | None = None) -> Explanation:
        """The client's view of any exception; logs it when it is not one of the domain's."""
        match error:
            case Refused(refusals=(first, *_)):
                extensions: dict[str, object] = {"code": BAD_USER_INPUT, "reason": first.code}
                if first.path:
                    extensions["field"] = list(argument_path(first.path))
                message = message_about(argument_path(first.path), first.message)
                return Explanation(400, message, extensions)
            case AccessDenied(code="UNAUTHENTICATED"):
                return Explanation(401, "Sign in first.", {"code": "UNAUTHENTICATED"})
            case AccessDenied():
                return Explanation(403, "This is not allowed.", {"code": error.code})
            case Unavailable():
                return Explanation(503, error.message, {"code": error.code, "retryAfter": error.retry_after})
        incident = self._incident(error, path)
        return Explanation(500, "Something went wrong.", {"code": "INTERNAL_SERVER_ERROR", "incident": incident})

    def _incident(self, error: BaseException, path: list[str | int] | None) -> str:
        known = self._known.get(id(error))
        if known is not None:
            return known[1]
        incident = secrets.token_hex(8)
        self._known[id(error)] = (error, incident)
        if len(self._known) <= LOGGED_INCIDENTS:
            log.error("graphql.incident", incident=incident, operation=self._operation, path=path, exc_info=error)
        return incident


def _cause(error: GraphQLError) -> BaseException:
    """The innermost exception: graphql-core wraps what resolvers raise, sometimes twice."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_about_input(error: GraphQLError) -> bool:
    """Whether an error of graphql-core is about the client's values.

    Such errors have no path, or point at a value or variable. Errors of resolvers and of what they returned point at
    the field; the latter quote the returned value, which is not for clients.
    """
    nodes = error.nodes or ()
    return error.path is None or (len(nodes) > 0 and not isinstance(nodes[0], FieldNode))


def _without_exception_text(error: GraphQLError) -> str:
    """The message in GraphQL's words, without the internal error of a custom scalar's parser."""
    message, marker, quoted = error.message.replace("not to be None.", "not to be null.").partition(_INTERNAL_ERROR)
    if not marker:
        return message
    return f"{message}{'; found' + quoted.rpartition('; found')[2] if '; found' in quoted else '.'}"


def _placed(record: ErrorRecord, error: GraphQLError) -> ErrorRecord:
    if error.locations:
        record["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        record["path"] = error.path
    return record


def _short(message: str) -> str:
    """Messages quote the client's text, which may be long and contain lone surrogates, which no answer can hold."""
    if len(message) > MESSAGE_CHARACTERS:
        message = message[:MESSAGE_CHARACTERS] + "…"
    return message.encode("utf-8", "replace").decode()
