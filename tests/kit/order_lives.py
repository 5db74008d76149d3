"""A shop with taxes, delivery, discounts and a free product, whose orders random lives are made of."""

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.discounts import codes as discounts
from datasources.kit.database import Database
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS
from domain.cart import AddLine, BuyerChanges, NewCart
from domain.checkout.commands import SubmitCart
from domain.discounts.rules import Discount, DiscountKind
from domain.kit.ids import new_secret
from domain.kit.refusals import Refused
from domain.territories.delivery import Address, DeliveryOption, DeliveryRate, NewAddress
from domain.territories.markets import Tax, Territories, Territory
from services.cart.lines import CartService
from services.checkout.submit import CheckoutService
from services.orders.life import OrderLifeService
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService
from services.payments.webhooks import WebhookService
from services.territories import rules_of
from tests.kit.bank import Bank
from tests.kit.factories.catalog import NOW, add_product
from tests.kit.factories.discounts import a_discount
from tests.kit.ledger_oracle import Ledger, OracleLine
from tests.kit.order_desk import Desk
from tests.kit.pricing_oracle import Code, Line, Market, Option, bill

PRICES = (1_000, 333, 1, 0)
STOCK = 100_000
_POST = DeliveryOption("post", "Post", (DeliveryRate(395, 1_000), DeliveryRate(795)), free_from_minor=3_000)
_KINDS = {"TENTH": DiscountKind.PERCENTAGE, "FIVER": DiscountKind.AMOUNT, "FREE": DiscountKind.FREE_SHIPPING}
CODES = {"TENTH": Code(percent=Fraction(10)), "FIVER": Code(amount=500), "FREE": Code()}
TERRITORIES = Territories(
    (
        Territory("GB", "United Kingdom", "GBP", countries=("GB",), tax=Tax(Decimal("0.2")), delivery=(_POST,)),
        Territory(
            *("US", "United States", "GBP"),
            countries=("US",),
            tax=Tax(Decimal("0.0725"), included=False),
            delivery=(_POST,),
        ),
    )
)
_OPTION = Option("post", ((1_000, 395), (None, 795)), 3_000)
MARKETS = {
    "GB": Market("GBP", Fraction(1, 5), True, (_OPTION,)),
    "US": Market("GBP", Fraction(29, 400), False, (_OPTION,)),
}


@dataclass(frozen=True, slots=True)
class Bought:
    """An order with the variants of its lines, and what must become of it."""

    id: int
    variants: tuple[int, ...]
    ledger: Ledger


class LifeDesk(Desk):
    """The services over a bank that counts."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.bank = Bank()
        self.payments = PaymentService(self.bank, Orders(database), self.orders)
        self.refunds = RefundService(database, self.bank, self.orders)
        self.life = OrderLifeService(database, self.orders, self.refunds)
        self.hooks = WebhookService(database, self.bank.name, self.orders)
        self.variants: tuple[int, ...] = ()
        self.levels = tables.stock_levels

    async def stock_up(self) -> None:
        """A variant of each price, and the codes."""
        await self.open()
        self.variants = tuple([await self._add(price) for price in PRICES])
        for code, kind in _KINDS.items():
            off = replace(
                a_discount(code=code, kind=kind, basis_points=0),
                basis_points=1_000 if kind is DiscountKind.PERCENTAGE else 0,
                minor=500 if kind is DiscountKind.AMOUNT else 0,
            )
            await self._add_code(off)

    async def _add(self, price: int) -> int:
        added = await self.database.transact(lambda tx: add_product(tx, price=price, stock=STOCK))
        return added.variant_id

    async def _add_code(self, off: Discount) -> None:
        await self.database.transact(lambda tx: discounts.insert(tx, off, NOW))

    async def buy_some(self, chance: random.Random) -> Bought:
        """An order of a random cart; the oracle says what it costs."""
        where = chance.choice(TERRITORIES.all)
        which = chance.sample(range(len(PRICES)), chance.randrange(1, len(PRICES) + 1))
        units = [chance.randrange(1, 5) for _ in which]
        codes = [code for code in CODES if chance.random() < 0.3]
        token = chance.choice(("CAPTURED",) * 8 + ("DECLINED", "lost", "lost"))
        variants = tuple(self.variants[place] for place in which)
        order_id = await self._bought(variants, units, codes, where, token)
        lines = [Line(count, PRICES[place], 100) for count, place in zip(units, which, strict=True)]
        market = MARKETS[where.code]
        cost = bill(lines, market, [CODES[code] for code in codes], True, None)
        added = [0] * len(lines) if market.contained else cost.taxes
        charges = [
            line.units * line.price - off + tax for line, off, tax in zip(lines, cost.discounts, added, strict=True)
        ]
        kept = [OracleLine(line.units, charge) for line, charge in zip(lines, charges, strict=True)]
        ledger = Ledger(kept, cost.total - sum(charges))
        if token == "CAPTURED" or not ledger.total:
            ledger.pay()
        elif token == "DECLINED":
            ledger.state = "PAYMENT_FAILED"
        return Bought(order_id, variants, ledger)

    async def _bought(
        self, variants: tuple[int, ...], units: list[int], codes: list[str], where: Territory, token: str
    ) -> int:
        catalog = Catalog(self.database, TERRITORIES)
        carts = CartService(self.database, catalog, TERRITORIES)
        checkout = CheckoutService(self.database, catalog, TERRITORIES, self.payments, hold_seconds=600)
        new = NewCart(
            tuple(AddLine(*line) for line in zip(variants, units, strict=True)),
            BuyerChanges(email="ada@example.com"),
            discount_codes=tuple(codes),
            addresses=(self.place(where),),
        )
        cart = (await carts.create(ANONYMOUS, where, new)).cart
        try:
            await checkout.submit(ANONYMOUS, SubmitCart(cart.id, new_secret(), token, where.code))
        except Refused as refused:
            assert refused.refusals[0].code == "PAYMENT_DECLINED"
        row = await self.database.one(sa.select(tables.orders.c.id).where(tables.orders.c.cart_id == cart.id))
        assert row is not None
        return int(row.id)

    @staticmethod
    def place(where: Territory) -> NewAddress:
        """An address that the post of a territory accepts."""
        town = Address(where.code, last_name="Byron", address1="1 Street", city="Town", province="MA")
        return NewAddress(replace(town, zip=rules_of(where.code).example), True)

    async def end_hold(self, order_id: int) -> None:
        """The order's time to pay is over."""
        await self.change(sa.update(tables.orders).where(tables.orders.c.id == order_id).values(hold_expires_at=NOW))
        await self.orders.expire(order_id)

    async def settle_clock(self) -> None:
        """Makes the payments old enough to be compared with the provider."""
        await self.change(sa.update(tables.payments).values(updated_at=NOW))
