"""Outgoing webhooks over one database: endpoints in memory that answer as told, and a clock that tests move."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Database, Row
from datasources.webhooks import subscriptions
from datasources.webhooks.endpoints import WebhookEndpoints
from datasources.webhooks.queue import DeliveryQueue
from domain.events import Event
from domain.webhooks.bodies import Body
from domain.webhooks.records import API_VERSION, WebhookAnswer, WebhookDelivery, WebhookSubscription
from domain.webhooks.topics import WebhookTopic
from services.webhooks.bodies import Bodies, WebhookBodies
from services.webhooks.signing import WebhookKeys, WebhookSigner
from workers.webhooks.deliverer import WebhookDeliverer
from workers.webhooks.expander import WebhookExpander

START = datetime(2026, 11, 27, 8, tzinfo=UTC)
OK, DOWN = WebhookAnswer(200), WebhookAnswer(503, "The answer was 503.")
SECRET = "what signs"


class MovedClock:
    """The database's clock, as far as webhooks ask for it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self, dialect: str, seconds: int) -> sa.ColumnElement[Any]:
        """A time some seconds from now."""
        time = sa.literal(self.now + timedelta(seconds=seconds), tables.Time())
        return time if dialect == "sqlite" else sa.func.timestamp(time)

    def forward(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that an endpoint got."""

    address: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """The object that it is about."""
        return str(self.body["key"])

    @property
    def id(self) -> str:
        """The id of the delivery."""
        return self.headers["X-Shopify-Webhook-Id"]


@dataclass
class FakeEndpoints(WebhookEndpoints):
    """Answers 200, or as `answers` says for an address; those in `stuck` answer once their event is set."""

    sent: list[Sent] = field(default_factory=list)
    answers: dict[str, WebhookAnswer] = field(default_factory=dict)
    stuck: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, address: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """Keeps the request."""
        self.sent.append(Sent(address, headers, json.loads(body)))
        self.asked.set()
        if address in self.stuck:
            await self.stuck[address].wait()
        await asyncio.sleep(0)
        return self.answers.get(address, OK)

    def to(self, address: str) -> list[Sent]:
        """The requests to an address."""
        return [each for each in self.sent if each.address == address]


class KeyBodies(WebhookBodies):
    """Bodies that name the object alone.

    Those of `unreadable` cannot be read, those of `gone` do not exist, and those of `broken` are no JSON.
    """

    def __init__(self) -> None:
        self.unreadable: set[str] = set()
        self.gone: set[str] = set()
        self.broken: set[str] = set()

    async def of(self, deliveries: Sequence[WebhookDelivery]) -> Bodies:
        """Key and tags."""
        return {each.id: self._body(each) for each in deliveries if each.object_key not in self.unreadable}

    def _body(self, delivery: WebhookDelivery) -> Body | None:
        if delivery.object_key in self.gone:
            return None
        return {
            "key": object() if delivery.object_key in self.broken else delivery.object_key,
            "tags": [*delivery.tags],
        }


class WebhookDesk:
    """A shop with subscriptions and workers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = MovedClock()
        self.endpoints = FakeEndpoints()
        self.bodies = KeyBodies()
        self.queue = DeliveryQueue(database, self.clock)
        self.expander = WebhookExpander(database, self.clock)
        self.worker = self.new_worker()

    def new_worker(self) -> WebhookDeliverer:
        """Another worker of the fleet."""
        signer = WebhookSigner(WebhookKeys(SECRET), "shop.example")
        return WebhookDeliverer(self.database, self.queue, self.bodies, signer, self.endpoints)

    async def subscribe(self, topic: WebhookTopic, address: str) -> int:
        """A subscription; its key."""
        origin = "/".join(address.split("/")[:3])
        new = WebhookSubscription(0, topic, address, API_VERSION, START, START, origin=origin)
        return await self.database.transact(lambda tx: subscriptions.insert(tx, new))

    async def happen(self, *events: Event) -> None:
        """Events that the group gets in one batch."""
        await self.expander.handle(events)

    async def turns(self, most: int = 50) -> None:
        """Takes turns until nothing is due, and records every answer that comes."""
        for _ in range(most):
            await self.worker.turn()
            if not await self.queue.due():
                if all(answer.is_set() for answer in self.endpoints.stuck.values()):
                    await self.worker.close()
                return
        raise AssertionError("deliveries never end")

    async def rows(self) -> list[Row]:
        """All deliveries by key."""
        deliveries = tables.webhook_deliveries
        return list(await self.database.all(sa.select(deliveries).order_by(deliveries.c.id)))

    async def states(self) -> Counter[str]:
        """How many deliveries are in each state."""
        return Counter(row.state for row in await self.rows())


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104, written out, so that the shop's signatures are checked by other code."""
    key = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
