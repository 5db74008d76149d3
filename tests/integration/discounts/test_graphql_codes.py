"""Discount codes and limits at checkout: applied as shown, counted once, and kept with many buyers at once."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.discounts import codes as discounts
from datasources.discounts import usages
from domain.discounts.rules import Discount, DiscountKind, DiscountState
from domain.discounts.usages import discount_usage
from services.orders.payment_outcomes import OrderService
from tests.kit.carts import ADD, changed, line, new_cart, outcome, refusals, total
from tests.kit.checkouts import charges, codes, submit
from tests.kit.delivery import CODES, reasons
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.running_sandbox import RunningSandbox

NOW = datetime.now(UTC)


@pytest.fixture
def api(paying_api: Api) -> Api:
    """Everybody can pay here."""
    return paying_api


@pytest.fixture
async def mug(api: Api) -> Added:
    """A mug at 10.00 GBP, a hundred in stock."""
    return await api.add_product(price=1_000, stock=100)


async def add_discount(api: Api, code: str, *, total_limit: int | None = None, each: int | None = None) -> int:
    """Ten percent off by a code."""
    discount = Discount(
        id=0,
        code=code,
        title=code,
        kind=DiscountKind.PERCENTAGE,
        basis_points=1_000,
        minor=0,
        minimum_minor=0,
        starts_at=NOW - timedelta(days=1),
        ends_at=None,
        total_limit=total_limit,
        customer_limit=each,
        is_active=True,
        state=DiscountState.ACTIVE,
    )
    return await api.transact(lambda tx: discounts.insert(tx, discount, NOW))


async def with_code(api: Api, mug: Added, code: str, email: str = "ada@example.com") -> Record:
    """A cart with one mug and a code."""
    return await new_cart(api, line(mug.variant_id), buyerIdentity={"email": email}, discountCodes=[code])


async def used(api: Api, discount_id: int) -> int:
    """How often a discount was used."""
    key = discount_usage(discount_id)
    return (await usages.used(api.stores.database, [key]))[key]


async def test_a_code_is_kept_once_as_people_see_it(api: Api, mug: Added) -> None:
    """However often it is entered, and without what nobody sees; nothing is no code."""
    await add_discount(api, "TENTH")
    cart = await new_cart(api, line(mug.variant_id, 2))
    shown = await changed(api, CODES, cart=cart["id"], codes=["Te\u200bnth ", "TENTH", "", " "])
    assert shown["discountCodes"] == [{"code": "Tenth", "applicable": True}]


async def test_a_code_is_shown_charged_and_counted(api: Api, mug: Added, payment_sandbox: RunningSandbox) -> None:
    """In upper or lower case; the shop charges the total that it showed."""
    discount_id = await add_discount(api, "TENTH")
    cart = await new_cart(api, line(mug.variant_id, 2))
    shown = await changed(api, CODES, cart=cart["id"], codes=["tenth", "nonsense"])
    assert shown["discountCodes"] == [{"code": "tenth", "applicable": True}, {"code": "nonsense", "applicable": False}]
    assert (total(shown), shown["discountAllocations"]) == ("18.0 GBP", [{"discountedAmount": {"amount": "2.0"}}])
    order = (await submit(api, cart))["order"]
    assert charges(payment_sandbox, order) == [("CAPTURED", 1_800)]
    (row,) = await api.rows(tables.orders)
    assert (row.discount_minor, row.discount_codes) == (200, ["tenth"])
    assert await used(api, discount_id) == 1


async def test_a_code_that_takes_nothing_off_is_kept_with_a_warning(api: Api, mug: Added) -> None:
    """The buyer learns why; the cart can be bought without it."""
    await add_discount(api, "ONCE", each=1)
    cart = await new_cart(api, line(mug.variant_id), buyerIdentity={"phone": "+44 20 7946 0018"})
    payload = await outcome(api, CODES, cart=cart["id"], codes=["ONCE", "NONSENSE"])
    assert [warning["code"] for warning in payload["warnings"]] == [
        "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING",
        "DISCOUNT_NOT_FOUND",
    ]
    assert (await submit(api, cart))["order"]["totalPrice"]["amount"] == "10.0"


@pytest.mark.slow
async def test_of_fifty_uses_at_once_of_a_discount_limited_to_one_exactly_one_is_made(api: Api, mug: Added) -> None:
    """The others get the new total and are not charged."""
    discount_id = await add_discount(api, "FIRST", total_limit=1)
    carts = [await with_code(api, mug, "FIRST", f"{number}@example.com") for number in range(50)]
    answers = await asyncio.gather(*(submit(api, cart, f"try-{n}") for n, cart in enumerate(carts)))
    outcomes = Counter(
        answer["order"]["totalPrice"]["amount"] if "order" in answer else codes(answer)[0] for answer in answers
    )
    assert outcomes == {"9.0": 1, "PRICE_CHANGED": 49}
    assert (await used(api, discount_id), len(await api.rows(tables.orders))) == (1, 1)


async def test_a_customer_uses_a_code_once(api: Api, mug: Added) -> None:
    """Identified by e-mail, in upper or lower case; another customer can still use it."""
    await add_discount(api, "ONCE", each=1)
    for email, expected in (("ada@example.com", "9.0"), ("Ada@Example.com", "10.0"), ("bob@example.com", "9.0")):
        cart = await with_code(api, mug, "ONCE", email)
        assert total(cart) == f"{expected} GBP"
        assert (await submit(api, cart, email))["order"]["totalPrice"]["amount"] == expected


async def test_a_limit_that_is_set_later_counts_from_the_beginning(api: Api, mug: Added) -> None:
    """Of a customer as of everybody."""
    discount_id = await add_discount(api, "ONCE")
    assert (await submit(api, await with_code(api, mug, "ONCE"), "first"))["order"]["totalPrice"]["amount"] == "9.0"
    await api.change(sa.update(tables.discounts).values(customer_limit=1))
    assert total(await with_code(api, mug, "ONCE")) == "10.0 GBP"
    assert await used(api, discount_id) == 1


async def test_an_order_that_comes_to_nothing_gives_its_use_back(api: Api, mug: Added) -> None:
    """Declined or expired: the code can be used again."""
    discount_id = await add_discount(api, "FIRST", total_limit=1)
    cart = await with_code(api, mug, "FIRST")
    assert codes(await submit(api, cart, "declined", "tok_decline")) == ["PAYMENT_DECLINED"]
    assert await used(api, discount_id) == 0
    assert (await submit(api, cart, "again"))["order"]["totalPrice"]["amount"] == "9.0"
    assert await used(api, discount_id) == 1


@pytest.mark.silent_provider
async def test_an_expired_order_gives_its_use_back_once(api: Api, mug: Added) -> None:
    """Even if the event of its end arrives several times."""
    discount_id = await add_discount(api, "FIRST")
    order = (await submit(api, await with_code(api, mug, "FIRST"), payment="tok_hang"))["order"]
    assert (order["status"], await used(api, discount_id)) == ("PENDING_PAYMENT", 1)
    await api.change(sa.update(tables.orders).values(hold_expires_at=NOW - timedelta(minutes=1)))
    (row,) = await api.rows(tables.orders)
    service = OrderService(api.stores.database)
    assert [await service.expire(row.id), await service.expire(row.id)] == [True, False]
    assert await used(api, discount_id) == 0


async def test_one_order_has_no_more_units_than_it_may(api: Api, mug: Added) -> None:
    """Not over several lines, and not in a cart that was filled before the limit."""
    cart = await new_cart(api, line(mug.variant_id, 4))
    await api.change(sa.update(tables.variants).values(max_per_order=3))
    assert await reasons(api, cart) == ["MAXIMUM_EXCEEDED"]
    assert codes(await submit(api, cart)) == ["MAXIMUM_EXCEEDED"]
    other = await new_cart(api, line(mug.variant_id, 2), line(mug.variant_id, 1, {"engraving": "A"}))
    more = [line(mug.variant_id, 1, {"engraving": "B"})]
    assert await refusals(api, ADD, cart=other["id"], lines=more) == ["MAXIMUM_EXCEEDED"]


async def test_one_customer_has_no_more_units_than_they_may(api: Api, mug: Added) -> None:
    """Over all orders, also at once; an anonymous buyer must give an identity."""
    await api.change(sa.update(tables.variants).values(max_per_customer=2))
    carts = [await new_cart(api, line(mug.variant_id), buyerIdentity={"email": "ada@example.com"}) for _ in range(5)]
    answers = await asyncio.gather(*(submit(api, cart, f"try-{n}") for n, cart in enumerate(carts)))
    outcomes = Counter("SOLD" if "order" in answer else codes(answer)[0] for answer in answers)
    assert outcomes == {"SOLD": 2, "CUSTOMER_LIMIT_REACHED": 3}
    nobody = await new_cart(api, line(mug.variant_id), buyerIdentity={"phone": "+44 20 7946 0018"})
    assert await reasons(api, nobody) == ["BUYER_IDENTITY_REQUIRED"]
    assert codes(await submit(api, nobody)) == ["BUYER_IDENTITY_REQUIRED"]
