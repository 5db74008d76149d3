"""The sandbox's requests, answers and errors, as they are on the wire."""

from typing import Annotated, Literal

import msgspec

MAX_AMOUNT_MINOR = 10**15
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
Amount = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT_MINOR)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s<>\"']{1,2000}$", max_length=2048)]
State = Literal["PROCESSING", "ACTION_REQUIRED", "AUTHORIZED", "CAPTURED", "DECLINED"]
EventType = Literal[
    "charge.processing",
    "charge.authorized",
    "charge.partly_captured",
    "charge.captured",
    "charge.declined",
    "refund.completed",
    "dispute.opened",
    "dispute.closed",
]
# How the events of a charge are sent. twice: each in two deliveries at once; late: the decision after the delay of late
# tokens, so after a quick refund; reordered: likewise, and that the charge is processing after even that.
# disputed, disputed_lost: the buyer disputes the charge after the delay; the second one is lost after that again.
Telling = Literal["once", "twice", "late", "reordered", "disputed", "disputed_lost"]


class ChargeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take `amount_minor` minor units once for `key`.

    Pages of the sandbox send the buyer back to `return_url`. It does not belong to the content of the charge. Without
    `capture` the money is only reserved.
    """

    key: Key
    amount_minor: Amount
    currency: Currency
    token: Token
    return_url: Url | None = None
    capture: bool = True


class CaptureRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take a part of the money of an authorized charge once for `key`, in the charge's currency.

    A `final` capture sets the rest free. Any other needs a charge that can be captured several times.
    """

    key: Key
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT_MINOR)]
    currency: Currency
    final: bool = True


class RefundRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give back a part of a charge once for `key`; `currency`, where sent, must be the charge's."""

    key: Key
    amount_minor: Amount
    currency: Currency | None = None


class CardRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The card of a buyer, straight from their browser: digits, with spaces or without."""

    number: Annotated[str, msgspec.Meta(pattern=r"^[0-9 ]{12,24}$")]


class ChargeAnswer(msgspec.Struct, frozen=True):
    """A charge as it stands; `created` in seconds since 1970. ACTION_REQUIRED: the buyer must open `redirect_url`.

    `captured_minor` was taken so far. `multicapture`: an authorized charge can be captured several times.
    """

    key: str
    reference: str
    state: State
    reason: str | None
    amount_minor: int
    currency: str
    refunded_minor: int
    created: int
    redirect_url: str | None = None
    captured_minor: int = 0
    multicapture: bool = False


class RefundAnswer(msgspec.Struct, frozen=True):
    """A refund that is done."""

    key: str
    reference: str
    charge: str
    amount_minor: int
    currency: str
    created: int


class DisputeAnswer(msgspec.Struct, frozen=True):
    """A dispute as it stands."""

    reference: str
    state: Literal["NEEDS_RESPONSE", "LOST"]
    reason: str
    amount_minor: int
    currency: str


class SandboxEvent(msgspec.Struct, frozen=True):
    """What a webhook tells; the same `id` however often it is sent."""

    id: str
    type: EventType
    created: int
    charge: ChargeAnswer
    refund: RefundAnswer | None = None
    dispute: DisputeAnswer | None = None


class Problem(Exception):
    """A request that is not carried out: HTTP `status`, stable `code`, and a `message` that is safe to show."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> bytes:
        """The answer's body."""
        return msgspec.json.encode({"error": {"code": self.code, "message": self.message}})
