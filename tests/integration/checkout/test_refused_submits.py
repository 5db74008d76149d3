"""A cart that was refused a moment ago is refused again without executing, and nothing else is."""

from collections.abc import Sequence
from typing import Any

import pytest

from datasources.checkout import gate as stock_gate
from datasources.checkout.gate import GateRefusal, StockGate
from datasources.inventory import levels as inventory
from domain.inventory import Movement
from domain.kit.ids import split_global_id
from domain.kit.refusals import Unavailable
from services.checkout.batch_reads import Attempt
from services.checkout.batches import Decided
from services.checkout.submit import CheckoutService
from services.kit.clock import utc_now
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import SUBMIT, codes, submit
from tests.kit.factories.catalog import Added, at_main
from tests.kit.fixtures.graphql_api import Api, Record


@pytest.fixture
def api(paying_api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Makes the gate remember what is sold out for longer than a test takes."""
    monkeypatch.setattr(stock_gate, "SOLD_OUT_SECONDS", 60.0)
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """The last mug."""
    return await api.add_product(title="Mug", price=1_000, stock=1)


@pytest.fixture
async def cart(api: Api, mug: Added) -> Record:
    """A cart with the mug that somebody else has bought, refused twice: the answer is known."""
    cart, other = [await new_cart(api, line(mug.variant_id, 1)) for _ in range(2)]
    assert (await submit(api, other))["__typename"] == "SubmitSuccess"
    for attempt in ("first", "second"):
        assert codes(await submit(api, cart, attempt)) == ["OUT_OF_STOCK"]
    return cart


async def statements(api: Api, *asked: Any, **options: Any) -> tuple[Record, int]:
    """An answer and how many statements it took."""
    before = api.stores.database.statements
    answer = await api(*asked, **options)
    return answer, api.stores.database.statements - before


def variables(cart: Record, attempt: str = "third", **more: object) -> Record:
    return {"cart": cart["id"], "attempt": attempt, "payment": "tok_ok", **more}


async def test_a_refused_cart_is_refused_again_without_the_database(api: Api, cart: Record) -> None:
    """The answer is the one that was executed, for each document its own."""
    told = await submit(api, cart, "second")
    answer, count = await statements(api, SUBMIT, variables(cart))
    assert (answer["data"]["cartSubmitForCompletion"], count) == (told, 0)
    aliased = SUBMIT.replace("cartSubmitForCompletion(", "bought: cartSubmitForCompletion(")
    for _ in range(2):
        answer, count = await statements(api, aliased, variables(cart))
        assert (answer, count) == ({"data": {"bought": told}}, 0)


async def test_a_payment_as_one_variable_is_understood_too(api: Api, cart: Record) -> None:
    query = """mutation($cart: ID!, $attempt: String!, $payment: CartPaymentInput!) {
      cartSubmitForCompletion(cartId: $cart, attemptToken: $attempt, payment: $payment) { __typename } }"""
    answer, count = await statements(api, query, variables(cart) | {"payment": {"token": "tok_ok"}})
    assert (answer, count) == ({"data": {"cartSubmitForCompletion": {"__typename": "SubmitFailed"}}}, 0)
    answer, _ = await statements(api, query, variables(cart) | {"payment": {"token": "tok_ok", "more": 1}})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_what_depends_on_another_variable_is_executed(api: Api, cart: Record) -> None:
    query = SUBMIT.replace("$expected: MoneyInput)", "$expected: MoneyInput, $why: Boolean!)").replace(
        "errors { code field recordField message }", "errors { code field recordField message @include(if: $why) }"
    )
    for why in (True, False, True):
        answer = await api.data(query, variables(cart, why=why))
        (error,) = answer["cartSubmitForCompletion"]["errors"]
        assert ("message" in error) is why


async def test_who_is_signed_in_is_asked_about(api: Api, cart: Record) -> None:
    """Only the database knows whether a login has ended."""
    account = await api.add_account()
    _, count = await statements(api, SUBMIT, variables(cart), token=account.token)
    assert count > 0


@pytest.mark.parametrize("attempt", ["", "x" * 256])
async def test_a_token_that_is_none_is_refused_as_such(api: Api, cart: Record, attempt: str) -> None:
    answer = await api.data(SUBMIT, variables(cart, attempt))
    assert codes(answer["cartSubmitForCompletion"]) == ["INVALID"]


async def test_a_cart_that_went_on_elsewhere_is_asked_about(api: Api, cart: Record, mug: Added) -> None:
    """Another process has let it go on to the database, so the result is there."""
    parts = split_global_id(cart["id"])
    assert parts is not None
    elsewhere = StockGate(api.stores.redis, api.stores.settings.prefix)
    assert (await elsewhere.enter(parts[1])).refused == ()
    units = at_main({mug.variant_id: 1})
    await api.transact(lambda tx: inventory.move(tx, Movement.ADJUSTMENT, units, utc_now(), "test", "delivered"))
    assert (await submit(api, cart, "fourth"))["__typename"] == "SubmitSuccess"


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "lost"])
async def test_a_refusal_that_overtook_an_order_is_not_repeated(
    api: Api, mug: Added, monkeypatch: pytest.MonkeyPatch, *, is_known: bool
) -> None:
    """A later submit of the cart was refused while an earlier one was about to buy the last unit.

    The refusal is gone before the buyer hears of the order, and also when the answer to COMMIT was lost.
    """
    cart = await new_cart(api, line(mug.variant_id, 1))
    parts = split_global_id(cart["id"])
    assert parts is not None
    elsewhere, decide = StockGate(api.stores.redis, api.stores.settings.prefix), CheckoutService._decide

    async def overtaken(service: CheckoutService, attempts: Sequence[Attempt]) -> Decided:
        decided = await decide(service, attempts)
        entry = await elsewhere.enter(parts[1])
        await elsewhere.remember([GateRefusal(parts[1], entry.mark, {mug.variant_id: [0]})])
        elsewhere.told({mug.variant_id: 0})
        assert await elsewhere.refused(parts[1]) == (0,)
        if not is_known:
            raise Unavailable("OUTCOME_UNKNOWN", "The answer to COMMIT was lost.")
        return decided

    monkeypatch.setattr(CheckoutService, "_decide", overtaken)
    answer = await api(SUBMIT, variables(cart))
    assert ("errors" in answer) is not is_known
    assert await elsewhere.refused(parts[1]) == ()
    monkeypatch.undo()
    assert (await submit(api, cart, "third"))["__typename"] == "SubmitSuccess"
