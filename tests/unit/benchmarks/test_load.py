"""The load is as requested, and a bad answer never counts as a good one."""

import asyncio
import doctest
import json
import os

import pytest

import benchmarks.measured
import benchmarks.usage
from benchmarks import stock, wrk
from benchmarks.carts import Cart
from benchmarks.graphql import NotAnswered, body, data_of
from benchmarks.load import load, posting
from benchmarks.orders import Order
from benchmarks.scenarios import Page
from benchmarks.usage import usage
from tests.unit.benchmarks.serving import serving


async def test_own_connections_send_the_bodies_in_turn_and_count_every_answer() -> None:
    with serving((200, b"12345")) as server:
        run = await load(server.url, posting([b"one", b"two"]), connections=1, seconds=0.1)
    assert run.requests == len(server.received) > 1
    assert server.received[:3] == [b"one", b"two", b"one"][: run.requests]
    assert (run.bytes, run.refused, run.lost) == (5 * run.requests, 0, 0)


async def test_own_connections_count_bad_statuses_as_refused() -> None:
    with serving((500, b"")) as server:
        run = await load(server.url, posting([b"one"]), connections=2, seconds=0.05)
    assert run.refused == run.requests > 0


async def test_connections_that_nobody_takes_are_lost() -> None:
    run = await load("http://127.0.0.1:1/", posting([b"one"]), connections=3, seconds=0.05)
    assert (run.requests, run.lost) == (0, 3)


@pytest.mark.slow
@pytest.mark.skipif(not wrk.installed(), reason="wrk is not installed")
async def test_wrk_sends_the_bodies_in_turn_and_counts_bad_statuses() -> None:
    with serving((200, b"first"), (500, b"later")) as server:
        run = await asyncio.to_thread(wrk.load, server.url, [b'{"a": 1}', b'{"b": 2}'], 1, 1)
    assert server.received[:3] == [b'{"b": 2}', b'{"a": 1}', b'{"b": 2}']  # wrk reads the first one as a check
    assert run.requests > 1
    assert run.refused == run.requests - 1
    assert run.bytes > 5 * run.requests


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"null", b"[]", b'{"data": null}', b'{"data": {"product": null}}'),
        b'{"errors": [{"message": "no"}], "data": {"product": {}}}',
    ],
)
def test_an_answer_with_errors_or_without_its_value_does_not_count(content: bytes) -> None:
    with pytest.raises(NotAnswered):
        data_of(content)


def page(least: int) -> Page:
    return Page("page", "a page", (b"{}",), lambda data: len(data["nodes"]), least)


def test_a_page_with_too_little_on_it_is_refused() -> None:
    with serving((200, b'{"data": {"nodes": [1, 2]}}')) as server:
        assert page(2).verified(server.url) == [b'{"data": {"nodes": [1, 2]}}']
        with pytest.raises(NotAnswered, match="shows 2, 3 are needed"):
            page(3).verified(server.url)


def test_a_page_with_a_bad_status_is_refused() -> None:
    with serving((503, b"busy")) as server, pytest.raises(NotAnswered, match="status 503: busy"):
        page(1).verified(server.url)


CART = json.dumps({"data": {"cartCreate": {"cart": {"id": "c1", "totalQuantity": 1}, "userErrors": []}}}).encode()


def submitted(status: str) -> bytes:
    order = {"__typename": "SubmitSuccess", "order": {"status": status}}
    return json.dumps({"data": {"cartSubmitForCompletion": order}}).encode()


def test_an_order_counts_only_when_it_is_paid() -> None:
    with serving((200, CART), (200, submitted("PAID"))) as server:
        assert Order("v1").verified(server.url) == [CART, submitted("PAID")]
    assert json.loads(server.received[0])["variables"] == {"merchandiseId": "v1"}
    assert json.loads(server.received[1])["variables"]["cartId"] == "c1"
    with (
        serving((200, CART), (200, submitted("PENDING_PAYMENT"))) as server,
        pytest.raises(NotAnswered, match="PENDING"),
    ):
        Order("v1").verified(server.url)


@pytest.mark.slow
def test_orders_that_are_not_paid_are_refused_under_load() -> None:
    with serving((200, CART)) as server:
        answer = submitted("PAID")[:-1] + b', "errors": [{}]}'
        with serving((200, answer)) as other:
            assert Order("v1").load(other.url, 1)(1).refused > 0
        assert Order("v1").floor(server.url, 1)(1).refused == 0


def added(units: int) -> bytes:
    return json.dumps({"data": {"cartLinesAdd": {"cart": {"totalQuantity": units}, "userErrors": []}}}).encode()


def test_a_cart_counts_only_when_its_line_was_added() -> None:
    """The second request is about the cart of the first; an answer that shows one unit still is refused."""
    with serving((200, CART), (200, added(2))) as server:
        assert Cart("v1").verified(server.url) == [CART, added(2)]
    assert json.loads(server.received[1])["variables"] == {"cartId": "c1", "merchandiseId": "v1"}
    with serving((200, CART), (200, added(1))) as server, pytest.raises(NotAnswered, match="no cart with two units"):
        Cart("v1").verified(server.url)


def stocked(errors: list[str]) -> bytes:
    return json.dumps({"data": {"inventoryAdjustQuantities": {"userErrors": errors}}}).encode()


PRODUCT = b'{"data": {"product": {"variants": {"edges": [{"node": {"id": "v1"}}, {"node": {"id": "v2"}}]}}}}'
LOGIN = b'{"data": {"customerAccessTokenCreate": {"customerAccessToken": {"accessToken": "t"}, "userErrors": []}}}'


def test_stock_is_delivered_to_every_variant_or_the_shop_is_not_measured() -> None:
    """Staff of the demo shop delivers; a refusal stops the benchmark, because the stock may sell out."""
    with serving((200, PRODUCT), (200, LOGIN), (200, stocked([]))) as server:
        stock.add(server.url, "mug")
    changes = json.loads(server.received[2])["variables"]["changes"]
    assert changes == [{"variantId": each, "delta": stock.UNITS} for each in ("v1", "v2")]
    with (
        serving((200, PRODUCT), (200, LOGIN), (200, stocked(["FORBIDDEN"]))) as server,
        pytest.raises(NotAnswered, match="no stock was delivered"),
    ):
        stock.add(server.url, "mug")


def test_a_body_is_one_line() -> None:
    assert b"\n" not in body("homepage")


def test_usage_counts_this_process() -> None:
    before = usage(os.getpid())
    assert sum(before.memory_by_name().values()) > 1_000_000
    sum(number * number for number in range(2_000_000))
    assert sum(usage(os.getpid()).since(before).values()) > 0


def test_documented_examples_hold() -> None:
    assert [doctest.testmod(module).failed for module in (benchmarks.usage, benchmarks.measured)] == [0, 0]
