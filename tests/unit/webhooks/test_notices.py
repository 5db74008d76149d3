"""What subscriptions hear after each event, and which cache tags go with it."""

import pytest

from domain.events import (
    EVENT_TYPES,
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
    TrendingComputed,
)
from domain.webhooks.notices import NoticeFacts, notices_of
from domain.webhooks.tags import EVERYTHING, MAX_TAGS, merged, tags_of
from domain.webhooks.topics import WebhookTopic
from workers.webhooks.expander import WEBHOOK_EVENTS

FACTS = NoticeFacts(
    handles={1: "mug", 2: "cup"},
    collection_ids={"mugs": 5, "new": 6},
    sold=frozenset({7}),
    of_orders={7: [(11, 1)]},
    of_refunds={9: [(12, 1)]},
)


def told(event: Event) -> list[tuple[str, str]]:
    """Topics and objects, without the tags."""
    return [(each.topic.value, each.object_key) for each in notices_of(event, FACTS) if not each.tags]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (ProductsChanged((1, 2)), [("products/update", "products/1"), ("products/update", "products/2")]),
        (ProductsCreated((2,)), [("products/create", "products/2")]),
        (ProductsDeleted((3,)), [("products/delete", "products/3")]),
        (CollectionsChanged(("mugs", "gone")), [("collections/update", "collections/5")]),
        (CollectionsCreated(("new", "gone")), [("collections/create", "collections/6")]),
        (CollectionsDeleted((4,)), [("collections/delete", "collections/4")]),
        (AvailabilityChanged((1,)), [("products/update", "products/1")]),
        (LevelsChanged(((11, 2),)), [("inventory_levels/update", "inventory_levels/11-2")]),
        (FlashSaleStarted(3, (2,)), [("products/update", "products/2")]),
        (OrderPlaced(7), [("inventory_levels/update", "inventory_levels/11-1")]),
        (OrderReleased(7), [("inventory_levels/update", "inventory_levels/11-1")]),
        (OrderPaid(8), [("orders/create", "orders/8"), ("orders/paid", "orders/8"), ("orders/updated", "orders/8")]),
        (OrderCancelled(7), [("orders/cancelled", "orders/7"), ("orders/updated", "orders/7")]),
        (OrderCancelled(8), []),
        (OrderFulfilled(7), [("orders/fulfilled", "orders/7"), ("orders/updated", "orders/7")]),
        (FulfillmentCreated(7, 4), [("fulfillments/create", "orders/7/4"), ("orders/updated", "orders/7")]),
        (
            RefundCreated(7, 9),
            [
                ("refunds/create", "orders/7/9"),
                ("orders/updated", "orders/7"),
                ("inventory_levels/update", "inventory_levels/12-1"),
            ],
        ),
        (RefundCreated(8, 10), []),
        (RefundSettled(7, 9), [("orders/updated", "orders/7")]),
        (OrderRefunded(7), [("orders/updated", "orders/7")]),
        (OrderRefunded(8), []),
        (CustomersChanged((3, 4), (4,)), [("customers/update", "customers/3"), ("customers/create", "customers/4")]),
        (CartChanged("c1", is_new=True), [("carts/create", "carts/c1")]),
        (CartChanged("c1"), [("carts/update", "carts/c1")]),
        (EventsLost((1, 2)), [("products/update", "products/1"), ("products/update", "products/2")]),
        (MenuChanged("main"), []),
    ],
)
def test_each_event_tells_what_happened(event: Event, expected: list[tuple[str, str]]) -> None:
    """An order that was never paid does not exist for others."""
    assert told(event) == expected


@pytest.mark.parametrize(
    ("event", "tags"),
    [
        (ProductsChanged((1,)), ("product-1", "product/mug", "products")),
        (ProductsChanged((3,)), ("product-3", "products")),
        (ProductsDeleted((3,)), ("product-3", "products")),
        (ProductsCreated((1,)), ()),
        (AvailabilityChanged((2,)), ("product-2", "product/cup", "products")),
        (CollectionsChanged(("mugs",)), ("collection/mugs", "collections")),
        (CollectionsChanged(()), ()),
        (FlashSaleChanged(3), ("flash-sale-3", "flash-sales")),
        (FlashSaleEnded(3, (1,)), ("flash-sale-3", "flash-sales", "product-1", "product/mug", "products")),
        (HomepagePublished("GB", "WEB"), ("homepage/GB/WEB", "homepages")),
        (MenuChanged("main"), ("menu/main", "menus")),
        (EventsLost((1, 2)), EVERYTHING),
        (OrderPaid(7), ()),
        (CartChanged("c1"), ()),
        (TrendingComputed("GB"), ()),
    ],
)
def test_tags_name_exactly_what_changed(event: Event, tags: tuple[str, ...]) -> None:
    """No tag of a thing that is as it was."""
    assert tags_of(event, FACTS.handles) == tags


def test_too_many_tags_become_general_ones() -> None:
    """A body stays short, and every changed thing is still named by the tag of its kind."""
    every = tags_of(ProductsChanged(tuple(range(1, MAX_TAGS + 1))), {})
    assert merged([*every, "menu/main", "menus"]) == ("menus", "products")


def test_what_happens_once_has_a_cause_and_states_have_none() -> None:
    """Only notices of states may stand for each other."""
    events: tuple[Event, ...] = (
        *(ProductsChanged((1, 2)), ProductsCreated((2,)), ProductsDeleted((3,))),
        *(OrderPaid(8), RefundCreated(7, 9), CustomersChanged((3, 4), (4,))),
        *(CartChanged("c1", is_new=True), CartChanged("c1")),
    )
    notices = [notice for event in events for notice in notices_of(event, FACTS)]
    assert {notice.topic for notice in notices} > {WebhookTopic.PRODUCTS_CREATE, WebhookTopic.ORDERS_PAID}
    assert all((notice.cause is None) is notice.topic.tells_state for notice in notices)


def test_the_group_gets_every_event_that_tells_something() -> None:
    """An event that makes notices and is not in the list of the group would be lost."""
    wanted = {kind.__name__ for kind in WEBHOOK_EVENTS}
    assert wanted <= set(EVENT_TYPES)
    silent = {"SalesCounted", "OrdersImported", "DislikesChanged", "TrendingComputed", "HomepageMissing"}
    assert set(EVENT_TYPES) - wanted == silent
