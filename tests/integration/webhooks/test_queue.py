"""Deliveries of webhooks: at least once, normally once, in the order of each object, and few while they wait."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from datasources.kit.database import Database, Tx
from datasources.webhooks import additions, answers
from datasources.webhooks.answers import Answered, Fate
from datasources.webhooks.queue import CLAIM_SECONDS, Claim
from domain.events import CollectionsChanged, MenuChanged, OrderPaid, ProductsChanged
from domain.webhooks.records import WebhookAnswer
from domain.webhooks.topics import WebhookTopic
from tests.kit.webhooks import DOWN, WebhookDesk

ERP, CDN = "https://erp.example/hooks", "https://cdn.example/hooks"


async def test_an_event_reaches_each_subscription_once(desk: WebhookDesk) -> None:
    """Topics that nobody subscribed to make no row; the two topics of one event have its id in common."""
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.subscribe(WebhookTopic.ORDERS_CREATE, CDN)
    await desk.happen(OrderPaid(7), ProductsChanged((42,)))
    await desk.turns()
    assert [(each.address, each.headers["X-Shopify-Topic"], each.key) for each in desk.endpoints.sent] in (
        [(ERP, "orders/paid", "orders/7"), (CDN, "orders/create", "orders/7")],
        [(CDN, "orders/create", "orders/7"), (ERP, "orders/paid", "orders/7")],
    )
    assert len({each.headers["X-Shopify-Event-Id"] for each in desk.endpoints.sent}) == 1
    assert len({each.id for each in desk.endpoints.sent}) == 2
    assert await desk.states() == {"DONE": 2}


async def test_without_a_subscription_an_event_costs_one_statement(desk: WebhookDesk, database: Database) -> None:
    """However many events a batch has."""
    before = database.statements
    await desk.happen(*(ProductsChanged((key,)) for key in range(1, 100)), OrderPaid(7))
    assert database.statements == before + 1
    assert await desk.rows() == []


async def test_what_happened_once_is_delivered_once(desk: WebhookDesk) -> None:
    """The stream may deliver an event again, while its delivery waits and after it is done."""
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.happen(OrderPaid(7), OrderPaid(7))
    await desk.happen(OrderPaid(7))
    await desk.turns()
    await desk.happen(OrderPaid(7))
    await desk.turns()
    assert len(desk.endpoints.sent) == 1


@pytest.mark.slow
async def test_changes_of_one_object_wait_as_one_row(desk: WebhookDesk) -> None:
    """A flash sale of a thousand changes leaves one waiting row of each object and subscription."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, CDN)
    for _ in range(5):
        await desk.happen(*(ProductsChanged((42, 43)) for _ in range(200)))
    assert Counter(row.object_key for row in await desk.rows()) == {"products/42": 2, "products/43": 2}
    await desk.turns()
    assert len(desk.endpoints.sent) == 4


@pytest.mark.slow
async def test_a_change_during_a_request_is_sent_after_it(desk: WebhookDesk) -> None:
    """The request may have the state from before the change. The later one waits until the earlier one has ended."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    answer = desk.endpoints.stuck[ERP] = asyncio.Event()
    await desk.happen(ProductsChanged((42,)))
    await desk.worker.turn()
    await desk.happen(ProductsChanged((42,)), ProductsChanged((43,)))
    await desk.happen(ProductsChanged((42,)))
    await desk.worker.turn()
    assert [each.key for each in desk.endpoints.sent] == ["products/42", "products/43"]
    answer.set()
    await desk.turns()
    assert [each.key for each in desk.endpoints.sent] == ["products/42", "products/43", "products/42"]
    assert await desk.states() == {"DONE": 3}


async def test_after_a_failure_one_row_of_an_object_waits(desk: WebhookDesk) -> None:
    """The delivery that failed stands for the change that came meanwhile, and keeps its id."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    answer = desk.endpoints.stuck[ERP] = asyncio.Event()
    desk.endpoints.answers[ERP] = DOWN
    await desk.happen(ProductsChanged((42,)))
    await desk.worker.turn()
    await desk.happen(ProductsChanged((42,)))
    answer.set()
    await desk.worker.turn()
    await desk.happen(ProductsChanged((42,)))
    assert [row.waiting for row in await desk.rows()] == ["products/42"]
    desk.endpoints.answers.clear()
    desk.clock.forward(3_600)
    await desk.turns()
    assert [each.id for each in desk.endpoints.sent] == [desk.endpoints.sent[0].id] * 2
    assert await desk.states() == {"DONE": 1}


async def test_tags_that_wait_become_one_body(desk: WebhookDesk) -> None:
    """Those of a failed delivery too: no tag is lost, and none is of a thing that did not change."""
    await desk.subscribe(WebhookTopic.CACHE_INVALIDATE, CDN)
    answer = desk.endpoints.stuck[CDN] = asyncio.Event()
    desk.endpoints.answers[CDN] = DOWN
    await desk.happen(CollectionsChanged(("mugs",)), ProductsChanged((42,)))
    await desk.worker.turn()
    await desk.happen(MenuChanged("main"))
    await desk.happen(ProductsChanged((43,)))
    answer.set()
    await desk.worker.turn()
    await desk.happen(ProductsChanged((44,)))
    assert len(await desk.rows()) == 1
    desk.endpoints.answers.clear()
    desk.clock.forward(60)
    await desk.turns()
    assert desk.endpoints.sent[0].body["tags"] == ["collection/mugs", "collections", "product-42", "products"]
    assert desk.endpoints.sent[1].body["tags"] == [
        *("collection/mugs", "collections", "menu/main", "menus"),
        *("product-42", "product-43", "product-44", "products"),
    ]


async def test_tags_that_begin_to_wait_meanwhile_are_joined(
    desk: WebhookDesk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed delivery may come back between the look for waiting tags and the new row. No tag is lost."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    await desk.subscribe(WebhookTopic.CACHE_INVALIDATE, CDN)
    look = additions._join

    async def look_before_another(tx: Tx, tags: Mapping[int, Sequence[str]]) -> set[int]:
        waiting = await look(tx, tags)
        monkeypatch.setattr(additions, "_join", look)
        await desk.happen(MenuChanged("main"))
        return waiting

    monkeypatch.setattr(additions, "_join", look_before_another)
    await desk.happen(ProductsChanged((42,)))
    (row,) = await desk.rows()
    assert row.tags == ["menu/main", "menus", "product-42", "products"]


async def test_two_workers_send_everything_once(desk: WebhookDesk) -> None:
    """They take turns at the same time."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, CDN)
    await desk.happen(*(ProductsChanged((key,)) for key in range(1, 101)))
    workers = desk.worker, desk.new_worker()
    for _ in range(40):
        await asyncio.gather(*(worker.turn() for worker in workers))
        if not await desk.queue.due():
            break
    for worker in workers:
        await worker.close()
    sent = Counter((each.address, each.key) for each in desk.endpoints.sent)
    assert set(sent.values()) == {1}
    assert len(sent) == 200
    assert await desk.states() == {"DONE": 200}


async def test_a_worker_that_dies_after_sending_leaves_the_same_id(desk: WebhookDesk) -> None:
    """Nobody knows whether the endpoint got it, so another worker sends it again once the claim has ended."""
    await desk.subscribe(WebhookTopic.ORDERS_PAID, ERP)
    await desk.happen(OrderPaid(7))
    dead = asyncio.create_task(desk.new_worker().turn())
    await desk.endpoints.asked.wait()
    dead.cancel()
    await asyncio.gather(dead, return_exceptions=True)
    await desk.turns()
    assert len(desk.endpoints.sent) == 1
    desk.clock.forward(CLAIM_SECONDS)
    await desk.turns()
    first, second = desk.endpoints.sent
    assert (first.id, first.headers["X-Shopify-Event-Id"]) == (second.id, second.headers["X-Shopify-Event-Id"])
    assert await desk.states() == {"DONE": 1}


@pytest.mark.parametrize("fate", [Fate.DONE, Fate.RETRY])
async def test_an_answer_of_an_earlier_attempt_does_not_count(desk: WebhookDesk, fate: Fate) -> None:
    """Its claim has ended and another worker sends the delivery now. A change since then is kept."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    await desk.happen(ProductsChanged((42,)))
    (to,) = await desk.queue.due()
    (late,) = await desk.queue.claim([Claim(to, 10)])
    desk.clock.forward(CLAIM_SECONDS)
    assert await desk.queue.claim([Claim(to, 10)])
    await desk.happen(ProductsChanged((42,)))
    before = await desk.rows()
    await answers.record(desk.database, [Answered(late, to.origin, WebhookAnswer(200), fate)], desk.clock)
    assert await desk.rows() == before
    assert len(before) == 2


async def test_a_body_that_cannot_be_written_holds_up_no_other(desk: WebhookDesk) -> None:
    """JSON has no such value."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    desk.bodies.broken.add("products/42")
    await desk.happen(ProductsChanged((42, 43)))
    await desk.turns()
    assert [each.key for each in desk.endpoints.sent] == ["products/43"]
    assert await desk.states() == {"WAITING": 1, "DONE": 1}


async def test_what_the_shop_cannot_read_now_is_sent_later(desk: WebhookDesk) -> None:
    """It is no failure of the endpoint, and holds up nothing else. What no longer exists is not sent."""
    await desk.subscribe(WebhookTopic.PRODUCTS_UPDATE, ERP)
    desk.bodies.unreadable.add("products/42")
    desk.bodies.gone.add("products/43")
    await desk.happen(ProductsChanged((42, 43, 44)))
    await desk.turns()
    assert [each.key for each in desk.endpoints.sent] == ["products/44"]
    desk.bodies.unreadable.clear()
    desk.clock.forward(10)
    await desk.turns()
    assert [each.key for each in desk.endpoints.sent] == ["products/44", "products/42"]
    assert await desk.states() == {"DONE": 3}
