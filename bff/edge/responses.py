"""Answers as GraphQL over HTTP asks: the media type the client accepts decides how statuses are used."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import orjson
from graphql import ExecutionResult, OperationDefinitionNode
from starlette.responses import Response

from bff.edge.answer_size import TOO_LARGE
from bff.edge.caching import NOTHING_KEPT, Caching
from bff.edge.errors import ErrorRecord, Incidents, RequestRefused, error_record

GRAPHQL_JSON = "application/graphql-response+json"
JSON = "application/json"
USUAL_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send, before the media type is known. `well_formed` as in `RequestRefused`.

    Without `caching`, nobody may keep it.
    """

    members: dict[str, Any]
    status: int = 200
    well_formed: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    caching: Caching | None = None

    @property
    def outcome(self) -> str:
        """For operators: ok, partial (data with errors), rejected (as the client's mistake) or error."""
        if "errors" not in self.members:
            return "ok"
        if self.members.get("data") is not None:
            return "partial"
        return "rejected" if 400 <= self.status < 500 else "error"

    def extended(self, extensions: Mapping[str, object]) -> "Answer":
        """The answer with more extensions, which no cache keeps."""
        members = {**self.members, "extensions": {**self.members.get("extensions", {}), **extensions}}
        return replace(self, members=members, caching=None)


def refusal(refused: RequestRefused) -> Answer:
    """The answer without data."""
    extended = {"extensions": refused.extensions} if refused.extensions else {}
    return Answer({"errors": refused.errors, **extended}, refused.status, refused.well_formed, refused.headers)


def negotiate(accept: str) -> str | None:
    """The media type for an Accept header; None when the client accepts none of ours."""
    if not accept or accept.isspace():
        return JSON
    return _usual(accept) if len(accept) <= USUAL_CHARACTERS else _negotiated(accept)


@lru_cache(512)
def _usual(accept: str) -> str | None:
    """Most clients send one of a few headers."""
    return _negotiated(accept)


def _negotiated(accept: str) -> str | None:
    qualities: dict[str, float] = {}
    for entry in accept.split(","):
        accepted, *parameters = (part.strip().lower() for part in entry.split(";"))
        qualities[accepted] = quality_of(parameters)
    best, offer = max(_rank(offer, qualities) for offer in (JSON, GRAPHQL_JSON))
    return offer if best[0] > 0 else None


def _rank(offer: str, qualities: Mapping[str, float]) -> tuple[tuple[float, bool, bool], str]:
    """Ranks by quality, then types named in full. Of these the newer one wins; otherwise the one that all clients
    know."""
    named = offer in qualities
    ranges = (accepted for accepted in (offer, "application/*", "*/*") if accepted in qualities)
    quality = qualities.get(next(ranges, ""), 0.0)
    return (quality, named, (offer == GRAPHQL_JSON) is named), offer


def quality_of(parameters: list[str]) -> float:
    """How much a client wants a media type, from 0 to 1, by the parameters of its entry in Accept."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def respond(answer: Answer, media_type: str, never: Caching = NOTHING_KEPT.never) -> Response:
    """The HTTP response. Data that JSON cannot hold becomes an internal error.

    Errors and answers that do not say how they may be kept are kept by nobody: they get `never`.
    """
    try:
        body = orjson.dumps(answer.members)
    except TypeError as error:
        answer = internal_error(error)
        body = orjson.dumps(answer.members)
    status = 200 if media_type == JSON and answer.well_formed else answer.status
    caching = answer.caching or never
    headers = {**answer.headers, **caching.headers, "X-Content-Type-Options": "nosniff"}
    return Response(body, status, headers, f"{media_type}; charset=utf-8")


def internal_error(error: BaseException, operation: str | None = None) -> Answer:
    """The answer without data to a request that failed outside any field."""
    explained = Incidents(operation).explain(error)
    record = {"message": explained.message, "extensions": explained.extensions}
    return Answer({"errors": [record]}, explained.status, well_formed=explained.status != 500)


def not_acceptable() -> Answer:
    """The answer to clients that accept neither media type."""
    message = f"Accept {GRAPHQL_JSON} or {JSON}."
    return Answer({"errors": [error_record(message, "NOT_ACCEPTABLE")]}, 406, well_formed=False)


def answer_of(
    result: ExecutionResult,
    operation: OperationDefinitionNode,
    headers: Mapping[str, str],
    extensions: Mapping[str, object],
    caching: Caching | None,
) -> Answer:
    """Errors first, so that people who read answers see them; no `data` if execution did not begin."""
    extended = {"extensions": extensions} if extensions else {}
    if not result.errors:
        return Answer({"data": result.data, **extended}, headers=headers, caching=caching)
    incidents = incidents_of(operation)
    errors = told_once([incidents.of_execution(error) for error in result.errors], TOO_LARGE)
    if result.data is None and all(error.path is None for error in result.errors):
        return Answer({"errors": errors}, status=400)
    return Answer({"errors": errors, "data": result.data, **extended}, headers=headers)


def told_once(errors: list[ErrorRecord], code: str) -> list[ErrorRecord]:
    """The errors, with the error of this code only once: it concerns the whole answer, not single fields."""
    first = next((error for error in errors if error["extensions"]["code"] == code), None)
    return [error for error in errors if error is first or error["extensions"]["code"] != code]


def incidents_of(operation: OperationDefinitionNode) -> Incidents:
    """What will go wrong with an operation."""
    return Incidents(operation.name.value if operation.name else None)
