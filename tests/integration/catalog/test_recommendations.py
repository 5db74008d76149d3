"""What is shown beside a product: what others bought with it, and what is of its kind."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.kit.database import Tx
from domain.kit.ids import global_id
from domain.orders.life import OrderStatus
from tests.kit.factories.catalog import Added, add_collection
from tests.kit.factories.orders import add_order
from tests.kit.fixtures.graphql_api import Api

QUERY = "query($id: ID!) { productRecommendations(productId: $id) { handle } }"
Shop = dict[str, Added]


async def order(api: Api, bought: Sequence[Added], status: OrderStatus = OrderStatus.PAID) -> None:
    """An order of one unit of each."""

    async def add(tx: Tx) -> None:
        order_id = await add_order(tx, status=status)
        line = {"order_id": order_id, "title": "x", "variant_title": "x", "quantity": 1, "unit_minor": 1}
        rows = [line | {"position": n, "variant_id": each.variant_id} for n, each in enumerate(bought)]
        await tx.run(sa.insert(tables.order_lines), rows)

    await api.transact(add)


async def sold(api: Api, product: Added, units: int) -> None:
    """Units sold so far."""
    mine = tables.products.c.id == product.product_id
    await api.change(sa.update(tables.products).where(mine).values(units_sold=units))


@pytest.fixture
async def shop(api: Api) -> Shop:
    """Mugs and lamps in one collection; the lamp outsells everything."""
    kinds = {"blue": "Mugs", "red": "MUGS", "gone": "mugs", "lamp": "Lamps", "tea": "Tea", "plain": "", "bare": ""}
    added = {
        name: await api.add_product(handle=name, product_type=kind, stock=0 if name == "gone" else 5)
        for name, kind in kinds.items()
    }
    await api.transact(lambda tx: add_collection(tx, [each.product_id for each in added.values()]))
    await sold(api, added["lamp"], 10_000)
    return added


async def beside(api: Api, product: Added) -> list[str]:
    """Handles of the recommendations."""
    data = await api.data(QUERY, {"id": global_id("Product", product.product_id)})
    return [each["handle"] for each in data["productRecommendations"]]


async def test_best_sellers_of_a_shared_collection_are_not_recommended(api: Api, shop: Shop) -> None:
    """Only products of the same type that can be bought; products without a type have no kind."""
    assert await beside(api, shop["blue"]) == ["red"]
    assert await beside(api, shop["lamp"]) == []
    assert await beside(api, shop["plain"]) == []


async def test_products_bought_together_come_first(api: Api, shop: Shop) -> None:
    """The strongest first: a best seller is in one order with almost everything. Unpaid orders do not count."""
    for other in ("tea", "tea", "lamp", "lamp"):
        await order(api, [shop["blue"], shop[other]])
    await order(api, [shop["blue"], shop["plain"]], OrderStatus.PENDING_PAYMENT)
    await sold(api, shop["tea"], 4)
    assert await beside(api, shop["blue"]) == ["tea", "lamp", "red"]
    assert await beside(api, shop["tea"]) == ["blue"]


async def test_only_the_last_orders_of_each_variant_are_read(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paid or not, so that a page of a best seller does not read every order that it ever was in."""
    monkeypatch.setattr("datasources.catalog.recommended._ORDERS", 2)
    mug = await api.add_product(handle="mug", product_type="", variants=("S", "L"))
    others = [await api.add_product(handle=name, product_type="") for name in ("old", "new", "large")]
    small, large = mug, replace(mug, variant_ids=mug.variant_ids[1:])
    await order(api, [large, others[2]])
    await order(api, [small, others[0]])
    await order(api, [small, others[1]])
    assert set(await beside(api, mug)) == {"old", "new"}
    await order(api, [small], OrderStatus.PENDING_PAYMENT)
    assert set(await beside(api, mug)) == {"new", "large"}


@pytest.mark.slow
async def test_recommendations_take_the_same_statements_whatever_their_number(api: Api, shop: Shop) -> None:
    """The product, its variants, what was bought with it, its kind, and the variants of all."""
    for count in (0, 20):
        for number in range(count):
            await api.add_product(handle=f"mug-{number}", product_type="Mugs")
        before = api.stores.database.statements
        assert len(await beside(api, shop["blue"])) == (10 if count else 1)
        assert api.stores.database.statements - before == 5
