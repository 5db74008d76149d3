"""One submit as a buyer sends it, and its result."""

import json
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from benchmarks.graphql import NotAnswered, data_of, document


class Came(Enum):
    """The result of a submit."""

    PAID = auto()
    UNPAID = auto()
    SOLD_OUT = auto()
    THROTTLED = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """`poll_after`: seconds after which a throttled buyer should try again. `order`: the id of the order, if any.

    `told` is the answer itself, if it is unexpected.
    """

    came: Came
    order: str | None = None
    poll_after: float = 0.0
    told: str = ""


def submit(cart_id: str, token: str | None = None) -> bytes:
    """The body of a submit with a new attempt token, or with a repeated one."""
    variables = {"cartId": cart_id, "attemptToken": token or uuid.uuid4().hex, "paymentToken": "tok_ok"}
    return json.dumps({"query": document("submit"), "variables": variables}).encode()


def understood(status: int, content: bytes) -> Answer:
    """What the answer to a submit says."""
    if status != 200:
        return Answer(Came.OTHER, told=f"status {status}: {content[:300].decode(errors='replace')}")
    try:
        submitted: dict[str, Any] = data_of(content)["cartSubmitForCompletion"]
    except (NotAnswered, KeyError) as problem:
        return Answer(Came.OTHER, told=str(problem))
    match submitted:
        case {"__typename": "SubmitSuccess", "order": {"id": str(order), "status": status_of_order}}:
            return Answer(Came.PAID if status_of_order == "PAID" else Came.UNPAID, order)
        case {"__typename": "SubmitThrottled", "pollAfter": float(seconds) | int(seconds)}:
            return Answer(Came.THROTTLED, poll_after=float(seconds))  # as versions before 0.2 say it
        case {"__typename": "SubmitThrottled", "pollAfter": str(moment)}:
            return Answer(Came.THROTTLED, poll_after=max(0.0, datetime.fromisoformat(moment).timestamp() - time.time()))
        case {"__typename": "SubmitFailed", "errors": [{"code": "OUT_OF_STOCK"}]}:
            return Answer(Came.SOLD_OUT)
    return Answer(Came.OTHER, told=str(submitted)[:300])
