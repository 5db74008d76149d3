"""A random walk through everything that changes what is for sale, sold or paid back; every invariant holds.

Catalog files, prices, counts, carts, submits, payments, parcels, refunds, cancellations and flash sales follow each
other in an order that a seed decides. Refusals are part of the walk; contradictions are not.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bff.stores.migrate import migrate_relational
from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.consistency import charges
from datasources.flash_sales.sales import FlashSales
from datasources.kit.database import Database
from datasources.kit.rows import seconds_from_now
from domain.accounts import ANONYMOUS, Permission, Viewer
from domain.cart import AddLine, BuyerChanges, ChangeLine, NewCart
from domain.checkout.commands import SubmitCart
from domain.checkout.offers import Offer
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import new_secret
from domain.kit.refusals import Refused
from domain.orders.after_payment import RefundedLine, RestockType, Tracking
from domain.orders.commands import CancelOrder, CancelReason, FulfilOrder, LineUnits, RefundOrder, ReturnUnits
from domain.payments.records import PaymentMethod
from services.cart.expiry import CartExpiry
from services.cart.lines import CartService
from services.checkout.submit import CheckoutService
from services.flash_sales.planning import FlashSaleService
from services.imports.files import ProductImport
from services.imports.writes import ProductWriter
from tests.kit import backends, ended_authorizations, order_desk
from tests.kit.backends.databases import Databases
from tests.kit.captured_oracle import wrongly_captured
from tests.kit.factories.accounts import add_customer
from tests.kit.imports import Contents
from tests.kit.order_lives import LifeDesk
from workers.flash_sales import FlashSaleSweep

CARD = PaymentMethod("card", "Card", "bank")
LATER = PaymentMethod("later", "Paid with the parcels", "bank", authorizes=True)
TERRITORIES = replace(
    order_desk.TERRITORIES,
    all=tuple(replace(each, payment_methods=(CARD, LATER)) for each in order_desk.TERRITORIES.all),
)
GOODS = 6
PRICE_COLUMNS = "Handle,Variant SKU,Variant Price"
STOCK_COLUMNS = "Handle,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty"
LINES = range(4)


@dataclass
class Walk:
    """One shop; `path` keeps the names of the steps, for whoever has to find out what went wrong."""

    database: Database
    directory: Path
    chance: random.Random
    carts: list[str] = field(default_factory=list)
    sold: list[int] = field(default_factory=list)
    sales: list[int] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    hours: int = 0

    async def open(self) -> None:
        """Some products, staff, and all services."""
        self.desk = LifeDesk(self.database)
        await self.desk.stock_up()
        catalog = Catalog(self.database, TERRITORIES)
        self.cart = CartService(self.database, catalog, TERRITORIES)
        self.checkout = CheckoutService(self.database, catalog, TERRITORIES, self.desk.payments, hold_seconds=600)
        self.importing = ProductImport(ProductWriter(self.database, Contents(), TERRITORIES), "GBP")
        self.flash = FlashSaleService(self.database, "GBP")
        self.sweep_sales = FlashSaleSweep(FlashSales(self.database, TERRITORIES), self.flash)
        allowed = (Permission.FLASH_SALES,)
        planner = await self.database.transact(lambda tx: add_customer(tx, permissions=allowed))
        self.planner = Viewer(planner, permissions=frozenset(allowed))
        rows = "\n".join(f"good-{each},SKU{each},{each + 1}.00,shopify,20" for each in range(GOODS))
        await self._file(f"Title,{STOCK_COLUMNS}\n" + "\n".join(f"Good,{row}" for row in rows.splitlines()))

    async def step(self) -> None:
        """One step; a refusal is one of its outcomes."""
        kinds: list[Callable[[], Awaitable[object]]] = [
            *(self.show_or_hide, self.change_price, self.count_stock),
            *(self.fill_cart,) * 4,
            *(self.change_cart,) * 2,
            *(self.submit,) * 5,
            *(self.settle, self.end_hold, self.refund, self.cancel, self.send, self.take_back),
            *(self.send, self.end_authorization),
            *(self.plan_sale, self.cancel_sale, self.pass_sale, self.end_carts),
        ]
        kind = self.chance.choice(kinds)
        self.path.append(kind.__name__)
        try:
            await kind()
        except Refused as refused:
            self.path[-1] += f" {refused.refusals[0].code}"

    async def contradictions(self) -> list[str]:
        """What the shop says about itself that cannot be true."""
        return await self.desk.contradictions()

    async def differences(self) -> list[str]:
        """What the provider and the shop say differently about the money of orders, once both had their time."""
        self.desk.bank.mood = "does"
        await self.desk.settle_clock()
        await self.desk.sweep()
        wrong = await wrongly_captured(self.database, self.desk.bank)
        return [*(await charges.told_otherwise(self.database, self.desk.bank)).sentences, *wrong]

    # The catalog.

    async def show_or_hide(self) -> None:
        """A product becomes a draft, is archived or comes back; nothing else of it changes."""
        status = self.chance.choice(("active", "active", "draft", "archived"))
        await self._file(f"Handle,Status\n{self._good()},{status}")

    async def change_price(self) -> None:
        """A file of prices."""
        good = self.chance.randrange(GOODS)
        await self._file(f"{PRICE_COLUMNS}\ngood-{good},SKU{good},{self.chance.randrange(500) / 100:.2f}")

    async def count_stock(self) -> None:
        """A file of counts."""
        good, count = self.chance.randrange(GOODS), self.chance.randrange(30)
        await self._file(f"{STOCK_COLUMNS}\ngood-{good},SKU{good},{good + 1}.00,shopify,{count}")

    async def _file(self, text: str) -> None:
        path = self.directory / "walk.csv"
        path.write_text(text, encoding="utf-8")
        report = await self.importing.run(path, lambda *_: None, lambda _: None)
        assert report.rejected == 0, text

    def _good(self) -> str:
        return f"good-{self.chance.randrange(GOODS)}"

    async def _variant(self) -> int:
        every = await self.database.all(sa.select(tables.variants.c.id).order_by(tables.variants.c.id))
        return int(self.chance.choice(every).id)

    # Shoppers.

    async def fill_cart(self) -> None:
        """A new cart of a guest, or more in an old one."""
        lines = (AddLine(await self._variant(), self.chance.randrange(1, 5)),)
        where = self.chance.choice(TERRITORIES.all)
        if self.carts and self.chance.random() < 0.5:
            _check(await self.cart.add_lines(ANONYMOUS, where, self.chance.choice(self.carts), lines))
            return
        codes = tuple(code for code in ("TENTH", "FIVER", "FREE") if self.chance.random() < 0.2)
        ada, place = BuyerChanges(email="ada@example.com"), self.desk.place(where)
        new = NewCart(lines, ada, discount_codes=codes, addresses=(place,))
        made = await self.cart.create(ANONYMOUS, where, new)
        _check(made)
        self.carts.append(made.cart.id)

    async def change_cart(self) -> None:
        """Other units of a line."""
        cart_id = self._cart()
        lines = await self.database.all(sa.select(tables.cart_lines).where(tables.cart_lines.c.cart_id == cart_id))
        if lines:
            change = ChangeLine(self.chance.choice(lines).id, self.chance.randrange(6))
            _check(await self.cart.update_lines(ANONYMOUS, TERRITORIES.default, cart_id, [change]))

    async def submit(self) -> None:
        """A cart is bought; its payment is taken, reserved, declined, or lost on the way."""
        cart_id, token = self._cart(), self.chance.choice(("CAPTURED",) * 6 + ("DECLINED", "lost"))
        method = self.chance.choice(("card", "later"))
        wish = SubmitCart(cart_id, new_secret(), token, "GB", payment_method=method)
        try:
            await self.checkout.submit(ANONYMOUS, wish)
        finally:
            query = sa.select(tables.orders.c.id).where(tables.orders.c.cart_id == cart_id)
            self.sold += [int(row.id) for row in await self.database.all(query) if row.id not in self.sold]

    async def end_carts(self) -> None:
        """Carts that nobody has changed for long end; those of orders are as young as the orders here."""
        old, cart = {"updated_at": datetime.now(UTC) - timedelta(days=90)}, tables.carts.c
        await self.desk.change(
            sa.update(tables.carts).where(cart.id == self._cart(), cart.order_id.is_(None)).values(old)
        )
        await CartExpiry(self.database, 30).end_old()

    def _cart(self) -> str:
        return self.chance.choice(self.carts[-20:]) if self.carts else ""

    # Orders.

    async def settle(self) -> None:
        """The worker looks after waiting payments and refunds."""
        self.desk.bank.mood = "does"
        await self.desk.sweep()

    async def end_hold(self) -> None:
        """The time to pay is over."""
        if self.sold:
            await self.desk.end_hold(self.chance.choice(self.sold))

    async def refund(self) -> None:
        """Some units, with or without putting them back for sale, or an amount."""
        self.desk.bank.mood = self.chance.choice(("does", "does", "refuses", "hears nothing", "answer lost"))
        kind = self.chance.choice(tuple(RestockType))
        lines = (RefundedLine(self.chance.choice(LINES), self.chance.randrange(1, 3), kind),)
        amount = self.chance.choice((None, "0.50"))
        await self.desk.life.refund(self.desk.staff, self._order(), RefundOrder(None, amount, lines))

    async def cancel(self) -> None:
        """With or without units and money."""
        command = CancelOrder(CancelReason.CUSTOMER, self.chance.random() < 0.5, self.chance.random() < 0.5)
        await self.desk.life.cancel(self.desk.staff, self._order(), command)

    async def send(self) -> None:
        """A parcel with some units, or all that are left. The provider may not hear of its money, or not be heard."""
        self.desk.bank.mood = self.chance.choice(("does", "does", "hears nothing", "answer lost"))
        some = (LineUnits(self.chance.choice(LINES), 1),) if self.chance.random() < 0.5 else None
        await self.desk.life.fulfil(self.desk.staff, self._order(), FulfilOrder(some, Tracking()))

    async def take_back(self) -> None:
        """A unit comes back."""
        command = ReturnUnits((LineUnits(self.chance.choice(LINES), 1),), self.chance.random() < 0.5, None)
        await self.desk.life.take_back(self.desk.staff, self._order(), command)

    async def end_authorization(self) -> None:
        """Money is no longer reserved. The worker finds out, and staff cancel what was not sent."""
        self.desk.bank.mood = "does"
        await self.desk.sweep()
        order_id = self._order()
        await ended_authorizations.end(self.desk, order_id)
        await ended_authorizations.cancel_rest(self.desk, order_id)

    def _order(self) -> int:
        return self.chance.choice(self.sold) if self.sold else 0

    # Flash sales.

    async def plan_sale(self) -> None:
        """Some units at a lower price, for an hour that has begun or will begin."""
        starts_at = datetime.now(UTC) + timedelta(seconds=self.chance.choice((-60, 600)))
        item = NewFlashSaleItem(await self._variant(), "0.40", self.chance.randrange(1, 8), 3, DEFAULT_LOCATION)
        new = NewFlashSale("Hour", starts_at, starts_at + timedelta(hours=1), (item,))
        self.sales.append(await self.flash.create(self.planner, new))

    async def cancel_sale(self) -> None:
        """A sale is taken back."""
        await self.flash.cancel(self.planner, self._sale())

    async def pass_sale(self) -> None:
        """A sale is over, and the worker gives back what is left of it."""
        dialect, row = self.database.dialect, tables.flash_sales
        self.hours += 1  # ended sales of one variant do not overlap either
        starts_at = -7_200 * self.hours
        ends_at = starts_at + 3_600
        window = {"starts_at": seconds_from_now(dialect, starts_at), "ends_at": seconds_from_now(dialect, ends_at)}
        await self.desk.change(sa.update(row).where(row.c.id == self._sale()).values(window))
        await self.sweep_sales.turn()

    def _sale(self) -> int:
        return self.chance.choice(self.sales) if self.sales else 0


def _check(offer: Offer) -> None:
    """Lines, prices and total of an offer agree."""
    items = offer.price.items
    assert [line.quantity for line in offer.lines] == [each.item.quantity for each in items]
    delivery = 0 if offer.price.delivery is None else offer.price.delivery.charged
    assert offer.price.total.minor == sum(each.charged for each in items) + delivery
    assert offer.cart.quote == offer.price.total


async def walk_on(backend: str, directory: Path, seed: int, steps: int) -> list[str]:
    """Walks on a new database of a backend."""
    databases = Databases(backends.ALL[backend], migrate_relational)
    database = Database(await databases.clean(directory))
    try:
        return await walk(database, directory, seed, steps)
    finally:
        await database.close()
        databases.close()


async def walk(database: Database, directory: Path, seed: int, steps: int, look_every: int = 25) -> list[str]:
    """Walks, and returns the contradictions with the steps before them; empty when there were none."""
    walker = Walk(database, directory, random.Random(seed))
    await walker.open()
    for number in range(1, steps + 1):
        await walker.step()
        is_time = number % look_every == 0 or number == steps
        if is_time and (found := await walker.contradictions()):
            return [*found, f"seed {seed}, after: {', '.join(walker.path[-look_every:])}"]
    return [*await walker.differences(), *await walker.contradictions()]
