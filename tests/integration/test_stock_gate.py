"""The shield of hot products, on Valkey, Redis and a cluster."""

import pytest

from datasources import redis, stock_gate
from datasources.stock_gate import StockGate


@pytest.fixture
def gate(redis_client: redis.Client, redis_prefix: str) -> StockGate:
    return StockGate(redis_client, redis_prefix)


async def test_a_refused_cart_is_told_its_sold_out_lines_again(gate: StockGate) -> None:
    await gate.remember({"abc": {7: [0, 2], 9: [1]}, "other": {9: [0]}})
    gate.sold_out([5, 7])
    assert await gate.refused("abc") == [0, 2]
    assert await gate.refused("abc") == [0, 2]


async def test_a_cart_that_was_not_refused_lately_is_sent_on(gate: StockGate) -> None:
    gate.sold_out([7])
    assert await gate.refused("new") is None


async def test_a_cart_that_is_sent_on_once_is_sent_on_always(gate: StockGate) -> None:
    """Whatever became of it in the database is found there, not here."""
    await gate.remember({"abc": {7: [0]}})
    gate.sold_out([8])
    assert await gate.refused("abc") is None
    gate.sold_out([7])
    assert await gate.refused("abc") is None


async def test_a_changed_cart_is_sent_on(gate: StockGate) -> None:
    await gate.remember({"abc": {7: [0]}})
    gate.sold_out([7])
    await gate.changed("abc")
    assert await gate.refused("abc") is None


async def test_sold_out_is_believed_for_a_moment_only(gate: StockGate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_gate, "SOLD_OUT_SECONDS", 0.0)
    await gate.remember({"abc": {7: [0]}})
    gate.sold_out([7])
    assert await gate.refused("abc") is None


async def test_without_redis_everybody_is_sent_on() -> None:
    client = redis.connect("redis://127.0.0.1:1", deadline=0.2)
    gate = StockGate(client, "lost:")
    await gate.remember({"abc": {7: [0]}})
    gate.sold_out([7])
    assert await gate.refused("abc") is None
    await client.aclose()
