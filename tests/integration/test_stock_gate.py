"""The gate of hot products, on Valkey, Redis and a cluster."""

import asyncio

import pytest

from datasources import redis
from datasources.stock_gate import SoldOut, StockGate


@pytest.fixture
def gate(redis_client: redis.Client, redis_prefix: str) -> StockGate:
    return StockGate(redis_client, redis_prefix)


async def test_it_admits_as_many_units_as_are_left_however_many_ask_at_once(gate: StockGate) -> None:
    await gate.left({7: 20})
    answers = await asyncio.gather(*(gate.admit({7: 1}) for _ in range(200)))
    assert answers.count(None) == 20
    assert answers.count(SoldOut(frozenset({7}))) == 180


async def test_without_a_number_everybody_comes_in(gate: StockGate) -> None:
    assert await gate.admit({7: 1_000}) is None


async def test_who_is_refused_for_one_product_keeps_no_other_from_selling(gate: StockGate) -> None:
    await gate.left({7: 1, 8: 0})
    assert await gate.admit({7: 1, 8: 1}) == SoldOut(frozenset({8}))
    assert await gate.admit({7: 1}) is None


async def test_returned_stock_opens_the_gate(gate: StockGate) -> None:
    await gate.left({7: 0})
    assert await gate.admit({7: 1}) is not None
    await gate.forget([7])
    assert await gate.admit({7: 1}) is None


async def test_a_refused_cart_is_answered_from_memory_while_its_product_is_sold_out(gate: StockGate) -> None:
    await gate.remember("abc", {7: 1, 9: 2})
    assert await gate.refused("abc", [5, 7]) == SoldOut(frozenset({7}))
    assert await gate.refused("abc", [7]) == SoldOut(frozenset({7}))


async def test_a_cart_that_is_sent_on_once_is_sent_on_always(gate: StockGate) -> None:
    """Whatever became of it in the database is found there, not here."""
    await gate.remember("abc", {7: 1})
    assert await gate.refused("abc", [8]) is None
    assert await gate.refused("abc", [7]) is None


async def test_a_changed_cart_is_sent_on(gate: StockGate) -> None:
    await gate.remember("abc", {7: 1})
    await gate.changed("abc")
    assert await gate.refused("abc", [7]) is None


async def test_without_redis_everybody_is_sent_on() -> None:
    client = redis.connect("redis://127.0.0.1:1", deadline=0.2)
    gate = StockGate(client, "lost:")
    await gate.left({7: 0})
    await gate.remember("abc", {7: 1})
    assert await gate.admit({7: 1}) is None
    assert await gate.refused("abc", [7]) is None
    await client.aclose()
