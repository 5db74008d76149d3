"""Submits and the ends of orders meet on carts and stock: they wait for each other, and none has to restart."""

import asyncio
from collections.abc import Iterable

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.inventory import levels as inventory
from datasources.inventory.levels import ForSale
from datasources.kit.database import Database, Tx
from datasources.orders import transitions
from domain.accounts import ANONYMOUS, Viewer
from domain.cart import AddLine, NewCart
from domain.checkout.commands import SubmitCart
from domain.kit.refusals import Refused
from domain.orders.life import OrderStatus
from domain.payments.records import Charge, ChargeState
from domain.territories.markets import Territories, Territory
from services.cart.lines import CartService
from services.checkout.batch_reads import Attempt
from services.checkout.batches import Accepted, Submits
from services.kit.clock import utc_now
from services.orders.payment_outcomes import OrderService
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import add_product

GB = Territory("GB", "United Kingdom", "GBP", countries=("GB",))
DECLINED = Charge(ChargeState.DECLINED, "ch_1", "card_declined")


class Shop:
    """Decides submits over one database with one variant of ten units."""

    def __init__(self, database: Database, variant_id: int) -> None:
        catalog = Catalog(database, Territories((GB,)))
        self._database = database
        self._carts = CartService(database, catalog, Territories((GB,)))
        self._submits = Submits(catalog, Territories((GB,)), "sandbox", 600)
        self._line = AddLine(variant_id, 1)

    async def cart(self, viewer: Viewer = ANONYMOUS) -> str:
        """A new cart with one unit."""
        return (await self._carts.create(viewer, GB, NewCart((self._line,), {"email": "guest@example.com"}))).cart.id

    async def submit(self, *carts: tuple[str, str], viewer: Viewer = ANONYMOUS) -> list[object]:
        """Submits carts with their tokens in one transaction."""
        attempts = [Attempt(viewer, SubmitCart(cart_id, token, "tok_ok", "GB")) for cart_id, token in carts]
        decided = await self._database.transact(lambda tx: self._submits.run(tx, attempts))
        return list(decided.outcomes)


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop with one product."""
    return Shop(database, (await database.transact(add_product)).variant_id)


@pytest.mark.slow
async def test_an_order_that_ends_while_its_cart_is_submitted_again(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch holds the cart and wants the stock; the declined order releases both in the same order."""
    first, other = await shop.cart(), await shop.cart()
    (accepted,) = await shop.submit((first, "first"))
    assert isinstance(accepted, Accepted)
    endings: list[asyncio.Task[OrderStatus]] = []
    lock, runs = inventory.lock, 0

    async def ending_first(tx: Tx, variant_ids: Iterable[int]) -> dict[int, ForSale]:
        nonlocal runs
        runs += 1
        if not endings:
            endings.append(asyncio.create_task(OrderService(database).fail(accepted.order.id, DECLINED)))
            await asyncio.wait(endings, timeout=0.5)
        return await lock(tx, variant_ids)

    monkeypatch.setattr(inventory, "lock", ending_first)
    again, fresh = await shop.submit((first, "again"), (other, "other"))
    assert isinstance(again, Accepted) and again.another
    assert isinstance(fresh, Accepted)
    assert await endings[0] is OrderStatus.PAYMENT_FAILED
    assert runs == 2  # the batch and the end of the order, each once
    (level,) = await database.all(sa.select(tables.stock_levels))
    assert (level.available, level.reserved) == (9, 1)


async def test_spaces_behind_a_token_make_no_other_attempt(database: Database, shop: Shop) -> None:
    """MySQL and MariaDB cannot distinguish two such tokens, so every database refuses the second."""
    viewer = Viewer(await database.transact(add_customer))
    first, other = await shop.cart(viewer), await shop.cart(viewer)
    await shop.submit((first, "token"), viewer=viewer)
    (outcome,) = await shop.submit((other, "token "), viewer=viewer)
    assert isinstance(outcome, Refused)
    assert outcome.refusals[0].code == "ATTEMPT_TOKEN_REUSED"


async def test_the_end_of_an_order_waits_for_no_other_order(database: Database, shop: Shop) -> None:
    """One is being paid while another's hold is checked; both are in the index of waiting orders."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: all writers wait for each other")
    first, other = [
        outcome.order.id
        for outcome in await shop.submit((await shop.cart(), "one"), (await shop.cart(), "other"))
        if isinstance(outcome, Accepted)
    ]
    over = sa.update(tables.orders).where(tables.orders.c.id == first).values(hold_expires_at=sa.func.utc_timestamp())
    await database.transact(lambda tx: tx.run(over))
    service = OrderService(database)
    stay, paying = asyncio.Event(), asyncio.Event()

    async def pay_slowly(tx: Tx) -> None:
        await transitions.become(tx, first, OrderStatus.PAID, utc_now())
        paying.set()
        await stay.wait()

    slow = asyncio.create_task(database.transact(pay_slowly))
    await paying.wait()
    assert not await service.expire(other)
    stay.set()
    await slow
