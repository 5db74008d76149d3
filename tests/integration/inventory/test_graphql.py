"""Stock that staff adjust through GraphQL stays a number that shoppers can see."""

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.accounts import Permission
from domain.kit.ids import global_id
from tests.kit.fixtures.graphql_api import Api

ADJUST = """
mutation($changes: [InventoryChangeInput!]!) {
  inventoryAdjustQuantities(input: { reason: "count", changes: $changes }) {
    inventoryLevels { available } userErrors { code }
  }
}"""
TOTAL = "query($id: ID!) { product(id: $id) { totalInventory variants(first: 5) { nodes { quantityAvailable } } } }"
MOST = 1_000_000_000


async def test_stock_has_a_limit(api: Api) -> None:
    """Beyond it nothing changes, in one call or in many; the total of many variants is as high as an answer can
    show."""
    staff = await api.add_account(Permission.INVENTORY)
    mug = await api.add_product(stock=0, variants=["A", "B", "C"])

    async def adjusted(*changes: tuple[int, int]) -> list[int] | str:
        sent = [{"variantId": global_id("ProductVariant", key), "delta": delta} for key, delta in changes]
        outcome = (await api.data(ADJUST, {"changes": sent}, token=staff.token))["inventoryAdjustQuantities"]
        if outcome["userErrors"]:
            return str(outcome["userErrors"][0]["code"])
        return [level["available"] for level in outcome["inventoryLevels"]]

    first, second, third = mug.variant_ids
    assert await adjusted(*([(first, MOST)] * 3)) == "INVALID"
    assert await adjusted(*((key, MOST) for key in mug.variant_ids)) == [MOST] * 3
    assert await adjusted((second, 1)) == "INVALID"
    product = (await api.data(TOTAL, {"id": global_id("Product", mug.product_id)}))["product"]
    assert product["totalInventory"] == 2**31 - 1
    assert [variant["quantityAvailable"] for variant in product["variants"]["nodes"]] == [MOST] * 3
    assert await adjusted((third, -1)) == [MOST - 1]


SHOWN = """query($id: ID!) { product(id: $id) { totalInventory variants(first: 5) { nodes {
  quantityAvailable currentlyNotInStock availableForSale } } } }"""


@pytest.mark.parametrize(
    ("tracked", "sells_out", "units", "shown"),
    [
        (True, True, 0, (0, False, False)),
        (True, False, 0, (0, True, True)),
        (True, False, -3, (-3, True, True)),
        (True, False, 2, (2, False, True)),
        (False, False, 0, (None, False, True)),
        (False, False, -3, (None, False, True)),
    ],
)
async def test_units_are_shown_alike_for_variant_and_product(
    api: Api, tracked: bool, sells_out: bool, units: int, shown: tuple[int | None, bool, bool]
) -> None:
    """What was sold beyond the stock is below zero in both; what is not tracked is never out of stock."""
    mug = await api.add_product()
    await api.change(sa.update(tables.variants).values(tracked=tracked, sells_out=sells_out))
    await api.change(sa.update(tables.stock_levels).values(sells_out=sells_out, available=units))
    product = (await api.data(SHOWN, {"id": global_id("Product", mug.product_id)}))["product"]
    (variant,) = product["variants"]["nodes"]
    assert tuple(variant.values()) == shown
    assert product["totalInventory"] == (shown[0] or 0)
