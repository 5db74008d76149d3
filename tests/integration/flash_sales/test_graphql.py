"""Flash sales through GraphQL: planned by staff, seen by everybody on products, in carts and on their own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.rows import seconds_from_now
from domain.accounts import Permission
from domain.kit.ids import global_id, key_of
from tests.kit.carts import line, new_cart
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Account, Api, Record

CREATE = """mutation($input: FlashSaleCreateInput!) { flashSaleCreate(input: $input) {
  flashSale { id title status startsAt endsAt items { units unitsLeft perCustomer price { amount currencyCode }
    variant { id } } } userErrors { code field } } }"""
UPDATE = """mutation($id: ID!, $input: FlashSaleUpdateInput!) { flashSaleUpdate(id: $id, input: $input) {
  flashSale { title endsAt status } userErrors { code field } } }"""
CANCEL = """mutation($id: ID!) { flashSaleCancel(id: $id) {
  flashSale { status items { unitsLeft } } userErrors { code field } } }"""
SALES = (
    "query($after: String) { flashSales(first: 1, after: $after) { nodes { title status } pageInfo { endCursor } } }"
)
SALE = "query($id: ID!) { flashSale(id: $id) { status items { unitsLeft variant { price { amount } } } } }"
PRODUCT = """query($id: ID!) { product(id: $id) { priceRange { minVariantPrice { amount } } totalInventory
  variants(first: 5) { nodes { price { amount } compareAtPrice { amount } quantityAvailable availableForSale
    flashSale { id endsAt unitsLeft perCustomer } } } } }"""
CART = "query($id: ID!) { cart(id: $id) { cost { totalAmount { amount } } } }"


@pytest.fixture
async def planner(api: Api) -> Account:
    """Staff for flash sales alone."""
    return await api.add_account(Permission.FLASH_SALES)


@pytest.fixture
async def mug(api: Api) -> Added:
    """Ten units at 10.00 GBP."""
    return await api.add_product()


def at(seconds: int) -> str:
    """A time from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def sale_of(mug: Added, **changes: Any) -> Record:
    """By default, four units at 6.00, live for an hour."""
    item = {"variantId": global_id("ProductVariant", mug.variant_id), "price": "6.00", "units": 4, "perCustomer": 2}
    items = [item | changes.pop("item", {})]
    return {"title": "Hour of mugs", "startsAt": at(-5), "endsAt": at(3_600), "items": items} | changes


async def answer(api: Api, planner: Account, mutation: str, **variables: Any) -> Record:
    """What the only field of a mutation came to."""
    (outcome,) = (await api.data(mutation, variables, planner.token)).values()
    assert isinstance(outcome, dict)
    return outcome


async def planned(api: Api, planner: Account, mug: Added, **changes: Any) -> Record:
    """A sale."""
    outcome = await answer(api, planner, CREATE, input=sale_of(mug, **changes))
    assert outcome["userErrors"] == []
    sale: Record = outcome["flashSale"]
    return sale


async def end(api: Api, sale: Record) -> None:
    """Lets the time of a sale pass."""
    of_sale, dialect = tables.flash_sales.c.id == key_of(sale["id"], "FlashSale"), api.stores.database.dialect
    window = {"starts_at": seconds_from_now(dialect, -60), "ends_at": seconds_from_now(dialect, -1)}
    await api.change(sa.update(tables.flash_sales).where(of_sale).values(window))


async def test_a_planned_sale_is_shown_with_its_items(api: Api, planner: Account, mug: Added) -> None:
    """To staff in the answer and to everybody by id."""
    sale = await planned(api, planner, mug)
    assert (sale["title"], sale["status"]) == ("Hour of mugs", "LIVE")
    assert sale["items"] == [
        {
            "units": 4,
            "unitsLeft": 4,
            "perCustomer": 2,
            "price": {"amount": "6.0", "currencyCode": "GBP"},
            "variant": {"id": global_id("ProductVariant", mug.variant_id)},
        }
    ]
    assert (await api.data(SALE, {"id": sale["id"]}))["flashSale"] == {
        "status": "LIVE",
        "items": [{"unitsLeft": 4, "variant": {"price": {"amount": "6.0"}}}],
    }
    for nothing in ("nonsense", global_id("FlashSale", 999), global_id("Product", mug.product_id)):
        assert (await api.data(SALE, {"id": nothing}))["flashSale"] is None


async def test_products_and_carts_show_the_live_sale(api: Api, planner: Account, mug: Added) -> None:
    """Its price and units, until it ends."""
    product = {"id": global_id("Product", mug.product_id)}
    cart = await new_cart(api, line(mug.variant_id))
    sale = await planned(api, planner, mug)
    shown = (await api.data(PRODUCT, product))["product"]
    (variant,) = shown["variants"]["nodes"]
    assert variant == {
        "price": {"amount": "6.0"},
        "compareAtPrice": {"amount": "10.0"},
        "quantityAvailable": 4,
        "availableForSale": True,
        "flashSale": {"id": sale["id"], "endsAt": sale["endsAt"], "unitsLeft": 4, "perCustomer": 2},
    }
    assert (shown["priceRange"]["minVariantPrice"]["amount"], shown["totalInventory"]) == ("6.0", 4)
    assert (await api.data(CART, {"id": cart["id"]}))["cart"]["cost"]["totalAmount"]["amount"] == "6.0"
    await end(api, sale)
    (variant,) = (await api.data(PRODUCT, product))["product"]["variants"]["nodes"]
    assert (variant["price"]["amount"], variant["quantityAvailable"], variant["flashSale"]) == ("10.0", 6, None)
    assert (await api.data(CART, {"id": cart["id"]}))["cart"]["cost"]["totalAmount"]["amount"] == "10.0"


async def test_sales_are_listed_by_their_start_until_they_are_over(api: Api, planner: Account, mug: Added) -> None:
    """Page by page; what ended or was cancelled is left out."""
    window = {"startsAt": at(7_200), "endsAt": at(9_000), "announcedAt": at(-60)}
    later = await planned(api, planner, mug, title="Later", **window)
    now = await planned(api, planner, mug, title="Now")
    gone = await planned(api, planner, mug, title="Gone", startsAt=at(9_500), endsAt=at(9_900), item={"units": 1})
    await answer(api, planner, CANCEL, id=gone["id"])
    first = (await api.data(SALES))["flashSales"]
    second = (await api.data(SALES, {"after": first["pageInfo"]["endCursor"]}))["flashSales"]
    third = (await api.data(SALES, {"after": second["pageInfo"]["endCursor"]}))["flashSales"]
    assert [page["nodes"] for page in (first, second, third)] == [
        [{"title": "Now", "status": "LIVE"}],
        [{"title": "Later", "status": "UPCOMING"}],
        [],
    ]
    await end(api, now)
    assert (await api.data(SALES))["flashSales"]["nodes"] == [{"title": "Later", "status": "UPCOMING"}]
    assert later["status"] == "UPCOMING"


async def test_a_sale_is_changed_and_ended_by_staff(api: Api, planner: Account, mug: Added) -> None:
    """Once it is over nothing changes any more."""
    sale = await planned(api, planner, mug)
    changed = await answer(api, planner, UPDATE, id=sale["id"], input={"title": " Mugs ", "endsAt": at(600)})
    assert (changed["flashSale"]["title"], changed["userErrors"]) == ("Mugs", [])
    assert changed["flashSale"]["endsAt"] < sale["endsAt"]
    cancelled = await answer(api, planner, CANCEL, id=sale["id"])
    assert cancelled == {"flashSale": {"status": "CANCELLED", "items": [{"unitsLeft": 0}]}, "userErrors": []}
    over = [{"code": "FLASH_SALE_OVER", "field": ["id"]}]
    assert (await answer(api, planner, CANCEL, id=sale["id"]))["userErrors"] == over
    assert (await answer(api, planner, UPDATE, id=sale["id"], input={}))["userErrors"] == over
    missing = [{"code": "NOT_FOUND", "field": ["id"]}]
    assert (await answer(api, planner, CANCEL, id="nonsense"))["userErrors"] == missing


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "BLANK", ["title"]),
        ({"title": "x" * 256}, "TOO_LONG", ["title"]),
        ({"endsAt": at(-60)}, "INVALID", ["endsAt"]),
        ({"startsAt": at(5_000)}, "INVALID", ["endsAt"]),
        ({"endsAt": at(86_400 * 32)}, "INVALID", ["endsAt"]),
        ({"startsAt": at(86_400 * 400), "endsAt": at(86_400 * 401)}, "INVALID", ["startsAt"]),
        ({"startsAt": "0001-01-01T00:00:00+14:00", "endsAt": "0001-01-02T00:00:00Z"}, "INVALID", ["endsAt"]),
        ({"endsAt": "9999-12-31T23:59:59-14:00"}, "INVALID", ["endsAt"]),
        ({"startsAt": at(7_200), "endsAt": at(9_000), "announcedAt": at(7_201)}, "INVALID", ["announcedAt"]),
        ({"announcedAt": at(3_500)}, "INVALID", ["announcedAt"]),
        ({"items": []}, "INVALID", ["items"]),
        ({"item": {"units": 0}}, "INVALID", ["items", "0", "units"]),
        ({"item": {"units": 11}}, "NOT_ENOUGH_STOCK", ["items", "0", "units"]),
        ({"item": {"perCustomer": 0}}, "INVALID", ["items", "0", "perCustomer"]),
        ({"item": {"price": "-1"}}, "INVALID", ["items", "0", "price"]),
        ({"item": {"price": "1.001"}}, "INVALID", ["items", "0", "price"]),
        ({"item": {"price": "1e25"}}, "INVALID", ["items", "0", "price"]),
        ({"item": {"variantId": "nonsense"}}, "NOT_FOUND", ["items", "0", "variantId"]),
        ({"item": {"locationId": "nonsense"}}, "NOT_FOUND", ["items", "0", "locationId"]),
    ],
)
async def test_nonsense_is_refused(
    api: Api, planner: Account, mug: Added, changes: Record, code: str, field: list[str]
) -> None:
    """And leaves no trace."""
    outcome = await answer(api, planner, CREATE, input=sale_of(mug, **dict(changes)))
    assert outcome == {"flashSale": None, "userErrors": [{"code": code, "field": ["input", *field]}]}
    assert await api.rows(tables.flash_sales) == []
    assert len(await api.rows(tables.locations)) == 1


async def test_a_variant_is_in_one_sale_at_a_time(api: Api, planner: Account, mug: Added) -> None:
    """Twice in one sale is refused as well."""
    await planned(api, planner, mug)
    outcome = await answer(api, planner, CREATE, input=sale_of(mug))
    assert outcome["userErrors"] == [{"code": "FLASH_SALE_OVERLAPS", "field": ["input"]}]
    twice = sale_of(mug)
    outcome = await answer(api, planner, CREATE, input=twice | {"items": twice["items"] * 2})
    assert outcome["userErrors"] == [{"code": "INVALID", "field": ["input", "items"]}]


async def test_a_hidden_product_is_not_shown_by_its_sale(api: Api, planner: Account, mug: Added) -> None:
    """A sale of it can still be planned."""
    sale = await planned(api, planner, mug)
    await api.change(sa.update(tables.products).values(status="DRAFT"))
    assert (await api.data(SALE, {"id": sale["id"]}))["flashSale"]["items"] == []
