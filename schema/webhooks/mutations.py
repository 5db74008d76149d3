"""Changes of outgoing webhooks by staff."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.kit.ids import global_id
from domain.webhooks.records import Replay, SubscriptionChanges
from resolvers import webhooks as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg, GlobalId, OptionalId
from schema.enums import WebhookSubscriptionTopic
from schema.kit.paths import Arguments
from schema.kit.scalars import URL
from schema.kit.user_errors import user_errors
from schema.webhooks.types import WebhookSubscription, WebhookSubscriptionFormat

Field = strawberry.field
_SUBSCRIPTION = Arguments("webhookSubscription", {"id": "id", "topic": "topic"})
_BY_ID = Arguments("", {"id": "id"})
_REPLAY = Arguments("", {"event_id": "eventId", "until": "to"})


@strawberry.input(description="An address for webhooks. Omitted fields stay as they are.")
class WebhookSubscriptionInput:
    """Becomes `domain.webhooks.records.SubscriptionChanges`."""

    uri: str | None = Field(default=None, description="The address: an https URL.")
    callback_url: URL | None = Field(default=None, description="An older name of `uri`.")
    format: WebhookSubscriptionFormat | None = Field(default=None, description="The format of the bodies.")
    include_fields: list[str] | None = Field(
        default=None, description="The only fields that the bodies have; empty for all."
    )
    name: str | None = Field(
        default=None, description="A name of letters, digits, `-` and `_`, sent in the header `X-Shopify-Name`."
    )

    def changes(self) -> SubscriptionChanges:
        """The changes as the domain knows them."""
        fields = None if self.include_fields is None else tuple(self.include_fields)
        is_json = self.format is not WebhookSubscriptionFormat.XML
        return SubscriptionChanges(self.uri, self.callback_url, self.name, fields, is_json)


Given = Annotated[WebhookSubscriptionInput, Arg(description="The address and what it receives.")]


@strawberry.type(description="The outcome of creating a webhook subscription.")
class WebhookSubscriptionCreatePayload:
    """A view over `resolvers.webhooks.SubscriptionOutcome`."""

    webhook_subscription: WebhookSubscription | None = Field(description="The subscription.")
    user_errors = user_errors(_SUBSCRIPTION)


@strawberry.type(description="The outcome of changing a webhook subscription.")
class WebhookSubscriptionUpdatePayload:
    """A view over `resolvers.webhooks.SubscriptionOutcome`."""

    webhook_subscription: WebhookSubscription | None = Field(description="The subscription as it is now.")
    user_errors = user_errors(_SUBSCRIPTION)


@strawberry.type(description="The outcome of deleting a webhook subscription.")
class WebhookSubscriptionDeletePayload:
    """A view over `resolvers.webhooks.SubscriptionOutcome`."""

    deleted_webhook_subscription_id = Field(
        resolver=lambda root: (
            None if root.deleted_id is None else strawberry.ID(global_id(resolve.SUBSCRIPTION, root.deleted_id))
        ),
        description="The id of the deleted subscription.",
        graphql_type=strawberry.ID | None,
    )
    user_errors = user_errors(_BY_ID)


@strawberry.type(description="The outcome of trying a webhook subscription.")
class WebhookSubscriptionTestPayload:
    """A view over `resolvers.webhooks.TestOutcome`."""

    is_delivered = Field(
        resolver=lambda root: root.answer is not None and root.answer.is_success,
        description="Whether the endpoint took the sample.",
        graphql_type=bool,
    )
    status = Field(
        resolver=lambda root: None if root.answer is None else root.answer.status,
        description="The HTTP status of the answer.",
        graphql_type=int | None,
    )
    error = Field(
        resolver=lambda root: None if root.answer is None else root.answer.error,
        description="Why the endpoint did not take it.",
        graphql_type=str | None,
    )
    user_errors = user_errors(_BY_ID)


@strawberry.type(description="The outcome of sending deliveries again.")
class WebhookDeliveriesReplayPayload:
    """A view over `resolvers.webhooks.ReplayOutcome`."""

    count: int = Field(description="How many deliveries are sent again, at most 10,000: the earliest ones.")
    user_errors = user_errors(_REPLAY)


@strawberry.type
class WebhooksMutation:
    """Mutations for staff with the permission WEBHOOKS."""

    @strawberry.mutation(
        description="Subscribes an address to a topic. Requires staff with the permission WEBHOOKS; topics about "
        "orders also require ORDERS, those about customers CUSTOMERS.",
        graphql_type=WebhookSubscriptionCreatePayload | None,
    )
    async def webhook_subscription_create(
        self,
        info: Info,
        topic: Annotated[WebhookSubscriptionTopic, Arg(description="The topic.")],
        webhook_subscription: Given,
    ) -> resolve.SubscriptionOutcome:
        """Deliveries begin with the next event."""
        return await resolve.create(info.context, topic, webhook_subscription.changes())

    @strawberry.mutation(
        description="Changes a webhook subscription. Requires staff with the permissions for its topic.",
        graphql_type=WebhookSubscriptionUpdatePayload | None,
    )
    async def webhook_subscription_update(
        self, info: Info, id: GlobalId, webhook_subscription: Given
    ) -> resolve.SubscriptionOutcome:
        """What waits goes to the new address."""
        return await resolve.update(info.context, id, webhook_subscription.changes())

    @strawberry.mutation(
        description="Deletes a webhook subscription. Requires staff with the permission WEBHOOKS.",
        graphql_type=WebhookSubscriptionDeletePayload | None,
    )
    async def webhook_subscription_delete(self, info: Info, id: GlobalId) -> resolve.SubscriptionOutcome:
        """What waits is not sent."""
        return await resolve.delete(info.context, id)

    @strawberry.mutation(
        description="Sends the newest object of the topic to the address now, once. Requires staff with the "
        "permissions for its topic.",
        graphql_type=WebhookSubscriptionTestPayload | None,
    )
    async def webhook_subscription_test(self, info: Info, id: GlobalId) -> resolve.TestOutcome:
        """A dry run."""
        return await resolve.test(info.context, id)

    @strawberry.mutation(
        description="Sends deliveries that were taken or failed again, with their ids: those of an event, or those of "
        "a span of at most 31 days. Requires staff with the permission WEBHOOKS.",
        graphql_type=WebhookDeliveriesReplayPayload | None,
    )
    async def webhook_deliveries_replay(
        self,
        info: Info,
        event_id: Annotated[str | None, Arg(description="The event.")] = None,
        subscription_id: OptionalId = None,
        from_: Annotated[datetime | None, Arg(name="from", description="Events since this time.")] = None,
        to: Annotated[datetime | None, Arg(description="Events before this time.")] = None,
    ) -> resolve.ReplayOutcome:
        """The newest state of each object is sent."""
        key = None if subscription_id is None else resolve.subscription_key(subscription_id)
        return await resolve.replay(info.context, Replay(event_id, key, from_, to))
