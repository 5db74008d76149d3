"""Changes of outgoing webhooks by staff."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson
from sqlalchemy.exc import IntegrityError

from datasources.kit.database import Database, Tx
from datasources.kit.public_addresses import is_private_host
from datasources.kit.rows import DatabaseClock, seconds_from_now
from datasources.webhooks import deliveries, subscriptions
from datasources.webhooks.endpoints import WebhookEndpoints
from datasources.webhooks.facts import WebhookFacts
from domain.accounts import Permission, Viewer
from domain.kit.ids import new_secret
from domain.kit.refusals import INPUT, RefusalCode, Refused, refuse
from domain.webhooks.bodies import only
from domain.webhooks.notices import CACHE
from domain.webhooks.records import (
    API_VERSION,
    DeliveryState,
    Replay,
    SubscriptionChanges,
    WebhookAnswer,
    WebhookDelivery,
    WebhookSubscription,
)
from domain.webhooks.tags import EVERYTHING
from domain.webhooks.topics import WebhookTopic
from services.accounts.authority import require
from services.kit.clock import utc_now
from services.webhooks.bodies import WebhookBodies
from services.webhooks.signing import WebhookSigner

MAX_SUBSCRIPTIONS = 100
MAX_ADDRESS = 2_048
MAX_NAME = 50
MAX_FIELDS = 100
# How many deliveries one mutation sends again, and the longest span of time that it names.
MAX_REPLAYED = 10_000
LONGEST_REPLAY = timedelta(days=31)
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_MISSING = "The webhook subscription does not exist."


class WebhookSubscriptionService:
    """Creates, changes and deletes subscriptions, tries them, and sends deliveries again.

    With `private`, endpoints without https are allowed: for development and tests.
    """

    def __init__(
        self,
        database: Database,
        endpoints: WebhookEndpoints,
        signer: WebhookSigner,
        bodies: WebhookBodies,
        *,
        private: bool = False,
        at: DatabaseClock = seconds_from_now,
    ) -> None:
        self._database = database
        self._endpoints = endpoints
        self._signer = signer
        self._bodies = bodies
        self._private = private
        self._at = at

    async def create(self, viewer: Viewer, topic: WebhookTopic, changes: SubscriptionChanges) -> int:
        """A new subscription; returns its key. Refused: BLANK, INVALID, TOO_LONG, NOT_SUPPORTED, TAKEN, TOO_MANY."""

        async def create(tx: Tx) -> int:
            await _require(tx, viewer, topic)
            now = utc_now()
            new = self._changed(WebhookSubscription(0, topic, "", API_VERSION, now, now), changes, now)
            if await subscriptions.count(tx) >= MAX_SUBSCRIPTIONS:
                message = f"A shop must have at most {MAX_SUBSCRIPTIONS} webhook subscriptions."
                raise refuse(RefusalCode.INVALID, message, "topic")
            try:
                return await subscriptions.insert(tx, new)
            except IntegrityError:
                raise _taken(changes.address_term) from None

        return await self._database.transact(create)

    async def update(self, viewer: Viewer, subscription_id: int, changes: SubscriptionChanges) -> int:
        """Changes a subscription; its endpoint gets requests again at once. Refused: NOT_FOUND, and as `create`."""

        async def update(tx: Tx) -> int:
            await require(tx, viewer, Permission.WEBHOOKS)
            known = await subscriptions.lock(tx, subscription_id)
            if known is None:
                raise refuse(RefusalCode.NOT_FOUND, _MISSING, "id")
            await _require(tx, viewer, known.topic)
            try:
                await subscriptions.change(tx, self._changed(known, changes, utc_now()))
            except IntegrityError:
                raise _taken(changes.address_term) from None
            return subscription_id

        return await self._database.transact(update)

    async def delete(self, viewer: Viewer, subscription_id: int) -> None:
        """Deletes a subscription; nothing more is sent to it. Refused: NOT_FOUND."""

        async def delete(tx: Tx) -> None:
            await require(tx, viewer, Permission.WEBHOOKS)
            if not await subscriptions.delete(tx, subscription_id, utc_now()):
                raise refuse(RefusalCode.NOT_FOUND, _MISSING, "id")

        await self._database.transact(delete)

    async def replay(self, viewer: Viewer, asked: Replay) -> int:
        """Sends ended deliveries again, with their ids; returns how many. Refused: INVALID, BLANK."""

        async def replay(tx: Tx) -> int:
            await require(tx, viewer, Permission.WEBHOOKS)
            _check_replay(asked)
            return await deliveries.replay(tx, asked, MAX_REPLAYED, self._at)

        return await self._database.transact(replay)

    async def test(self, viewer: Viewer, subscription_id: int) -> WebhookAnswer:
        """Sends the newest object of the topic to the endpoint now, once; returns its answer. Refused: NOT_FOUND."""

        async def begin(tx: Tx) -> WebhookSubscription:
            await require(tx, viewer, Permission.WEBHOOKS)
            known = await subscriptions.lock(tx, subscription_id)
            if known is None:
                raise refuse(RefusalCode.NOT_FOUND, _MISSING, "id")
            await _require(tx, viewer, known.topic)
            await subscriptions.tested(tx, subscription_id, utc_now())
            return known

        known = await self._database.transact(begin)
        sample = await self._sample(known)
        found = (await self._bodies.of([sample])).get(sample.id) or {"id": 0}
        body = orjson.dumps(only(known.include_fields, found))
        return await self._endpoints.send(known.address, self._signer.headers(sample, known, body), body)

    async def _sample(self, to: WebhookSubscription) -> WebhookDelivery:
        kind = to.topic.partition("/")[0]
        is_cache = to.topic is WebhookTopic.CACHE_INVALIDATE
        newest = CACHE if is_cache else await WebhookFacts(self._database).newest(kind)
        tags = EVERYTHING if is_cache else ()
        ids = (f"{newest or f'{kind}/0'}", new_secret(), new_secret())
        return WebhookDelivery(0, to.id, to.topic, *ids, DeliveryState.WAITING, utc_now(), tags=tags)

    def _changed(self, known: WebhookSubscription, changes: SubscriptionChanges, now: datetime) -> WebhookSubscription:
        if not self._signer.can_sign:
            message = "The shop has no key to sign webhooks with: its operator must set STOREFRONT_WEBHOOK_SECRET."
            raise refuse(RefusalCode.NOT_SUPPORTED, message)
        if not changes.is_json:
            raise refuse(RefusalCode.NOT_SUPPORTED, "The format must be JSON.", "format")
        address = known.address if changes.address is None else changes.address.strip()
        is_same = bool(known.origin) and address == known.address
        fields = known.include_fields if changes.include_fields is None else changes.include_fields
        if len(fields) > MAX_FIELDS or any(not 0 < len(name) <= MAX_NAME for name in fields):
            message = f"{INPUT} must be at most {MAX_FIELDS} names of fields, each of at most {MAX_NAME} characters."
            raise refuse(RefusalCode.TOO_LONG, message, "include_fields")
        return replace(
            known,
            address=address,
            origin=known.origin if is_same else self._origin(address, changes.address_term),
            name=known.name if changes.name is None else _checked_name(changes.name),
            include_fields=tuple(fields),
            updated_at=now,
        )

    def _origin(self, address: str, term: str) -> str:
        """Scheme, host and port of an address that the shop may call."""
        if not address:
            raise refuse(RefusalCode.BLANK, "Address can't be blank.", term)
        if len(address) > MAX_ADDRESS:
            raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_ADDRESS} characters.", term)
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _not_an_address(term) from None
        schemes = ("https", "http") if self._private else ("https",)
        if parts.scheme not in schemes or not host or len(host) > 253 or parts.username is not None or parts.fragment:
            raise _not_an_address(term)
        if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
            raise _not_an_address(term)
        if not self._private and is_private_host(host):
            message = f"{INPUT} must name a host on the public internet."
            raise refuse(RefusalCode.INVALID, message, term)
        return f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 80)}"


async def _require(tx: Tx, viewer: Viewer, topic: WebhookTopic) -> None:
    """Whoever receives the data of a topic could otherwise read what they have no permission for."""
    await require(tx, viewer, Permission.WEBHOOKS)
    if topic.permission is not None:
        await require(tx, viewer, topic.permission)


def _checked_name(name: str) -> str | None:
    if name and (len(name) > MAX_NAME or not _NAME.fullmatch(name)):
        message = f"{INPUT} must have at most {MAX_NAME} letters, digits, hyphens and underscores."
        raise refuse(RefusalCode.INVALID, message, "name")
    return name or None


def _check_replay(asked: Replay) -> None:
    if asked.event_id is not None:
        return
    if asked.since is None or asked.until is None:
        raise refuse(RefusalCode.BLANK, "Name either an event or both ends of a span of time.", "event_id")
    if not timedelta() < asked.until - asked.since <= LONGEST_REPLAY:
        message = f"{INPUT} must be after the start, by at most {LONGEST_REPLAY.days} days."
        raise refuse(RefusalCode.INVALID, message, "until")


def _not_an_address(term: str) -> Refused:
    message = f"{INPUT} must be an https URL without user and fragment, such as https://erp.example/webhooks."
    return refuse(RefusalCode.INVALID, message, term)


def _taken(term: str) -> Refused:
    return refuse(RefusalCode.TAKEN, "Address for this topic has already been taken.", term)
