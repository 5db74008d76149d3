"""What two devices do to one wishlist at once: nothing is lost, and every limit holds."""

import asyncio
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from datasources import tables
from domain.wishlist import MAX_ITEMS, MAX_WISHLISTS
from services.kit.clock import utc_now
from tests.kit import carts
from tests.kit.carts import new_cart, variant_gid
from tests.kit.factories.catalog import Added
from tests.kit.fixtures.graphql_api import Api, Record
from tests.kit.wishlists import (
    ADD,
    CLAIM,
    CREATE,
    MINE,
    MOVE,
    REMOVE,
    SAVE,
    changed,
    item_ids,
    new_list,
    nodes,
    outcome,
    read,
    refusals,
    wish,
)

COMMON = 4


@dataclass
class Device:
    """One of the devices of a shopper. It wishes for things of its own, and for one that the other wishes for too.

    `wished` and `bought` are the units of its own things that must be in the list and in the cart.
    """

    api: Api
    token: str
    products: list[Added]
    wishlist: Record
    cart: Record
    wished: dict[int, int] = field(default_factory=dict)
    bought: dict[int, int] = field(default_factory=dict)
    common: int = 0

    async def run(self, steps: list[tuple[str, int, int]]) -> None:
        """Does these steps one after the other."""
        for step, thing, units in steps:
            await getattr(self, step)(thing, units)

    async def add(self, thing: int, units: int) -> None:
        """Wishes for a thing."""
        await self._add(thing, units)
        self.wished[thing] = max(self.wished.get(thing, 0), units)

    async def add_common(self, _thing: int, units: int) -> None:
        """Wishes for the thing that the other device wishes for too."""
        await self._add(COMMON, units)
        self.common = max(self.common, units)

    async def remove(self, thing: int, _units: int) -> None:
        """Removes a thing that is there."""
        if self.wished.pop(thing, None) is not None:
            await changed(self.api, REMOVE, self.token, id=self.wishlist["id"], items=[await self._item(thing)])

    async def buy(self, thing: int, _units: int) -> None:
        """Moves a thing to the cart."""
        if units := self.wished.pop(thing, 0):
            given = {"id": self.wishlist["id"], "items": [await self._item(thing)], "cart": self.cart["id"]}
            answer = await outcome(self.api, MOVE, self.token, **given)
            assert (answer["userErrors"], answer["warnings"]) == ([], [])
            self.bought[thing] = self.bought.get(thing, 0) + units

    async def save(self, thing: int, _units: int) -> None:
        """Moves a thing back to the list."""
        if units := self.bought.pop(thing, 0):
            cart = await carts.read(self.api, self.cart["id"], self.token)
            assert cart is not None
            merchandise = variant_gid(self.products[thing].variant_id)
            lines = [each["id"] for each in cart["lines"]["nodes"] if each["merchandise"]["id"] == merchandise]
            given = {"id": self.wishlist["id"], "lines": lines, "cart": self.cart["id"]}
            assert (await outcome(self.api, SAVE, self.token, **given))["userErrors"] == []
            self.wished[thing] = self.wished.get(thing, 0) + units

    async def _add(self, thing: int, units: int) -> None:
        product = self.products[thing]
        items = [wish(product.product_id, product.variant_id, quantity=units)]
        await changed(self.api, ADD, self.token, id=self.wishlist["id"], items=items)

    async def _item(self, thing: int) -> str:
        found = await read(self.api, self.wishlist["id"], self.token)
        assert found is not None
        wanted = variant_gid(self.products[thing].variant_id)
        (item,) = [node["id"] for node in nodes(found) if node["variantId"] == wanted]
        return str(item)


def _steps(*things: int) -> some.SearchStrategy[list[tuple[str, int, int]]]:
    names = some.sampled_from(("add", "add", "add_common", "remove", "buy", "save"))
    return some.lists(some.tuples(names, some.sampled_from(things), some.integers(1, 5)), min_size=3, max_size=8)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_steps(0, 1), second=_steps(2, 3))
async def test_two_devices_lose_nothing_of_each_other(
    api: Api, first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]
) -> None:
    """After any histories at once: list and cart have what both devices put there and have not taken out."""
    ann = await api.add_account()
    products = [await api.add_product(stock=1_000) for _ in range(5)]
    wishlist, cart = await new_list(api, token=ann.token), await new_cart(api, token=ann.token)
    devices = [Device(api, ann.token, products, wishlist, cart) for _ in range(2)]
    await asyncio.gather(devices[0].run(first), devices[1].run(second))
    found, filled = await read(api, wishlist["id"], ann.token), await carts.read(api, cart["id"], ann.token)
    assert found is not None
    assert filled is not None
    wished = {
        variant_gid(products[thing].variant_id): units for each in devices for thing, units in each.wished.items()
    }
    if common := max(each.common for each in devices):
        wished[variant_gid(products[COMMON].variant_id)] = common
    assert {node["variantId"]: node["quantity"] for node in nodes(found)} == wished
    bought = {
        variant_gid(products[thing].variant_id): units for each in devices for thing, units in each.bought.items()
    }
    assert dict(carts.quantities(filled)) == bought


@pytest.mark.slow
async def test_one_of_two_accounts_gets_a_list(api: Api, race: int) -> None:
    """However close the two claims are; a guest's change that comes with them is there or refused."""
    shoppers, product = [await api.add_account() for _ in range(2)], await api.add_product()
    made = await new_list(api)
    *claims, added = await asyncio.gather(
        *(refusals(api, CLAIM, each.token, id=made["id"]) for each in shoppers),
        refusals(api, ADD, id=made["id"], items=[wish(product.product_id)]),
    )
    assert sorted(claims) == [[], ["NOT_FOUND"]]
    owner = shoppers[claims.index([])]
    found = await read(api, made["id"], owner.token)
    assert found is not None
    assert len(nodes(found)) == (0 if added else 1)
    assert added in ([], ["NOT_FOUND"])


@pytest.mark.slow
async def test_the_last_list_of_an_account_is_made_once(api: Api, race: int) -> None:
    """Two devices create a list and a third claims one, with room for one."""
    ann = await api.add_account()
    row = {"customer_id": ann.customer_id, "name": "x", "created_at": utc_now(), "updated_at": utc_now()}
    rows = [{"id": f"{number:032}", **row} for number in range(MAX_WISHLISTS - 1)]
    await api.change(*(sa.insert(tables.wishlists).values(one) for one in rows))
    guests = await new_list(api)
    answers = await asyncio.gather(
        refusals(api, CREATE, ann.token, name="One"),
        refusals(api, CREATE, ann.token, name="Other"),
        refusals(api, CLAIM, ann.token, id=guests["id"]),
    )
    assert sorted(answers) == [[], ["TOO_MANY_WISHES"], ["TOO_MANY_WISHES"]]
    assert len((await api.data(MINE, token=ann.token))["customer"]["wishlists"]["nodes"]) == MAX_WISHLISTS


@pytest.mark.slow
async def test_the_last_place_of_a_list_is_taken_once(api: Api, race: int) -> None:
    """Two devices add different things to a list with room for one."""
    many = await api.add_product(variants=[f"Size {number}" for number in range(MAX_ITEMS - 1)])
    made = await new_list(api, *(wish(many.product_id, key) for key in many.variant_ids))
    products = [await api.add_product() for _ in range(2)]
    answers = await asyncio.gather(
        *(refusals(api, ADD, id=made["id"], items=[wish(each.product_id)]) for each in products)
    )
    assert sorted(answers) == [[], ["TOO_MANY_WISHES"]]
    found = await read(api, made["id"])
    assert found is not None
    assert len(item_ids(found)) == MAX_ITEMS


@pytest.mark.slow
async def test_the_same_thing_added_at_once_is_one_item(api: Api, race: int) -> None:
    """By three devices; the largest quantity stays."""
    product, made = await api.add_product(), await new_list(api)
    await asyncio.gather(
        *(changed(api, ADD, id=made["id"], items=[wish(product.product_id, quantity=units)]) for units in (2, 5, 3))
    )
    found = await read(api, made["id"])
    assert found is not None
    assert [node["quantity"] for node in nodes(found)] == [5]
