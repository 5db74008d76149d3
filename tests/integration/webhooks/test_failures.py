"""Endpoints that are down or slow: nothing is lost for two days, and nobody else notices."""

import asyncio
from collections import Counter

import pytest

from datasources.webhooks import deliveries, subscriptions
from datasources.webhooks.deliveries import WebhookDeliveries
from domain.events import OrderPaid, ProductsChanged
from domain.kit.paging import PageRequest
from domain.webhooks.records import DeliveryState, Replay
from domain.webhooks.topics import WebhookTopic
from tests.kit.webhooks import DOWN, START, WebhookDesk
from workers.webhooks.deliverer import CLAIMED, REQUESTS
from workers.webhooks.jobs import DONE_DAYS, FAILED_DAYS

ERP, CDN = "https://erp.example/hooks", "https://cdn.example/hooks"
MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.slow
async def test_an_endpoint_that_is_down_for_an_hour_loses_nothing_and_holds_up_nobody(lone_desk: WebhookDesk) -> None:
    """The other endpoint gets each event at once. The one that was down gets few requests, and everything after it."""
    desk = lone_desk
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.subscribe(WebhookTopic.ORDERS_PAID, CDN)
    desk.endpoints.answers[ERP] = DOWN
    for key in range(1, 31):
        await desk.happen(OrderPaid(key))
        await desk.turns()
        assert len(desk.endpoints.to(CDN)) == key
        desk.clock.forward(2 * MINUTE)
    assert len(desk.endpoints.to(ERP)) < 25
    desk.endpoints.answers.clear()
    failed = len(desk.endpoints.to(ERP))
    for _ in range(10):
        await desk.turns()
        desk.clock.forward(MINUTE)
    got = Counter(each.key for each in desk.endpoints.to(ERP)[failed:])
    assert got == {f"orders/{key}": 1 for key in range(1, 31)}
    assert await desk.states() == {"DONE": 60}


@pytest.mark.slow
async def test_a_failing_endpoint_gets_one_request_at_a_time(lone_desk: WebhookDesk) -> None:
    """From all workers together, and for all of its subscriptions."""
    desk = lone_desk
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    desk.endpoints.answers[ERP] = DOWN
    await desk.happen(*(event for key in range(1, CLAIMED + 1) for event in (OrderPaid(key), ProductsChanged((key,)))))
    await desk.turns()
    first = len(desk.endpoints.sent)
    assert first <= CLAIMED
    for _ in range(5):
        desk.clock.forward(10 * MINUTE)
        before = len(desk.endpoints.sent)
        await asyncio.gather(*(worker.turn() for worker in (desk.worker, desk.new_worker())))
        assert len(desk.endpoints.sent) == before + 1


@pytest.mark.slow
async def test_a_slow_endpoint_holds_up_nobody(lone_desk: WebhookDesk) -> None:
    """All its places are taken by requests without an answer, while the other one gets everything."""
    desk = lone_desk
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.subscribe(WebhookTopic.ORDERS_PAID, CDN)
    answer = desk.endpoints.stuck[ERP] = asyncio.Event()
    await desk.happen(*(OrderPaid(key) for key in range(1, 101)))
    for _ in range(5):
        await desk.worker.turn()
    assert len(desk.endpoints.to(CDN)) == 100
    assert len(desk.endpoints.to(ERP)) == REQUESTS
    answer.set()
    await desk.turns()
    assert len(desk.endpoints.to(ERP)) == 100


async def test_a_worker_that_stops_waits_for_its_requests(lone_desk: WebhookDesk) -> None:
    """Their answers are recorded, so that nothing is sent twice."""
    desk = lone_desk
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    answer = desk.endpoints.stuck[ERP] = asyncio.Event()
    await desk.happen(OrderPaid(7))
    await desk.worker.turn()
    closing = asyncio.create_task(desk.worker.close())
    answer.set()
    await closing
    assert await desk.states() == {"DONE": 1}


@pytest.mark.slow
async def test_after_two_days_a_delivery_has_failed_and_is_listed(desk: WebhookDesk) -> None:
    """Those that waited behind a paused endpoint too. Staff can send it again, with its id."""
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    desk.endpoints.answers[ERP] = DOWN
    await desk.happen(*(OrderPaid(key) for key in range(1, 11)))
    for _ in range(4):
        await desk.turns()
        desk.clock.forward(12 * HOUR - MINUTE)
    assert await desk.queue.give_up_old() == 0
    desk.clock.forward(HOUR)
    await desk.turns()
    desk.clock.forward(HOUR)
    await desk.queue.give_up_old()
    assert await desk.states() == {"FAILED": 10}
    page = await WebhookDeliveries(desk.database).page(PageRequest(3), False, DeliveryState.FAILED, None)
    assert [(each.object_key, each.last_status) for each in page.items] == [
        (f"orders/{key}", 503) for key in range(1, 4)
    ]
    assert page.has_next
    desk.endpoints.answers.clear()
    event = page.items[0].event_id
    asked = Replay(event_id=event)
    assert await desk.database.transact(lambda tx: deliveries.replay(tx, asked, 100, desk.clock)) == 1
    await desk.turns()
    assert desk.endpoints.sent[-1].id == page.items[0].webhook_id
    assert await desk.states() == {"FAILED": 9, "DONE": 1}


async def test_a_replay_of_a_span_of_time_is_bounded(desk: WebhookDesk) -> None:
    """The earliest ones come first; those before and after the span stay as they are."""
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    for key in range(1, 6):
        await desk.happen(OrderPaid(key))
        desk.clock.forward(HOUR)
    await desk.turns()
    desk.endpoints.sent.clear()
    rows = await desk.rows()
    asked = Replay(since=rows[1].occurred_at, until=rows[4].occurred_at)
    assert await desk.database.transact(lambda tx: deliveries.replay(tx, asked, 2, desk.clock)) == 2
    await desk.turns()
    assert sorted(each.key for each in desk.endpoints.sent) == ["orders/2", "orders/3"]


async def test_ended_deliveries_are_forgotten_after_some_days(desk: WebhookDesk) -> None:
    """Failed ones are kept longer."""
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.happen(OrderPaid(1))
    await desk.turns()
    desk.endpoints.answers[ERP] = DOWN
    await desk.happen(OrderPaid(2))
    desk.clock.forward(3 * DAY)
    await desk.turns()
    assert await desk.states() == {"DONE": 1, "FAILED": 1}
    desk.clock.forward((DONE_DAYS - 3) * DAY)
    await desk.queue.forget_done(DONE_DAYS, FAILED_DAYS)
    assert await desk.states() == {"FAILED": 1}
    desk.clock.forward(FAILED_DAYS * DAY)
    await desk.queue.forget_done(DONE_DAYS, FAILED_DAYS)
    assert await desk.rows() == []


async def test_nothing_more_is_sent_to_a_deleted_subscription(desk: WebhookDesk) -> None:
    """Its rows go, and its address can be subscribed again."""
    key = await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.happen(OrderPaid(1))
    assert await desk.database.transact(lambda tx: subscriptions.delete(tx, key, START))
    await desk.turns()
    await desk.queue.forget_done(DONE_DAYS, FAILED_DAYS)
    await desk.queue.forget_done(DONE_DAYS, FAILED_DAYS)
    assert desk.endpoints.sent == []
    assert await desk.rows() == []
    assert await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)


async def test_operators_see_what_waits(desk: WebhookDesk) -> None:
    """How many deliveries, for how long the oldest, and how many failed."""
    reads = WebhookDeliveries(desk.database)
    assert await reads.counts() == {}
    assert await reads.oldest_waiting(desk.clock) == 0
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.happen(OrderPaid(1), OrderPaid(2))
    desk.clock.forward(MINUTE)
    assert await reads.counts() == {DeliveryState.WAITING: 2}
    assert await reads.oldest_waiting(desk.clock) == MINUTE
