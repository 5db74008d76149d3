"""Outgoing webhooks as staff see and change them; the services check permissions for changes."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated

import strawberry

from datasources.webhooks.deliveries import WebhookDeliveries
from datasources.webhooks.subscriptions import WebhookSubscriptions
from domain.accounts import Permission
from domain.kit.ids import key_of
from domain.kit.paging import Page, page_request
from domain.kit.refusals import Refusal, Refused
from domain.webhooks.records import (
    DeliveryState,
    Replay,
    SubscriptionChanges,
    WebhookAnswer,
    WebhookDelivery,
    WebhookSubscription,
)
from domain.webhooks.topics import WebhookTopic
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, GlobalId, Last, Reverse

SUBSCRIPTION = "WebhookSubscription"


@dataclass(frozen=True, slots=True)
class SubscriptionOutcome:
    """The subscription as it is now, or the key of a deleted one, or why it did not change."""

    webhook_subscription: WebhookSubscription | None = None
    user_errors: tuple[Refusal, ...] = ()
    deleted_id: int | None = None


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What the endpoint answered, or why nothing was sent."""

    answer: WebhookAnswer | None = None
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayOutcome:
    """How many deliveries are sent again, or why none is."""

    count: int = 0
    user_errors: tuple[Refusal, ...] = ()


def subscription_key(gid: str) -> int:
    """The key of a subscription. An id of another kind gives a key that none has."""
    return key_of(gid, SUBSCRIPTION) or 0


async def subscription(info: Info, id: GlobalId) -> WebhookSubscription | None:
    """One subscription, for staff with the permission WEBHOOKS."""
    await info.context.require_staff(Permission.WEBHOOKS)
    return await _subscription(info.context, subscription_key(id))


async def subscriptions(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
    topics: Annotated[list[WebhookTopic] | None, Arg(description="Only subscriptions to these topics.")] = None,
    uri: Annotated[str | None, Arg(description="Only subscriptions with this address.")] = None,
) -> Page[WebhookSubscription]:
    """A page of all subscriptions, for staff with the permission WEBHOOKS."""
    await info.context.require_staff(Permission.WEBHOOKS)
    reads = WebhookSubscriptions(info.context.reads.database)
    return await reads.page(page_request(first, after, last, before), bool(reverse), topics or (), uri)


async def deliveries(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
    state: Annotated[DeliveryState | None, Arg(description="Only deliveries in this state.")] = None,
    subscription_id: Annotated[strawberry.ID | None, Arg(description="Only deliveries to this subscription.")] = None,
) -> Page[WebhookDelivery]:
    """A page of deliveries, for staff with the permission WEBHOOKS."""
    await info.context.require_staff(Permission.WEBHOOKS)
    to = None if subscription_id is None else subscription_key(subscription_id)
    reads = WebhookDeliveries(info.context.reads.database)
    return await reads.page(page_request(first, after, last, before), bool(reverse), state, to)


async def create(context: Context, topic: WebhookTopic, changes: SubscriptionChanges) -> SubscriptionOutcome:
    """Makes a subscription."""
    return await _outcome(context, context.services.webhooks.create(context.viewer, topic, changes))


async def update(context: Context, gid: str, changes: SubscriptionChanges) -> SubscriptionOutcome:
    """Changes a subscription."""
    return await _outcome(context, context.services.webhooks.update(context.viewer, subscription_key(gid), changes))


async def delete(context: Context, gid: str) -> SubscriptionOutcome:
    """Deletes a subscription."""
    key = subscription_key(gid)
    try:
        await context.services.webhooks.delete(context.viewer, key)
    except Refused as refused:
        return SubscriptionOutcome(user_errors=refused.refusals)
    finally:
        context.written()
    return SubscriptionOutcome(deleted_id=key)


async def test(context: Context, gid: str) -> TestOutcome:
    """Sends a sample to the endpoint."""
    try:
        return TestOutcome(await context.services.webhooks.test(context.viewer, subscription_key(gid)))
    except Refused as refused:
        return TestOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def replay(context: Context, asked: Replay) -> ReplayOutcome:
    """Sends deliveries again."""
    try:
        return ReplayOutcome(await context.services.webhooks.replay(context.viewer, asked))
    except Refused as refused:
        return ReplayOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def _outcome(context: Context, work: Awaitable[int]) -> SubscriptionOutcome:
    try:
        return SubscriptionOutcome(await _subscription(context, await work))
    except Refused as refused:
        return SubscriptionOutcome(user_errors=refused.refusals)
    finally:
        context.written()


async def _subscription(context: Context, key: int) -> WebhookSubscription | None:
    return (await WebhookSubscriptions(context.reads.database).by_id([key]))[0]
