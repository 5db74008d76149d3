"""The shield of hot products, on Valkey, Redis and a cluster."""

import asyncio
from collections.abc import Coroutine

import pytest

from datasources.checkout import gate as stock_gate
from datasources.checkout.gate import GateRefusal, StockGate
from datasources.kit import redis


@pytest.fixture
def gate(redis_client: redis.Client, redis_prefix: str) -> StockGate:
    return StockGate(redis_client, redis_prefix)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes refusals last longer than a test on a busy machine."""
    monkeypatch.setattr(stock_gate, "SOLD_OUT_SECONDS", 60.0)


async def refuse(gate: StockGate, cart_id: str, positions: dict[int, list[int]]) -> None:
    """A submit goes on to the database and is refused there."""
    entry = await gate.enter(cart_id)
    assert entry.refused == ()
    await gate.remember([GateRefusal(cart_id, entry.mark, positions)])


async def test_a_refused_cart_is_told_its_sold_out_lines_again(gate: StockGate) -> None:
    await refuse(gate, "abc", {7: [0, 2], 9: [1]})
    await refuse(gate, "other", {9: [0]})
    gate.told({5: 0, 7: 0})
    assert (await gate.enter("abc")).refused == (0, 2)
    assert (await gate.enter("abc")).refused == (0, 2)
    assert await gate.refused("abc") == (0, 2)
    assert await gate.refused("other") == ()
    assert (await gate.enter("other")).refused == ()


async def test_carts_that_come_together_are_answered_each_on_its_own(gate: StockGate) -> None:
    for number in range(20):
        await refuse(gate, f"cart-{number}", {7: [number]} if number % 2 else {9: [number]})
    gate.told({7: 0})
    numbers = range(20)
    expected = [(number,) if number % 2 else () for number in numbers]
    assert await asyncio.gather(*(gate.refused(f"cart-{number}") for number in numbers)) == expected
    entries = await asyncio.gather(*(gate.enter(f"cart-{number}") for number in numbers))
    assert [entry.refused for entry in entries] == expected
    await gate.remember([GateRefusal(f"cart-{n}", entries[n].mark, {7: [n]}) for n in numbers if entries[n].mark])
    assert await asyncio.gather(*(gate.refused(f"cart-{number}") for number in numbers)) == [(n,) for n in numbers]


async def test_asking_whether_a_cart_is_refused_forgets_nothing(gate: StockGate) -> None:
    await refuse(gate, "abc", {7: [0]})
    assert await gate.refused("abc") == ()
    gate.told({7: 0})
    assert await gate.refused("abc") == (0,)


async def test_one_submit_asks_anew_before_a_belief_ends(gate: StockGate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are refused in the meantime."""
    for cart_id in ("abc", "def"):
        await refuse(gate, cart_id, {7: [0]})
    monkeypatch.setattr(stock_gate, "RENEW_SECONDS", 60.0)
    gate.told({7: 0})
    assert await gate.refused("abc") == await gate.refused("def") == ()
    assert (await gate.enter("abc")).refused == ()
    assert await gate.refused("def") == (0,)
    assert (await gate.enter("def")).refused == (0,)


async def test_the_others_wait_for_its_news_but_not_for_ever(gate: StockGate, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it remembers has expired meanwhile, and no other submit goes on until then."""
    for cart_id in ("abc", "def"):
        await refuse(gate, cart_id, {7: [0]})
    monkeypatch.setattr(stock_gate, "SOLD_OUT_SECONDS", 0.05)
    monkeypatch.setattr(stock_gate, "NEWS_SECONDS", 60.0)
    gate.told({7: 0})
    assert (await gate.enter("abc")).refused == ()
    await asyncio.sleep(0.06)
    assert await gate.refused("def") == (0,)
    monkeypatch.setattr(stock_gate, "NEWS_SECONDS", 0.0)
    assert await gate.refused("def") == ()


async def test_units_that_are_there_again_end_a_belief_at_once(gate: StockGate) -> None:
    await refuse(gate, "abc", {7: [0]})
    gate.told({7: 0})
    gate.told({7: 3})
    assert await gate.refused("abc") == ()


async def test_a_cart_that_was_not_refused_lately_is_sent_on(gate: StockGate) -> None:
    gate.told({7: 0})
    assert (await gate.enter("new")).refused == ()


async def test_a_cart_that_is_sent_on_once_is_sent_on_always(gate: StockGate) -> None:
    """The result is in the database, not here."""
    await refuse(gate, "abc", {7: [0]})
    assert (await gate.enter("abc")).refused == ()
    gate.told({7: 0})
    assert (await gate.enter("abc")).refused == ()


async def test_a_refusal_that_comes_late_does_not_hide_what_a_later_submit_has_bought(gate: StockGate) -> None:
    first = await gate.enter("abc")
    await gate.enter("abc")
    await gate.remember([GateRefusal("abc", first.mark, {7: [0]})])
    gate.told({7: 0})
    assert (await gate.enter("abc")).refused == ()


async def test_a_changed_cart_is_sent_on(gate: StockGate) -> None:
    await refuse(gate, "abc", {7: [0]})
    gate.told({7: 0})
    await gate.changed("abc")
    assert (await gate.enter("abc")).refused == ()


async def test_a_cart_that_changes_while_it_is_refused_is_sent_on(gate: StockGate) -> None:
    entry = await gate.enter("abc")
    await gate.changed("abc")
    await gate.remember([GateRefusal("abc", entry.mark, {7: [0]})])
    gate.told({7: 0})
    assert (await gate.enter("abc")).refused == ()


async def test_sold_out_is_believed_for_a_moment_only(gate: StockGate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_gate, "SOLD_OUT_SECONDS", 0.0)
    await refuse(gate, "abc", {7: [0]})
    gate.told({7: 0})
    assert (await gate.enter("abc")).refused == ()


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_without_redis_everybody_is_sent_on(scheme: str) -> None:
    client = redis.connect(f"{scheme}://127.0.0.1:1", deadline=0.2)
    gate = StockGate(client, "lost:")
    entry = await gate.enter("abc")
    assert (entry.refused, entry.mark) == ((), None)
    await gate.remember([GateRefusal("abc", entry.mark, {7: [0]})])
    gate.told({7: 0})
    assert (await gate.enter("abc")).refused == ()
    await gate.close()
    await client.close()


async def out_of_reach(work: Coroutine[object, object, object], _seconds: float) -> object:
    """Redis does not answer."""
    work.close()
    raise TimeoutError


@pytest.mark.parametrize("change", ["submit", "other lines"])
async def test_what_redis_could_not_be_told_is_told_when_it_answers_again(
    redis_client: redis.Client, redis_prefix: str, gate: StockGate, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Else another process would repeat a refusal to a buyer whose order exists."""
    monkeypatch.setattr(stock_gate, "FORGET_SECONDS", 0.05)
    other = StockGate(redis_client, redis_prefix)
    await refuse(other, "abc", {7: [0]})
    other.told({7: 0})
    assert await other.refused("abc") == (0,)
    with monkeypatch.context() as lost:
        lost.setattr(stock_gate, "within_deadline", out_of_reach)
        if change == "submit":
            assert await gate.enter("abc") == stock_gate.Entry()
        else:
            await gate.changed("abc")
        await asyncio.sleep(0.2)
        assert gate.unforgotten
    while (await other.refused("abc")) != ():  # noqa: ASYNC110 - Redis tells nobody that it forgot
        await asyncio.sleep(0.01)
    assert not gate.unforgotten
    await gate.close()


async def test_what_redis_could_not_be_told_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_gate, "MAX_UNFORGOTTEN", 2)
    client = redis.connect("redis://127.0.0.1:1", deadline=0.2)
    gate = StockGate(client, "lost:")
    await asyncio.gather(*(gate.enter(f"cart-{number}") for number in range(5)))
    assert len(gate.unforgotten) == 2
    await gate.close()
    await client.close()
