"""Carts on every relational backend."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from datasources import cart as carts
from datasources.kit.database import Database, Tx
from domain.cart import BuyerChanges, Cart, NewCart
from tests.kit.factories import accounts, catalog
from tests.kit.factories.catalog import NOW

CART = "c" * 32
OTHER = "d" * 32


async def _opened(database: Database) -> int:
    """Two empty carts; answers a variant to put into them."""

    async def open_carts(tx: Tx) -> int:
        for cart_id in (CART, OTHER):
            await carts.insert(tx, cart_id, "GB", NewCart())
        return (await catalog.add_product(tx)).variant_id

    return await database.transact(open_carts)


async def _read(database: Database, cart_id: str = CART) -> Cart:
    found = (await carts.Carts(database).carts_by_id([cart_id]))[0]
    assert found is not None
    return found


async def test_carts_are_read_in_the_order_asked_in_two_statements(database: Database) -> None:
    """Any number of carts with their lines costs two statements; unknown ids answer None."""
    await _opened(database)
    before = database.statements
    found = await carts.Carts(database).carts_by_id([OTHER, "unknown", CART])
    assert [cart and cart.id for cart in found] == [OTHER, None, CART]
    assert database.statements - before == 2


async def test_an_id_with_spaces_behind_it_is_another_id(database: Database) -> None:
    """MySQL and MariaDB ignore trailing spaces in comparisons; the shop neither finds nor locks such a cart."""
    variant = await _opened(database)
    await database.transact(lambda tx: carts.put_line(tx, CART, variant, 1, ()))
    assert await carts.Carts(database).carts_by_id([f"{CART} "]) == [None]
    assert await database.transact(lambda tx: carts.lock(tx, f"{CART} ", NOW)) is None


async def test_a_cart_keeps_what_it_was_given(database: Database) -> None:
    """Note, attributes, codes and lines come back as they were written."""

    async def fill(tx: Tx) -> int:
        variant = (await catalog.add_product(tx)).variant_id
        new = NewCart(note="Ring twice ☎", attributes=(("gift wrap", "yes"),), discount_codes=("SPRING",))
        await carts.insert(tx, CART, "GB", new)
        await carts.put_line(tx, CART, variant, 3, (("engraving", "Ada"),))
        return variant

    variant = await database.transact(fill)
    cart = await _read(database)
    assert (cart.note, cart.attributes, cart.discount_codes) == (
        "Ring twice ☎",
        (("gift wrap", "yes"),),
        ("SPRING",),
    )
    assert [(line.variant_id, line.quantity, line.attributes) for line in cart.lines] == [
        (variant, 3, (("engraving", "Ada"),))
    ]


async def test_locking_an_unknown_cart_answers_none(database: Database) -> None:
    """There is nothing to lock and nothing is made."""
    assert await database.transact(lambda tx: carts.lock(tx, CART, NOW)) is None


async def test_changes_of_one_cart_wait_for_each_other(database: Database) -> None:
    """Ten read-and-add changes under the cart's lock lose none."""
    variant = await _opened(database)
    await database.transact(lambda tx: carts.put_line(tx, CART, variant, 1, ()))

    async def add_one(tx: Tx) -> None:
        cart = await carts.lock(tx, CART, NOW)
        assert cart is not None
        line = cart.lines[0]
        await carts.change_line(tx, replace(line, quantity=line.quantity + 1))

    await asyncio.gather(*(database.transact(add_one) for _ in range(10)))
    (changed,) = (await _read(database)).lines
    assert changed.quantity == 11


async def test_only_lines_of_the_cart_are_removed(database: Database) -> None:
    """A line id of another cart removes nothing."""
    variant = await _opened(database)

    async def fill(tx: Tx) -> None:
        await carts.put_line(tx, CART, variant, 1, ())
        await carts.put_line(tx, OTHER, variant, 1, ())

    await database.transact(fill)
    foreign = (await _read(database, OTHER)).lines[0].id
    await database.transact(lambda tx: carts.remove_lines(tx, CART, [foreign]))
    assert len((await _read(database)).lines) == 1
    assert len((await _read(database, OTHER)).lines) == 1


async def test_one_line_per_variant_and_attributes(database: Database) -> None:
    """The database refuses a second line of the same variant and attributes, in any order."""
    variant = await _opened(database)
    attributes = (("a", "1"), ("b", "2"))
    await database.transact(lambda tx: carts.put_line(tx, CART, variant, 1, attributes))
    with pytest.raises(sa.exc.IntegrityError):
        await database.transact(lambda tx: carts.put_line(tx, CART, variant, 1, attributes[::-1]))


async def test_the_buyer_keeps_what_is_not_given(database: Database) -> None:
    """None leaves a part of the buyer's identity as it is."""
    await _opened(database)
    customer = await database.transact(lambda tx: accounts.add_customer(tx))
    await database.transact(lambda tx: carts.set_buyer(tx, CART, BuyerChanges(email="ada@example.com", country="GB")))
    await database.transact(lambda tx: carts.set_buyer(tx, CART, BuyerChanges(country="US", customer_id=customer)))
    cart = await _read(database)
    assert (cart.email, cart.country, cart.customer_id) == ("ada@example.com", "US", customer)
