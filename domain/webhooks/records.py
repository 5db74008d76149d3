"""Subscriptions and deliveries, and when a delivery is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.webhooks.topics import WebhookTopic

# The version whose field names the bodies have.
API_VERSION = "2026-10"
# A delivery is tried for so long after its event.
GIVE_UP_AFTER = timedelta(days=2)
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 10, 3_600
# After so many failures in a row, an endpoint gets one request at a time, after pauses that grow.
BREAKS_AT = 5
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15, 300


class DeliveryState(StrEnum):
    """WAITING until it is delivered or given up."""

    WAITING = "WAITING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class WebhookSubscription:
    """Who receives a topic: `address` is an https URL and `origin` its scheme, host and port.

    `include_fields` limits the body to these fields; empty for all. `failures` counts failed requests to the origin
    since its last success.
    """

    id: int
    topic: WebhookTopic
    address: str
    api_version: str
    created_at: datetime
    updated_at: datetime
    origin: str = ""
    name: str | None = None
    include_fields: tuple[str, ...] = ()
    failures: int = 0
    paused_until: datetime | None = None
    tested_at: datetime | None = None

    @property
    def is_failing(self) -> bool:
        """Whether its endpoint gets one request at a time."""
        return self.failures >= BREAKS_AT


@dataclass(frozen=True, slots=True)
class SubscriptionChanges:
    """What staff say about a subscription; None leaves a part as it is. A new one needs an address.

    The address has two names: `uri`, and the older `callback_url`.
    """

    uri: str | None = None
    callback_url: str | None = None
    name: str | None = None
    include_fields: tuple[str, ...] | None = None
    is_json: bool = True

    @property
    def address(self) -> str | None:
        """The address under either name."""
        return self.callback_url if self.uri is None else self.uri

    @property
    def address_term(self) -> str:
        """The name under which the address was given."""
        return "callback_url" if self.uri is None and self.callback_url is not None else "uri"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that subscriptions to a topic hear about an object such as `products/42`.

    `cause` names what happens once (`orders/paid:7`), so that an event that arrives twice makes one delivery. Notices
    of a state have none. `tags` are those of `cache/invalidate`.
    """

    topic: WebhookTopic
    object_key: str
    cause: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """A notice on its way to one subscription. `webhook_id` is its own; `event_id` is that of its event."""

    id: int
    subscription_id: int
    topic: WebhookTopic
    object_key: str
    event_id: str
    webhook_id: str
    state: DeliveryState
    occurred_at: datetime
    attempts: int = 0
    tags: tuple[str, ...] = ()
    last_status: int | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What became of one request: a status, or the reason why there is none."""

    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the endpoint took the delivery. Every other answer is a failure, a redirect too."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Replay:
    """Which deliveries to send again: those of an event, or those of a subscription from a span of time."""

    event_id: str | None = None
    subscription_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def retry_seconds(attempts: int) -> int:
    """The wait after that many attempts in a row, before jitter.

    >>> [retry_seconds(attempts) for attempts in (1, 2, 3, 9, 10, 100)]
    [10, 20, 40, 2560, 3600, 3600]
    """
    return min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS << min(attempts - 1, 16))


def pause_seconds(failures: int) -> int:
    """For how long an endpoint gets no request after that many failures in a row.

    >>> [pause_seconds(failures) for failures in (4, 5, 6, 9, 10, 100)]
    [0, 15, 30, 240, 300, 300]
    """
    if failures < BREAKS_AT:
        return 0
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS << min(failures - BREAKS_AT, 16))
