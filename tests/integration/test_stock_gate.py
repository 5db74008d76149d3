"""The shield of hot products, on Valkey, Redis and a cluster."""

import pytest

from datasources import redis, stock_gate
from datasources.stock_gate import Refusal, StockGate


@pytest.fixture
def gate(redis_client: redis.Client, redis_prefix: str) -> StockGate:
    return StockGate(redis_client, redis_prefix)


async def refuse(gate: StockGate, cart_id: str, positions: dict[int, list[int]]) -> None:
    """A submit goes on to the database and is refused there."""
    entry = await gate.enter(cart_id)
    assert entry.refused == ()
    await gate.remember([Refusal(cart_id, entry.mark, positions)])


async def test_a_refused_cart_is_told_its_sold_out_lines_again(gate: StockGate) -> None:
    await refuse(gate, "abc", {7: [0, 2], 9: [1]})
    await refuse(gate, "other", {9: [0]})
    gate.sold_out([5, 7])
    assert (await gate.enter("abc")).refused == (0, 2)
    assert (await gate.enter("abc")).refused == (0, 2)
    assert (await gate.enter("other")).refused == ()


async def test_a_cart_that_was_not_refused_lately_is_sent_on(gate: StockGate) -> None:
    gate.sold_out([7])
    assert (await gate.enter("new")).refused == ()


async def test_a_cart_that_is_sent_on_once_is_sent_on_always(gate: StockGate) -> None:
    """Whatever became of it in the database is found there, not here."""
    await refuse(gate, "abc", {7: [0]})
    assert (await gate.enter("abc")).refused == ()
    gate.sold_out([7])
    assert (await gate.enter("abc")).refused == ()


async def test_a_refusal_that_comes_late_does_not_hide_what_a_later_submit_has_bought(gate: StockGate) -> None:
    first = await gate.enter("abc")
    await gate.enter("abc")
    await gate.remember([Refusal("abc", first.mark, {7: [0]})])
    gate.sold_out([7])
    assert (await gate.enter("abc")).refused == ()


async def test_a_changed_cart_is_sent_on(gate: StockGate) -> None:
    await refuse(gate, "abc", {7: [0]})
    gate.sold_out([7])
    await gate.changed("abc")
    assert (await gate.enter("abc")).refused == ()


async def test_a_cart_that_changes_while_it_is_refused_is_sent_on(gate: StockGate) -> None:
    entry = await gate.enter("abc")
    await gate.changed("abc")
    await gate.remember([Refusal("abc", entry.mark, {7: [0]})])
    gate.sold_out([7])
    assert (await gate.enter("abc")).refused == ()


async def test_sold_out_is_believed_for_a_moment_only(gate: StockGate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_gate, "SOLD_OUT_SECONDS", 0.0)
    await refuse(gate, "abc", {7: [0]})
    gate.sold_out([7])
    assert (await gate.enter("abc")).refused == ()


async def test_without_redis_everybody_is_sent_on() -> None:
    client = redis.connect("redis://127.0.0.1:1", deadline=0.2)
    gate = StockGate(client, "lost:")
    entry = await gate.enter("abc")
    assert (entry.refused, entry.mark) == ((), None)
    await gate.remember([Refusal("abc", entry.mark, {7: [0]})])
    gate.sold_out([7])
    assert (await gate.enter("abc")).refused == ()
    await client.aclose()
