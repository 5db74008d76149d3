"""A charge that is ended while it reserves its money: the order is never paid by money that is free again."""

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.money import Money
from domain.orders.life import OrderStatus
from domain.payments.keys import charge_key
from domain.payments.records import Charge, ChargeState
from services.payments.webhooks import WebhookService
from tests.kit.factories.catalog import NOW, Added
from tests.kit.order_desk import Desk
from tests.kit.reserved_money import states, told

pytestmark = pytest.mark.usefixtures("later")

PRICE = Money(2_000, "GBP")
RESERVED = Charge(ChargeState.AUTHORIZED, "reference", amount=PRICE, captured=Money(0, "GBP"))


async def waiting(desk: Desk, mug: Added) -> tuple[int, str]:
    """An order of two units whose buyer must confirm, and the key of its charge."""
    order_id = await desk.buy((mug.variant_ids[0], 2), token="ACTION_REQUIRED")
    return order_id, charge_key(order_id, authorizes=True)


@pytest.mark.parametrize("is_late", [True, False])
async def test_money_that_is_reserved_between_the_query_and_the_end_pays_nothing(
    desk: Desk, mug: Added, hooks: WebhookService, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    """The buyer confirms at the bank while giving up in another tab; the event comes at once, or after the end."""
    order_id, key = await waiting(desk, mug)
    abandon = desk.till.abandon

    async def confirmed_before(key: str) -> Charge:
        desk.till.charges[key] = RESERVED
        if not is_late:
            await told(hooks, "reserved", order_id, RESERVED)
            await desk.payments.settle(order_id)
        answer = await abandon(key)
        if is_late:
            await told(hooks, "reserved", order_id, RESERVED)
        return answer

    monkeypatch.setattr(desk.till, "abandon", confirmed_before)
    outcome = await desk.payments.give_up(order_id, key)
    monkeypatch.undo()
    await desk.sweep()
    assert (outcome.status, await desk.status(order_id)) == (OrderStatus.PAYMENT_FAILED,) * 2
    assert (desk.till.charges[key].state, (await desk.stock())[0]) == (ChargeState.DECLINED, (10, 0, 0))
    assert (desk.till.refunds, await desk.contradictions()) == ({}, [])


async def test_money_that_was_reserved_before_the_query_pays(desk: Desk, mug: Added) -> None:
    """Its event may come meanwhile, or never."""
    order_id, key = await waiting(desk, mug)
    desk.till.charges[key] = RESERVED
    outcome = await desk.payments.give_up(order_id, key)
    assert (outcome.status, await states(desk)) == (OrderStatus.PAID, (["AUTHORIZED"], ["HELD"]))


async def test_one_process_at_a_time_ends_a_charge(desk: Desk, mug: Added) -> None:
    """The other one would find the money reserved, and pay with it."""
    order_id, key = await waiting(desk, mug)
    assert await desk.orders.begin_ending(order_id, key) is OrderStatus.PENDING_PAYMENT
    desk.till.charges[key] = RESERVED
    outcome = await desk.payments.give_up(order_id, key)
    assert (outcome.status, outcome.charge) == (OrderStatus.PENDING_PAYMENT, ChargeState.UNKNOWN)
    assert desk.till.charges[key] == RESERVED


async def test_a_process_that_died_while_it_ended_a_charge_holds_nothing_up(desk: Desk, mug: Added) -> None:
    """After a minute the provider says what became of it: here it had reserved the money."""
    order_id, key = await waiting(desk, mug)
    assert await desk.orders.begin_ending(order_id, key) is OrderStatus.PENDING_PAYMENT
    desk.till.charges[key] = RESERVED
    await desk.sweep()
    assert await desk.status(order_id) is OrderStatus.PENDING_PAYMENT
    await desk.change(sa.update(tables.payments).values(ending_until=NOW))
    await desk.sweep()
    assert (await desk.status(order_id), await states(desk)) == (OrderStatus.PAID, (["AUTHORIZED"], ["HELD"]))
    assert await desk.contradictions() == []
