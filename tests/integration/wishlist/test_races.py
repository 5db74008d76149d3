"""What two devices do to one wishlist at once, on every database: nothing is lost, and every limit holds."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from datasources import tables
from datasources.cart import Carts
from datasources.catalog.reads import Catalog
from datasources.kit.database import Database
from datasources.wishlist import Wishlists
from domain.accounts import ANONYMOUS, Viewer
from domain.cart import NewCart
from domain.kit.refusals import Refused
from domain.wishlist import MAX_ITEMS, MAX_WISHLISTS, NewWishlistItem, Wishlist, WishlistItem
from services.cart.lines import CartService
from services.kit.clock import utc_now
from services.wishlist.expiry import WishlistExpiry
from services.wishlist.lists import WishlistService
from tests.kit.factories import accounts, catalog
from tests.kit.factories.catalog import TERRITORIES, Added

GB = TERRITORIES.default
COMMON = 4


@dataclass
class Shop:
    """The services of carts and wishlists over one database."""

    database: Database

    def __post_init__(self) -> None:
        """Opens them."""
        goods = Catalog(self.database, TERRITORIES)
        self.carts = CartService(self.database, goods, TERRITORIES)
        self.lists = WishlistService(self.database, goods, self.carts)

    async def product(self, *variants: str) -> Added:
        """A product with so many units that stock is no reason."""
        named = variants or ("Default Title",)
        return await self.database.transact(lambda tx: catalog.add_product(tx, variants=named, stock=1_000))

    async def shopper(self) -> Viewer:
        """A new account."""
        return Viewer(await self.database.transact(accounts.add_customer))

    async def cart(self, viewer: Viewer) -> str:
        """A new cart; its id."""
        return (await self.carts.create(viewer, GB, NewCart())).cart.id

    async def items(self, wishlist: Wishlist) -> tuple[WishlistItem, ...]:
        """What a list has."""
        return (await Wishlists(self.database).items([wishlist.id]))[0]

    async def fill(self, customer_id: int, count: int) -> None:
        """Gives an account so many lists."""
        row = {"customer_id": customer_id, "name": "x", "created_at": utc_now(), "updated_at": utc_now()}
        rows = [{"id": f"{number:032}", **row} for number in range(count)]
        await self.database.transact(lambda tx: tx.run(sa.insert(tables.wishlists), rows))


@pytest.fixture
def shop(database: Database) -> Shop:
    """A shop on each database."""
    return Shop(database)


async def outcome(work: Awaitable[object]) -> str:
    """The code of the refusal, or none."""
    try:
        await work
    except Refused as refused:
        return str(refused.refusals[0].code)
    return ""


@dataclass
class Device:
    """One of the devices of a shopper. It wishes for things of its own, and for one that the other wishes for too.

    `wished` and `bought` are the units of its own things that must be in the list and in the cart.
    """

    shop: Shop
    viewer: Viewer
    products: list[Added]
    wishlist: Wishlist
    cart: str
    wished: dict[int, int] = field(default_factory=dict)
    bought: dict[int, int] = field(default_factory=dict)
    common: int = 0

    async def run(self, steps: list[tuple[str, int, int]]) -> None:
        """Does these steps one after the other."""
        ways = {
            "add": self._add,
            "add_common": self._add_common,
            "remove": self._remove,
            "buy": self._buy,
            "save": self._save,
        }
        for step, thing, units in steps:
            await ways[step](thing, units)

    async def _add(self, thing: int, units: int) -> None:
        await self._wish(thing, units)
        self.wished[thing] = max(self.wished.get(thing, 0), units)

    async def _add_common(self, _thing: int, units: int) -> None:
        await self._wish(COMMON, units)
        self.common = max(self.common, units)

    async def _remove(self, thing: int, _units: int) -> None:
        if self.wished.pop(thing, None) is not None:
            await self.shop.lists.remove_items(self.viewer, self.wishlist.id, [await self._item(thing)])

    async def _buy(self, thing: int, _units: int) -> None:
        if units := self.wished.pop(thing, 0):
            item = await self._item(thing)
            moved = await self.shop.lists.moves.to_cart(self.viewer, GB, self.wishlist.id, [item], self.cart)
            assert moved.left == ()
            self.bought[thing] = self.bought.get(thing, 0) + units

    async def _save(self, thing: int, _units: int) -> None:
        if units := self.bought.pop(thing, 0):
            cart = (await Carts(self.shop.database).carts_by_id([self.cart]))[0]
            assert cart is not None
            lines = [line.id for line in cart.lines if line.variant_id == self.products[thing].variant_id]
            await self.shop.lists.moves.save_for_later(self.viewer, GB, self.cart, lines, self.wishlist.id)
            self.wished[thing] = self.wished.get(thing, 0) + units

    async def _wish(self, thing: int, units: int) -> None:
        product = self.products[thing]
        item = NewWishlistItem(product.product_id, product.variant_id, units)
        await self.shop.lists.add_items(self.viewer, self.wishlist.id, [item])

    async def _item(self, thing: int) -> int:
        held = await self.shop.items(self.wishlist)
        return next(item.id for item in held if item.variant_id == self.products[thing].variant_id)


def _steps(*things: int) -> some.SearchStrategy[list[tuple[str, int, int]]]:
    names = some.sampled_from(("add", "add", "add_common", "remove", "buy", "save"))
    return some.lists(some.tuples(names, some.sampled_from(things), some.integers(1, 5)), min_size=3, max_size=8)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=_steps(0, 1), second=_steps(2, 3))
async def test_two_devices_lose_nothing_of_each_other(
    shop: Shop, first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]
) -> None:
    """After any histories at once: list and cart have what both devices put there and have not taken out."""
    ann = await shop.shopper()
    products = [await shop.product() for _ in range(5)]
    wishlist, cart = await shop.lists.create(ann, "Birthday"), await shop.cart(ann)
    devices = [Device(shop, ann, products, wishlist, cart) for _ in range(2)]
    await asyncio.gather(devices[0].run(first), devices[1].run(second))
    filled = (await Carts(shop.database).carts_by_id([cart]))[0]
    assert filled is not None
    wished = {thing: units for each in devices for thing, units in each.wished.items()}
    if common := max(each.common for each in devices):
        wished[COMMON] = common
    things = {product.variant_id: thing for thing, product in enumerate(products)}
    assert {things[item.variant_id or 0]: item.quantity for item in await shop.items(wishlist)} == wished
    bought = {thing: units for each in devices for thing, units in each.bought.items()}
    assert {things[line.variant_id]: line.quantity for line in filled.lines} == bought


@pytest.mark.slow
async def test_one_of_two_accounts_gets_a_list(shop: Shop, race: int) -> None:
    """However close the two claims are; a guest's change that comes with them is there or refused."""
    shoppers, product = [await shop.shopper(), await shop.shopper()], await shop.product()
    made = await shop.lists.create(ANONYMOUS, "Birthday")
    *claims, added = await asyncio.gather(
        *(outcome(shop.lists.claim(each, made.id)) for each in shoppers),
        outcome(shop.lists.add_items(ANONYMOUS, made.id, [NewWishlistItem(product.product_id)])),
    )
    assert sorted(claims) == ["", "NOT_FOUND"]
    (found,) = await Wishlists(shop.database).by_id([made.id])
    assert found is not None
    assert found.customer_id == shoppers[claims.index("")].customer_id
    assert len(await shop.items(made)) == (0 if added else 1)
    assert added in ("", "NOT_FOUND")


@pytest.mark.slow
async def test_a_merge_loses_nothing_that_is_added_at_once(shop: Shop, race: int) -> None:
    """Two lists of guests go into one, which two devices change; a change of a list that has ended is refused."""
    ann, products = await shop.shopper(), [await shop.product() for _ in range(4)]
    things = [NewWishlistItem(product.product_id) for product in products]
    own = await shop.lists.create(ann, "Own", things[:1])
    phones = [await shop.lists.create(ANONYMOUS, "Phone", things[1:2]) for _ in range(2)]
    *merged, late, added = await asyncio.gather(
        *(outcome(shop.lists.claim(ann, phone.id, own.id)) for phone in phones),
        outcome(shop.lists.add_items(ANONYMOUS, phones[0].id, things[2:3])),
        outcome(shop.lists.add_items(ann, own.id, things[3:])),
    )
    assert (merged, added) == (["", ""], "")
    assert late in ("", "NOT_FOUND")
    expected = {thing.product_id for thing in things} - ({things[2].product_id} if late else set())
    assert {item.product_id for item in await shop.items(own)} == expected
    assert await Wishlists(shop.database).by_id([phone.id for phone in phones]) == [None, None]


@pytest.mark.slow
async def test_the_last_list_of_an_account_is_made_once(shop: Shop, race: int) -> None:
    """Two devices create a list and a third claims one, with room for one."""
    ann, guests = await shop.shopper(), await shop.lists.create(ANONYMOUS, "Birthday")
    await shop.fill(ann.customer_id or 0, MAX_WISHLISTS - 1)
    answers = await asyncio.gather(
        outcome(shop.lists.create(ann, "One")),
        outcome(shop.lists.create(ann, "Other")),
        outcome(shop.lists.claim(ann, guests.id)),
    )
    assert sorted(answers) == ["", "TOO_MANY_WISHES", "TOO_MANY_WISHES"]
    assert len((await Wishlists(shop.database).by_customer([ann.customer_id or 0]))[0]) == MAX_WISHLISTS


@pytest.mark.slow
async def test_the_last_place_of_a_list_is_taken_once(shop: Shop, race: int) -> None:
    """Two devices add different things to a list with room for one; what is there already may still be added."""
    many = await shop.product(*(f"Size {number}" for number in range(MAX_ITEMS - 1)))
    filling = [NewWishlistItem(many.product_id, key) for key in many.variant_ids]
    made = await shop.lists.create(ANONYMOUS, "Birthday", filling)
    new = [NewWishlistItem((await shop.product()).product_id) for _ in range(2)]
    answers = await asyncio.gather(*(outcome(shop.lists.add_items(ANONYMOUS, made.id, [each])) for each in new))
    assert sorted(answers) == ["", "TOO_MANY_WISHES"]
    assert len(await shop.items(made)) == MAX_ITEMS
    assert await outcome(shop.lists.add_items(ANONYMOUS, made.id, filling)) == ""


@pytest.mark.slow
async def test_the_same_thing_added_at_once_is_one_item(shop: Shop, race: int) -> None:
    """By three devices, with and without its variant; the largest quantity stays."""
    product, made = await shop.product(), await shop.lists.create(ANONYMOUS, "Birthday")
    for variant_id in (None, product.variant_id):
        await asyncio.gather(
            *(
                shop.lists.add_items(ANONYMOUS, made.id, [NewWishlistItem(product.product_id, variant_id, units)])
                for units in (2, 5, 3)
            )
        )
    assert [item.quantity for item in await shop.items(made)] == [5, 5]


@pytest.mark.slow
async def test_lists_end_are_counted_and_found_by_exact_secrets(shop: Shop) -> None:
    """MySQL compares without spaces at the end; what guests left behind ends, what accounts have stays."""
    ann, mug, plate = await shop.shopper(), await shop.product(), await shop.product()
    things = [NewWishlistItem(mug.product_id), NewWishlistItem(mug.product_id, mug.variant_id)]
    kept, old = await shop.lists.create(ann, "Kept", things), await shop.lists.create(ANONYMOUS, "Old", things)
    reads = Wishlists(shop.database)
    assert await reads.by_id([f"{old.id} ", old.id.upper(), old.id]) == [None, None, old]
    assert await outcome(shop.lists.rename(ANONYMOUS, f"{old.id} ", "New")) == "NOT_FOUND"
    assert await reads.counts_by_product([plate.product_id, mug.product_id]) == [0, 2]
    past = sa.update(tables.wishlists).values(updated_at=utc_now().replace(year=2020))
    await shop.database.transact(lambda tx: tx.run(past))
    assert await WishlistExpiry(shop.database, 30).end_old() == 1
    assert [each and each.id for each in await reads.by_id([kept.id, old.id])] == [kept.id, None]
    assert (await reads.counts_by_product([mug.product_id]), len(await shop.items(old))) == ([1], 0)
