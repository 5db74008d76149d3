"""Subscriptions and deliveries of outgoing webhooks."""

from datetime import datetime
from enum import Enum

import strawberry

from domain.kit import api_versions as records
from domain.kit.ids import global_id
from domain.webhooks.cart_bodies import shown_key
from resolvers import webhooks as resolve
from schema.enums import WebhookDeliveryState, WebhookSubscriptionTopic
from schema.kit.api_versions import ApiVersion
from schema.kit.common import Connection, always, id_field
from schema.kit.scalars import URL

Field = strawberry.field


@strawberry.enum(description="Formats of bodies.")
class WebhookSubscriptionFormat(Enum):
    """Names of the Admin API."""

    JSON = strawberry.enum_value("JSON", description="JSON.")
    XML = strawberry.enum_value("XML", description="XML; this shop does not send it.")


@strawberry.type(description="An endpoint that receives HTTP requests.")
class WebhookHttpEndpoint:
    """A view over `domain.webhooks.records.WebhookSubscription`."""

    callback_url = Field(resolver=lambda root: root.address, description="The address.", graphql_type=URL)


@strawberry.type(description="An address that receives the webhooks of a topic.")
class WebhookSubscription:
    """A view over `domain.webhooks.records.WebhookSubscription`."""

    id = id_field(resolve.SUBSCRIPTION)
    topic = Field(resolver=lambda root: root.topic, description="The topic.", graphql_type=WebhookSubscriptionTopic)
    uri = Field(resolver=lambda root: root.address, description="The address.", graphql_type=str)
    callback_url = Field(
        resolver=lambda root: root.address,
        description="The address.",
        graphql_type=URL,
        deprecation_reason="Use `uri`.",
    )
    endpoint = Field(
        resolver=lambda root: root,
        description="The address.",
        graphql_type=WebhookHttpEndpoint,
        deprecation_reason="Use `uri`.",
    )
    format = always(WebhookSubscriptionFormat.JSON, WebhookSubscriptionFormat, "The format of the bodies.")
    name: str | None = Field(description="A name, sent in the header `X-Shopify-Name`.")
    include_fields: list[str] = Field(description="The only fields of the bodies; empty for all.")
    filter = always(None, str | None, "A condition on the bodies; this shop has none.")
    metafield_namespaces = always([], list[str], "Namespaces of metafields in the bodies; this shop sends none.")
    api_version = Field(
        resolver=lambda root: records.ApiVersion(root.api_version, root.api_version in records.SUPPORTED),
        description="The version whose field names the bodies have.",
        graphql_type=ApiVersion,
    )
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When staff last changed it.")
    failures: int = Field(description="Failed requests to the server of the address since its last success.")
    paused_until: datetime | None = Field(
        description="Until when the shop sends nothing, after failures in a row. Then it tries one request."
    )
    tested_at: datetime | None = Field(description="When staff last tried it.")


@strawberry.type(description="A page of webhook subscriptions.")
class WebhookSubscriptionConnection(Connection[WebhookSubscription]):
    """Subscriptions."""


@strawberry.type(description="A webhook on its way to one subscription.")
class WebhookDelivery:
    """A view over `domain.webhooks.records.WebhookDelivery`."""

    id = id_field("WebhookDelivery")
    topic = Field(resolver=lambda root: root.topic, description="The topic.", graphql_type=WebhookSubscriptionTopic)
    subscription_id = Field(
        resolver=lambda root: strawberry.ID(global_id(resolve.SUBSCRIPTION, root.subscription_id)),
        description="The subscription.",
        graphql_type=strawberry.ID,
    )
    object_key = Field(
        resolver=lambda root: shown_key(root.object_key),
        description="The object that it is about, such as `products/42`. Carts have their token.",
        graphql_type=str,
    )
    event_id: str = Field(description="The event, as in the header `X-Shopify-Event-Id`.")
    webhook_id: str = Field(description="Its own id, as in the header `X-Shopify-Webhook-Id`.")
    state: WebhookDeliveryState = Field(description="The state.")
    occurred_at: datetime = Field(description="When the shop learned of the event.")
    attempts: int = Field(description="How often the shop has tried to send it.")
    last_status: int | None = Field(description="The HTTP status of the last answer.")
    last_error: str | None = Field(description="Why the last attempt failed.")


@strawberry.type(description="A page of deliveries.")
class WebhookDeliveryConnection(Connection[WebhookDelivery]):
    """Deliveries."""


@strawberry.type
class WebhooksQuery:
    """Reading webhooks."""

    webhook_subscription = Field(
        resolver=resolve.subscription,
        description="A webhook subscription by id. Requires staff with the permission WEBHOOKS.",
        graphql_type=WebhookSubscription | None,
    )
    webhook_subscriptions = Field(
        resolver=resolve.subscriptions,
        description="All webhook subscriptions, oldest first. Requires staff with the permission WEBHOOKS.",
        graphql_type=WebhookSubscriptionConnection | None,
    )
    webhook_deliveries = Field(
        resolver=resolve.deliveries,
        description="Deliveries of webhooks, oldest first: those that wait, those of the last 7 days that were taken, "
        "and those of the last 30 days that failed. Requires staff with the permission WEBHOOKS.",
        graphql_type=WebhookDeliveryConnection | None,
    )
