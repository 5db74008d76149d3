"""Warehouses and their stock as staff sees and changes them through GraphQL."""

from typing import Any

import pytest

from domain.accounts import Permission
from domain.kit.ids import global_id
from tests.kit.fixtures.graphql_api import Account, Api, Record

LOCATIONS = """query($after: String) { locations(first: 1, after: $after) {
  nodes { id name priorities { territory priority } } pageInfo { hasNextPage endCursor } } }"""
ADD = """mutation($input: LocationAddInput!) { locationAdd(input: $input) {
  location { id name priorities { territory priority } } userErrors { code field } } }"""
EDIT = """mutation($id: ID!, $input: LocationEditInput!) { locationEdit(id: $id, input: $input) {
  location { id name priorities { territory priority } } userErrors { code field } } }"""
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) {
  inventoryLevels { variantId available location { id name } } userErrors { code field } } }"""
MOVE = """mutation($input: InventoryMoveQuantitiesInput!) { inventoryMoveQuantities(input: $input) {
  inventoryLevels { available location { name } } userErrors { code field } } }"""
MAIN = global_id("Location", 1)


@pytest.fixture
async def keeper(api: Api) -> Account:
    """Staff for stock alone."""
    return await api.add_account(Permission.INVENTORY)


async def answer(api: Api, keeper: Account, mutation: str, **variables: Any) -> Record:
    """What the only field of a mutation came to."""
    (outcome,) = (await api.data(mutation, variables, keeper.token)).values()
    assert isinstance(outcome, dict)
    return outcome


async def added(api: Api, keeper: Account, name: str, **priorities: int) -> str:
    """A warehouse with priorities by territory; its id."""
    given = [{"territory": territory, "priority": priority} for territory, priority in priorities.items()]
    outcome = await answer(api, keeper, ADD, input={"name": name, "priorities": given})
    assert outcome["userErrors"] == []
    assert outcome["location"] == {"id": outcome["location"]["id"], "name": name, "priorities": given}
    return str(outcome["location"]["id"])


async def test_warehouses_are_listed_page_by_page(api: Api, keeper: Account) -> None:
    """The main one was there from the beginning."""
    await added(api, keeper, "Leeds", GB=0)
    first = (await api.data(LOCATIONS, {}, keeper.token))["locations"]
    assert first["nodes"] == [{"id": MAIN, "name": "Main warehouse", "priorities": []}]
    after = {"after": first["pageInfo"]["endCursor"]}
    second = (await api.data(LOCATIONS, after, keeper.token))["locations"]
    assert [node["name"] for node in second["nodes"]] == ["Leeds"]
    assert not second["pageInfo"]["hasNextPage"]


async def test_a_warehouse_is_renamed_and_given_other_priorities(api: Api, keeper: Account) -> None:
    """Fields that are not given stay; territories that the shop does not have are refused."""
    leeds = await added(api, keeper, "Leeds", GB=3)
    renamed = await answer(api, keeper, EDIT, id=leeds, input={"name": " York "})
    assert renamed["location"] == {"id": leeds, "name": "York", "priorities": [{"territory": "GB", "priority": 3}]}
    cleared = await answer(api, keeper, EDIT, id=leeds, input={"priorities": []})
    assert cleared["location"] == {"id": leeds, "name": "York", "priorities": []}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": "  "}, "BLANK", ["input", "name"]),
        ({"name": "x" * 256}, "TOO_LONG", ["input", "name"]),
        ({"priorities": [{"territory": "ZZ", "priority": 0}]}, "INVALID", ["input", "priorities", "0", "territory"]),
        ({"priorities": [{"territory": "GB", "priority": -1}]}, "INVALID", ["input", "priorities", "0", "priority"]),
        ({"priorities": [{"territory": "GB", "priority": 0}] * 2}, "INVALID", ["input", "priorities"]),
    ],
)
async def test_nonsense_is_refused(api: Api, keeper: Account, given: Record, code: str, field: list[str]) -> None:
    """For a new warehouse as for an old one, and nothing changes."""
    for outcome in (
        await answer(api, keeper, ADD, input={"name": "Leeds"} | given),
        await answer(api, keeper, EDIT, id=MAIN, input=given),
    ):
        assert outcome == {"location": None, "userErrors": [{"code": code, "field": field}]}
    nodes = (await api.data(LOCATIONS, {}, keeper.token))["locations"]["nodes"]
    assert nodes == [{"id": MAIN, "name": "Main warehouse", "priorities": []}]


async def test_an_unknown_warehouse_is_not_found(api: Api, keeper: Account) -> None:
    """For changes, for deliveries, and for transfers in both directions. The error names the change."""
    mug = await api.add_product()
    nowhere, variant = global_id("Location", 99), global_id("ProductVariant", mug.variant_id)
    edited = await answer(api, keeper, EDIT, id=nowhere, input={"name": "York"})
    assert edited["userErrors"] == [{"code": "NOT_FOUND", "field": ["id"]}]
    change = {"variantId": variant, "locationId": nowhere, "delta": 1}
    right = {"variantId": variant, "delta": 1}
    filled = await answer(api, keeper, ADJUST, input={"reason": "count", "changes": [right, change]})
    assert filled["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "changes", "1", "locationId"]}]
    for ends, term in (((MAIN, nowhere), "to"), ((nowhere, MAIN), "from")):
        change = {"variantId": variant, "quantity": 1, **_between(*ends)}
        moved = await answer(api, keeper, MOVE, input={"reason": "move", "changes": [change]})
        assert moved["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "changes", "0", term]}]


async def test_an_error_names_the_change_that_takes_too_much(api: Api, keeper: Account) -> None:
    """Not the first change, nor one that adds units to the same level; nor does an unknown variant hide."""
    mug, plate = await api.add_product(stock=1), await api.add_product(stock=1)
    cup, dish = (global_id("ProductVariant", added.variant_id) for added in (mug, plate))
    changes = [{"variantId": variant, "delta": delta} for variant, delta in ((cup, -1), (dish, 1), (dish, -3))]
    taken = await answer(api, keeper, ADJUST, input={"reason": "count", "changes": changes})
    assert taken["userErrors"] == [{"code": "NEGATIVE_QUANTITY", "field": ["input", "changes", "2", "delta"]}]
    changes[1] = {"variantId": global_id("ProductVariant", 99_999), "delta": 1}
    unknown = await answer(api, keeper, ADJUST, input={"reason": "count", "changes": changes})
    assert unknown["userErrors"] == [{"code": "NOT_FOUND", "field": ["input", "changes", "1", "variantId"]}]


async def test_stock_is_adjusted_where_staff_says(api: Api, keeper: Account) -> None:
    """In the main warehouse by default; shoppers see the sum."""
    mug = await api.add_product(stock=10)
    leeds, variant = await added(api, keeper, "Leeds"), global_id("ProductVariant", mug.variant_id)
    changes = [{"variantId": variant, "delta": -2}, {"variantId": variant, "delta": 7, "locationId": leeds}]
    outcome = await answer(api, keeper, ADJUST, input={"reason": "count", "changes": changes})
    assert outcome["inventoryLevels"] == [
        {"variantId": variant, "available": 8, "location": {"id": MAIN, "name": "Main warehouse"}},
        {"variantId": variant, "available": 7, "location": {"id": leeds, "name": "Leeds"}},
    ]
    seen = await api.data(
        "query($id: ID!) { product(id: $id) { totalInventory } }", {"id": global_id("Product", mug.product_id)}
    )
    assert seen == {"product": {"totalInventory": 15}}


async def test_stock_is_moved_between_warehouses(api: Api, keeper: Account) -> None:
    """Shoppers see as many units as before; nonsense is refused."""
    mug = await api.add_product(stock=10)
    leeds, variant = await added(api, keeper, "Leeds"), global_id("ProductVariant", mug.variant_id)

    async def move(quantity: int, origin: str, destination: str) -> Record:
        change = {"variantId": variant, "quantity": quantity, **_between(origin, destination)}
        return await answer(api, keeper, MOVE, input={"reason": "move", "changes": [change]})

    assert (await move(4, MAIN, leeds))["inventoryLevels"] == [
        {"available": 6, "location": {"name": "Main warehouse"}},
        {"available": 4, "location": {"name": "Leeds"}},
    ]
    for quantity, origin, destination, code, field in (
        (5, leeds, MAIN, "NEGATIVE_QUANTITY", ["0", "quantity"]),
        (0, MAIN, leeds, "INVALID", ["0", "quantity"]),
        (-1, MAIN, leeds, "INVALID", ["0", "quantity"]),
        (1, MAIN, MAIN, "INVALID", ["0", "to"]),
    ):
        outcome = await move(quantity, origin, destination)
        error = {"code": code, "field": ["input", "changes", *field]}
        assert outcome == {"inventoryLevels": [], "userErrors": [error]}


def _between(origin: str, destination: str) -> Record:
    return {"from": {"locationId": origin}, "to": {"locationId": destination}}
