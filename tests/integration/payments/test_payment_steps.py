"""Payments that need the buyer, through GraphQL, the pages of a running sandbox, and the way back to the shop."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.kit.ids import key_of
from domain.kit.limits import RETURNS_OF_ORDER
from tests.kit.carts import line, new_cart
from tests.kit.checkouts import charges, paying, stock, submit
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.payment_pages import abandon, come_back, decide, look, retry
from tests.kit.running_sandbox import RunningSandbox


@pytest.fixture
def api(paying_api: Api) -> Api:
    """A shop with a payment provider."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, ten in stock."""
    return await api.add_product(title="Mug", price=1_000, stock=10)


async def waiting(api: Api, mug: Added, payment: str = "tok_3ds") -> tuple[Record, str]:
    """An order of two mugs that waits for its buyer, and the page to open."""
    answer = await submit(api, await new_cart(api, line(mug.variant_id, 2)), payment=payment)
    assert answer["__typename"] == "SubmitActionRequired", answer
    return answer["order"], answer["action"]["redirectUrl"]


@pytest.mark.parametrize("payment", ["tok_3ds", "tok_redirect"])
async def test_a_buyer_who_confirms_has_a_paid_order_on_the_way_back(
    api: Api, mug: Added, payment_sandbox: RunningSandbox, payment: str
) -> None:
    """The units are held until then and sold afterwards; the way back works any number of times."""
    order, page = await waiting(api, mug, payment)
    assert order["status"] == "PENDING_PAYMENT"
    assert await stock(api, mug) == (8, 2, 0)
    link = await decide(page, "accept")
    for _ in range(3):
        back = await come_back(api, link)
        key = key_of(order["id"], "Order")
        assert (back.status_code, back.headers["location"]) == (303, f"http://shop.test/orders/{key}/{order['token']}")
        assert (back.headers["cache-control"], back.headers["referrer-policy"]) == ("no-store", "no-referrer")
    now = await look(api, order)
    assert (now["status"], now["paymentAction"]) == ("PAID", None)
    reasons = [event["reason"] for event in now["events"]["nodes"]]
    assert reasons == ["submitted", "the buyer must confirm the payment", "captured"]
    assert await stock(api, mug) == (8, 0, 2)
    assert charges(payment_sandbox, order) == [("CAPTURED", 2_000)]


async def test_a_repeated_submit_has_the_same_action_and_later_the_paid_order(api: Api, mug: Added) -> None:
    cart = await new_cart(api, line(mug.variant_id))
    first, again = await submit(api, cart, payment="tok_3ds"), await submit(api, cart, payment="tok_3ds")
    assert again == first | {"replayed": True}
    assert first["action"] == {
        "redirectUrl": first["action"]["redirectUrl"],
        "clientSecret": None,
        "isDeclined": False,
        "mayRetry": True,
    }
    await decide(first["action"]["redirectUrl"], "accept")
    paid = await submit(api, cart, payment="tok_3ds")
    assert (paid["__typename"], paid["order"]["status"]) == ("SubmitSuccess", "PAID")


@pytest.mark.parametrize(
    ("payment", "decision"), [("tok_3ds", "refuse"), ("tok_3ds_decline", "accept"), ("tok_redirect_decline", "accept")]
)
async def test_an_order_declined_after_its_page_keeps_its_units_for_another_method(
    api: Api, mug: Added, payment_sandbox: RunningSandbox, payment: str, decision: str
) -> None:
    """The other method has a charge of its own, and pays the same order."""
    order, page = await waiting(api, mug, payment)
    await come_back(api, await decide(page, decision))
    now = await look(api, order)
    assert (now["status"], now["financialStatus"]) == ("PENDING_PAYMENT", "PENDING")
    assert now["paymentAction"] == {
        "redirectUrl": None,
        "clientSecret": None,
        "pollAfter": None,
        "isDeclined": True,
        "mayRetry": True,
        "expiresAt": now["paymentAction"]["expiresAt"],
    }
    assert await stock(api, mug) == (8, 2, 0)
    declined = await retry(api, order, "tok_decline", "second")
    assert [error["code"] for error in declined["errors"]] == ["PAYMENT_DECLINED"]
    assert declined["waitingOrder"] == {"id": order["id"], "status": "PENDING_PAYMENT"}
    paid = await retry(api, order, "tok_ok", "third")
    assert (paid["__typename"], paid["order"]["status"]) == ("SubmitSuccess", "PAID")
    assert await retry(api, order, "tok_ok", "third") == {
        "__typename": "SubmitAlreadyAccepted",
        "order": {"id": order["id"], "status": "PAID"},
    }
    assert await stock(api, mug) == (8, 0, 2)
    key = f"order-{key_of(order['id'], 'Order')}"
    states = {row[0]: row[1] for row in payment_sandbox.charges() if row[0].startswith(key)}
    assert states == {key: "DECLINED", f"{key}-2": "DECLINED", f"{key}-3": "CAPTURED"}


async def test_another_method_ends_the_page_that_is_open_at_once(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """Whoever accepts on the first page afterwards pays nothing."""
    order, page = await waiting(api, mug)
    second = await retry(api, order, "tok_redirect")
    assert second["__typename"] == "SubmitActionRequired"
    await decide(page, "accept")
    assert charges(payment_sandbox, order) == [("DECLINED", 2_000)]
    assert await retry(api, order, "tok_redirect") == second | {"replayed": True}
    await come_back(api, await decide(second["action"]["redirectUrl"], "accept"))
    assert (await look(api, order))["status"] == "PAID"
    assert await stock(api, mug) == (8, 0, 2)


async def test_a_payment_that_came_through_wins_over_another_method(api: Api, mug: Added) -> None:
    """The buyer accepted in one tab and chose another method in a second one: the order is paid once."""
    order, page = await waiting(api, mug)
    await decide(page, "accept")
    answer = await retry(api, order, "tok_ok")
    assert (answer["__typename"], answer["order"]["status"]) == ("SubmitAlreadyAccepted", "PAID")
    assert [(row.state, row.number) for row in await api.rows(tables.payments)] == [("CAPTURED", 1)]


async def test_an_attempt_token_of_another_method_is_not_used_for_a_third(api: Api, mug: Added) -> None:
    order, _ = await waiting(api, mug)
    await retry(api, order, "tok_3ds")
    answer = await retry(api, order, "tok_ok")
    assert answer["errors"] == [{"code": "ATTEMPT_TOKEN_REUSED", "field": ["attemptToken"]}]


async def test_who_gives_up_has_an_open_cart_and_the_units_are_back_at_once(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    """The page that was open takes no money, and the cart can be bought again."""
    cart = await new_cart(api, line(mug.variant_id, 2))
    first = await submit(api, cart, payment="tok_3ds")
    order = first["order"]
    for _ in range(2):
        assert await abandon(api, order) == {"order": {"status": "PAYMENT_FAILED"}, "userErrors": []}
    assert await stock(api, mug) == (10, 0, 0)
    await come_back(api, await decide(first["action"]["redirectUrl"], "accept"))
    assert charges(payment_sandbox, order) == [("DECLINED", 2_000)]
    assert (await look(api, order))["status"] == "PAYMENT_FAILED"
    refused = await retry(api, order, "tok_ok")
    assert [error["code"] for error in refused["errors"]] == ["ORDER_EXPIRED"]
    assert (await submit(api, cart, "another"))["order"]["status"] == "PAID"


async def test_giving_up_too_late_leaves_a_paid_order(api: Api, mug: Added) -> None:
    order, page = await waiting(api, mug)
    await decide(page, "accept")
    assert await abandon(api, order) == {"order": {"status": "PAID"}, "userErrors": []}


async def test_a_buyer_who_never_comes_back_is_found_by_the_sweep(api: Api, mug: Added) -> None:
    order, page = await waiting(api, mug)
    await decide(page, "accept")
    key = key_of(order["id"], "Order")
    assert key is not None
    await paying(api).settle(key)
    assert (await look(api, order))["status"] == "PAID"


async def test_a_decision_that_comes_later_is_polled_for(api: Api, mug: Added) -> None:
    """Between the page and the decision the order says when to look again, and no longer names the page."""
    order, page = await waiting(api, mug, "tok_3ds_late")
    await come_back(api, await decide(page, "leave"))
    assert (await look(api, order))["paymentAction"]["redirectUrl"] == page
    await come_back(api, await decide(page, "accept"))
    action = (await look(api, order))["paymentAction"]
    assert action["pollAfter"] < action["expiresAt"]


async def test_only_the_buyer_sees_and_pays_an_open_payment(api: Api, mug: Added) -> None:
    """Strangers get the answer for an order that does not exist."""
    order, _ = await waiting(api, mug)
    wrong = await retry(api, order, "tok_ok", token="0" * 32)
    assert wrong["errors"] == [{"code": "NOT_FOUND", "field": ["orderId"]}]
    refused = await abandon(api, order | {"token": "0" * 32})
    assert refused == {"order": None, "userErrors": [{"code": "NOT_FOUND", "field": ["orderId"]}]}
    assert (await look(api, order))["status"] == "PENDING_PAYMENT"


@pytest.mark.parametrize("path", ["/payments/return/1/x", "/payments/return/x/x", "/payments/return/%C2%B2/0"])
async def test_a_way_back_that_the_shop_did_not_sign_leads_nowhere(api: Api, path: str) -> None:
    assert (await api.client.get(path)).status_code == 404


async def test_a_way_back_asks_the_provider_only_so_often(api: Api, mug: Added) -> None:
    """It still leads to the order; the sweep completes it."""
    order, page = await waiting(api, mug)
    link = await decide(page, "leave")
    for _ in range(int(RETURNS_OF_ORDER.capacity)):
        assert (await come_back(api, link)).status_code == 303
    await decide(page, "accept")
    assert (await come_back(api, link)).status_code == 303
    assert (await look(api, order))["status"] == "PENDING_PAYMENT"


async def test_a_hold_that_ends_closes_the_page_and_the_units_are_back(
    api: Api, mug: Added, payment_sandbox: RunningSandbox
) -> None:
    order, page = await waiting(api, mug)
    key = key_of(order["id"], "Order")
    assert key is not None
    over = sa.update(tables.orders).values(hold_expires_at=tables.orders.c.created_at)
    await api.transact(lambda tx: tx.run(over))
    assert await paying(api).end_hold(key, ask=True)
    assert await stock(api, mug) == (10, 0, 0)
    await decide(page, "accept")
    assert charges(payment_sandbox, order) == [("DECLINED", 2_000)]
    assert (await look(api, order))["status"] == "EXPIRED"
    assert urlsplit(page).path.startswith("/pages/")
