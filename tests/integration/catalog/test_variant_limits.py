"""How many units of a variant one may buy: set by staff, shown to shoppers, kept by imports."""

from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from domain.accounts import Permission
from domain.kit.ids import global_id
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record

UPDATE = """
mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) {
    product { id } productVariants { id quantityRule { maximum } maximumPerCustomer } userErrors { code field }
  }
}"""
SHOWN = """
query($product: ID!) {
  product(id: $product) {
    variants(first: 9) { nodes { quantityRule { minimum increment maximum } maximumPerCustomer } }
  }
}"""


@pytest.fixture
async def mug(api: Api) -> Added:
    """Two variants."""
    return await api.add_product(variants=["Blue", "Red"])


async def _update(api: Api, product_id: int, *variants: tuple[int, Record]) -> Any:
    staff = await api.add_account(Permission.PRODUCTS)
    given = [{"id": global_id("ProductVariant", key), **changes} for key, changes in variants]
    variables = {"product": global_id("Product", product_id), "variants": given}
    return (await api.data(UPDATE, variables, staff.token))["productVariantsBulkUpdate"]


async def _shown(api: Api, mug: Added) -> list[tuple[int | None, int | None]]:
    """What shoppers see of each variant."""
    found = (await api.data(SHOWN, {"product": global_id("Product", mug.product_id)}))["product"]
    nodes = found["variants"]["nodes"]
    assert all((node["quantityRule"]["minimum"], node["quantityRule"]["increment"]) == (1, 1) for node in nodes)
    return [(node["quantityRule"]["maximum"], node["maximumPerCustomer"]) for node in nodes]


async def test_limits_are_set_kept_and_taken_away(api: Api, mug: Added) -> None:
    """A limit that is left out stays, null removes it; other variants do not change."""
    blue, _ = mug.variant_ids
    both = {"quantityRule": {"maximum": 3}, "maximumPerCustomer": 5}
    answer = await _update(api, mug.product_id, (blue, both))
    assert answer == {
        "product": {"id": global_id("Product", mug.product_id)},
        "productVariants": [{"id": global_id("ProductVariant", blue)} | both],
        "userErrors": [],
    }
    assert await _shown(api, mug) == [(3, 5), (None, None)]
    await _update(api, mug.product_id, (blue, {"maximumPerCustomer": 4}))
    assert await _shown(api, mug) == [(3, 4), (None, None)]
    await _update(api, mug.product_id, (blue, {"quantityRule": {"maximum": None}}))
    assert await _shown(api, mug) == [(None, 4), (None, None)]
    await _update(api, mug.product_id, (blue, {"quantityRule": {}, "maximumPerCustomer": None}))
    assert await _shown(api, mug) == [(None, None), (None, None)]
    (row,) = [row for row in await api.rows(tables.variants) if row.id == blue]
    assert row.highest_per_customer == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantityRule": {"maximum": 0}}, ["quantityRule", "maximum"]),
        ({"maximumPerCustomer": -1}, ["maximumPerCustomer"]),
    ],
)
async def test_a_limit_is_one_at_least(api: Api, mug: Added, changes: Record, field: list[str]) -> None:
    """Nothing is changed, not of the other variant either."""
    blue, red = mug.variant_ids
    answer = await _update(api, mug.product_id, (blue, {"maximumPerCustomer": 2}), (red, changes))
    assert answer["userErrors"] == [{"code": "INVALID", "field": ["variants", "1", *field]}]
    assert await _shown(api, mug) == [(None, None), (None, None)]


async def test_variants_belong_to_the_product_and_are_named_once(api: Api, mug: Added) -> None:
    """All are changed or none."""
    other = await api.add_product()
    blue, _ = mug.variant_ids
    limit = {"maximumPerCustomer": 2}
    answer = await _update(api, mug.product_id, (blue, limit), (other.variant_id, limit))
    assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": ["variants", "1", "id"]}]
    for variants in ([], [(blue, limit), (blue, limit)], [(key, limit) for key in range(251)]):
        answer = await _update(api, mug.product_id, *variants)
        assert answer["userErrors"] == [{"code": "INVALID", "field": ["variants"]}]
    answer = await _update(api, 999, (blue, limit))
    assert answer["userErrors"] == [{"code": "NOT_FOUND", "field": ["productId"]}]
    assert await _shown(api, mug) == [(None, None), (None, None)]


async def test_limits_of_a_hidden_product_can_be_changed(api: Api, mug: Added) -> None:
    """Staff prepares a product before shoppers see it."""
    await api.change(sa.update(tables.products).values(status="DRAFT"))
    blue, _ = mug.variant_ids
    answer = await _update(api, mug.product_id, (blue, {"maximumPerCustomer": 2}))
    assert [variant["maximumPerCustomer"] for variant in answer["productVariants"]] == [2]
