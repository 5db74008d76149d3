"""Turns events into deliveries: one for each subscription to each topic that an event concerns."""

from collections.abc import Collection, Sequence

from datasources.kit.database import Database
from datasources.kit.rows import DatabaseClock, seconds_from_now
from datasources.webhooks import additions
from datasources.webhooks.facts import WebhookFacts
from datasources.webhooks.subscriptions import WebhookSubscriptions
from domain.events import (
    AvailabilityChanged,
    CartChanged,
    CollectionsChanged,
    CollectionsCreated,
    CollectionsDeleted,
    CustomersChanged,
    Event,
    EventsLost,
    FlashSaleChanged,
    FlashSaleEnded,
    FlashSaleStarted,
    FulfillmentCreated,
    HomepagePublished,
    LevelsChanged,
    MenuChanged,
    OrderCancelled,
    OrderFulfilled,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    OrderReleased,
    ProductsChanged,
    ProductsCreated,
    ProductsDeleted,
    RefundCreated,
    RefundSettled,
)
from domain.kit.ids import new_secret
from domain.webhooks.notices import NoticeFacts, notices_of
from domain.webhooks.topics import WebhookTopic

WEBHOOK_EVENTS = (
    *(ProductsChanged, ProductsCreated, ProductsDeleted, AvailabilityChanged, LevelsChanged, CustomersChanged),
    CartChanged,
    *(CollectionsChanged, CollectionsCreated, CollectionsDeleted, EventsLost),
    *(FlashSaleChanged, FlashSaleStarted, FlashSaleEnded, HomepagePublished, MenuChanged),
    *(OrderPlaced, OrderReleased, OrderPaid, OrderCancelled, OrderRefunded, OrderFulfilled),
    *(FulfillmentCreated, RefundCreated, RefundSettled),
)
_OF_PRODUCTS = (ProductsChanged, AvailabilityChanged, FlashSaleStarted, FlashSaleEnded)
_IF_SOLD = (OrderCancelled, OrderRefunded, RefundCreated, RefundSettled)


class WebhookExpander:
    """Safe to repeat: what happened once makes one delivery, and a state that waits already makes no second one."""

    def __init__(self, database: Database, at: DatabaseClock = seconds_from_now) -> None:
        self._database = database
        self._subscriptions = WebhookSubscriptions(database)
        self._facts = WebhookFacts(database)
        self._at = at

    async def handle(self, events: Sequence[Event]) -> None:
        """Adds the deliveries of a batch in one transaction. Without subscriptions it costs one statement."""
        topics = await self._subscriptions.topics()
        if not topics:
            return
        facts = await self._read(events, topics)
        notices = [
            (notice, event_id)
            for event in events
            for event_id in (new_secret(),)
            for notice in notices_of(event, facts)
        ]
        new = additions.deliveries_of(notices, topics)
        if new:
            await additions.add(self._database, new, self._at)

    async def _read(self, events: Sequence[Event], topics: Collection[WebhookTopic]) -> NoticeFacts:
        """The facts that the subscribed topics need."""
        kinds, reads = {topic.partition("/")[0] for topic in topics}, self._facts
        products, handles, sold = set[int](), set[str](), set[int]()
        orders, refunds = set[int](), set[int]()
        for event in events:
            if isinstance(event, _OF_PRODUCTS) and "cache" in kinds:
                products.update(event.product_ids)
            if isinstance(event, CollectionsChanged | CollectionsCreated) and "collections" in kinds:
                handles.update(event.handles)
            if isinstance(event, _IF_SOLD) and kinds & {"orders", "refunds"}:
                sold.add(event.order_id)
            if "inventory_levels" not in kinds:
                continue
            if isinstance(event, OrderPlaced | OrderReleased):
                orders.add(event.order_id)
            if isinstance(event, RefundCreated):
                refunds.add(event.refund_id)
        return NoticeFacts(
            handles=await reads.handles(products),
            collection_ids=await reads.collection_ids(handles),
            sold=await reads.sold(sold),
            of_orders=await reads.levels_of_orders(orders),
            of_refunds=await reads.levels_of_refunds(refunds),
        )
