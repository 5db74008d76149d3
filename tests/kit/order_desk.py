"""Orders that buyers place and staff change, over one database and a payment provider in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.consistency import flash_sales, order_life, orders, stock, usages
from datasources.consistency.rule import all_broken
from datasources.kit.database import Database, Row
from datasources.orders.lives import OrderLives
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS, Permission, Viewer
from domain.cart import AddLine, BuyerChanges, NewCart
from domain.checkout.commands import SubmitCart
from domain.kit.ids import new_secret
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.orders.after_payment import OrderLife
from domain.orders.life import OrderStatus
from domain.payments.keys import only_authorizes
from domain.payments.records import NO_PAYER, Charge, ChargeState, Payer, PaymentAction, PaymentEvent
from domain.territories.markets import Territories, Territory
from services.cart.lines import CartService
from services.checkout.submit import CheckoutService
from services.orders.life import OrderLifeService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import Added, add_product
from workers.orders import Sweeps

GB, US = Territory("GB", "United Kingdom", "GBP", countries=("GB",)), Territory("US", "United States", "USD")
TERRITORIES = Territories((GB, US))
UNKNOWN = Charge(ChargeState.UNKNOWN)


@dataclass
class Till:
    """A payment provider: its flags say whether it `hears` requests, `answers` them and `refuses` refunds."""

    name = "till"
    charges: dict[str, Charge] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    captures: dict[str, int] = field(default_factory=dict)
    captured: dict[str, list[str]] = field(default_factory=dict)
    splits: bool = True
    asked: int = 0
    hears: bool = True
    answers: bool = True
    refuses: bool = False

    async def charge(
        self, key: str, amount: Money, token: str, return_url: str = "", payer: Payer = NO_PAYER
    ) -> Charge:
        """Ends as the token says; `lost` never arrives."""
        if token == "lost":
            return UNKNOWN
        state = ChargeState.AUTHORIZED if token == "CAPTURED" and only_authorizes(key) else ChargeState[token]
        page = PaymentAction(redirect_url=f"https://bank.example/{key}")
        action = page if state is ChargeState.ACTION_REQUIRED else None
        made = Charge(state, "reference", action=action)
        if state is ChargeState.AUTHORIZED:
            made = replace(made, amount=amount, captured=Money(0, amount.currency), splits=self.splits)
        return self.charges.setdefault(key, made)

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """Takes authorized money, once per key; `splits` says whether there may be several."""
        self.asked += 1
        known = self.charges.get(key)
        if not self.hears:
            return UNKNOWN
        if capture_key not in self.captures:
            if known is None or known.state is not ChargeState.AUTHORIZED or self.refuses:
                return Charge(ChargeState.DECLINED, reason="charge_not_authorized")
            taken = sum(self.captures.get(each, 0) for each in self.captured.get(key, [])) + amount.minor
            assert known.amount is not None and taken <= known.amount.minor and (is_final or self.splits)
            self.captures[capture_key] = amount.minor
            self.captured.setdefault(key, []).append(capture_key)
            self.charges[key] = self._captured(known, taken, is_final=is_final)
        return self.charges[key] if self.answers else UNKNOWN

    def _captured(self, known: Charge, minor: int, *, is_final: bool) -> Charge:
        assert known.amount is not None
        taken = Money(minor, known.amount.currency)
        if is_final:
            return Charge(ChargeState.CAPTURED, "reference", amount=taken, captured=taken)
        return replace(known, captured=taken, splits=self.splits)

    async def abandon(self, key: str) -> Charge:
        """Ends a charge that waits for its buyer, or never came."""
        known = self.charges.get(key)
        if not self.hears:
            return UNKNOWN
        if known is not None and known.state is ChargeState.AUTHORIZED and known.captured and known.captured.minor:
            self.charges[key] = self._captured(known, known.captured.minor, is_final=True)
        elif known is None or known.state in (ChargeState.ACTION_REQUIRED, ChargeState.AUTHORIZED):
            self.charges[key] = Charge(ChargeState.DECLINED, "reference", "canceled")
        return self.charges[key]

    async def status(self, key: str) -> Charge | None:
        """The state of a charge."""
        return self.charges.get(key)

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Once per refund key."""
        self.asked += 1
        if self.refuses:
            return Charge(ChargeState.DECLINED, reason="refund_exceeds_charge")
        if self.hears:
            assert self.refunds.setdefault(refund_key, amount.minor) == amount.minor
        return Charge(ChargeState.CAPTURED, "reference") if self.hears and self.answers else UNKNOWN

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """Rejects every webhook."""
        return None

    async def close(self) -> None:
        """Has nothing to close."""


class Desk:
    """The services over a database, and a member of staff with the permission ORDERS."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.till = Till()
        self.orders = OrderService(database)
        self.payments = PaymentService(self.till, Orders(database), self.orders)
        self.refunds = RefundService(database, self.till, self.orders)
        self.life = OrderLifeService(database, self.orders, self.refunds)
        self.staff = Viewer(permissions=frozenset({Permission.ORDERS}))

    async def open(self, stock: int = 10) -> Added:
        """Creates the member of staff and a product with two variants at 10.00 GBP."""

        async def hire() -> int:
            return await self.database.transact(lambda tx: add_customer(tx, permissions=(Permission.ORDERS,)))

        self.staff = Viewer(await hire(), permissions=frozenset({Permission.ORDERS}))
        return await self.database.transact(lambda tx: add_product(tx, stock=stock, variants=("Blue", "Red")))

    async def buy(
        self,
        *lines: tuple[int, int],
        token: str = "CAPTURED",
        where: Territory = GB,
        email: str = "guest@example.com",
        codes: tuple[str, ...] = (),
    ) -> int:
        """An order of (variant id, units) pairs by somebody in a territory."""
        catalog = Catalog(self.database, TERRITORIES)
        carts = CartService(self.database, catalog, TERRITORIES)
        checkout = CheckoutService(self.database, catalog, TERRITORIES, self.payments, hold_seconds=600)
        new = NewCart(tuple(AddLine(*line) for line in lines), BuyerChanges(email=email), discount_codes=codes)
        cart = (await carts.create(ANONYMOUS, where, new)).cart
        await checkout.submit(ANONYMOUS, SubmitCart(cart.id, new_secret(), token, where.code))
        row = await self.database.one(sa.select(tables.orders.c.id).where(tables.orders.c.cart_id == cart.id))
        assert row is not None
        return int(row.id)

    async def sweep(self) -> None:
        """Runs all sweeps."""
        await sweep_all(Sweeps(Orders(self.database), self.payments, self.refunds, age_seconds=-5))

    async def look(self, order_id: int) -> OrderLife:
        """The life of an order."""
        (life,) = await OrderLives(self.database).by_order([order_id])
        assert life is not None
        return life

    async def status(self, order_id: int) -> OrderStatus:
        """The state of an order."""
        return (await self.look(order_id)).order.status

    async def stock(self) -> list[tuple[int, int, int]]:
        """Units for sale, held and sold of each variant at each location."""
        rows = await self.database.all(sa.select(tables.stock_levels).order_by(*tables.stock_levels.primary_key))
        return [(row.available, row.reserved, row.sold) for row in rows]

    async def rows(self, table: sa.Table) -> list[Row]:
        """Every row of a table by its key."""
        return list(await self.database.all(sa.select(table).order_by(*table.primary_key)))

    async def steps(self, order_id: int) -> list[tuple[str, str]]:
        """State and reason of each step of an order."""
        return [(row.status, row.reason) for row in await self.rows(tables.order_events) if row.order_id == order_id]

    async def change(self, *statements: sa.Executable) -> None:
        """Runs statements that bypass the services."""
        for statement in statements:
            await self.database.transact(lambda tx, statement=statement: tx.run(statement))  # type: ignore[misc]

    async def contradictions(self) -> list[str]:
        """The findings of the reconciler."""
        rules = (*stock.RULES, *orders.RULES, *order_life.RULES, *usages.RULES, *flash_sales.RULES)
        return list((await all_broken(self.database, rules)).sentences)


def code(outcome: object) -> str:
    """The code of a refusal, or an empty text for a result; raises any other exception."""
    if isinstance(outcome, Refused):
        return outcome.refusals[0].code
    if isinstance(outcome, BaseException):
        raise outcome
    return ""


async def sweep_all(sweeps: Sweeps) -> None:
    """One sweep of each kind."""
    for sweep in (sweeps.end_holds, sweeps.settle_waiting, sweeps.settle_late, sweeps.settle_refunds):
        await sweep()
