"""A shop of one product with an order in every state, each made by the services that make them in earnest."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from datasources import cart as carts
from datasources import tables
from datasources.catalog.reads import Catalog
from datasources.consistency.runs import CheckRuns
from datasources.content.writes import ContentStore
from datasources.homepage.builds import HomepageBuilds
from datasources.homepage.documents import HomepageDocuments
from datasources.homepage.marks import HomepageMarks
from datasources.homepage.records import HomepageRecords
from datasources.kit import redis
from datasources.kit.caches import MemoryBudget
from datasources.kit.database import Database, Tx
from datasources.kit.documents import Documents
from datasources.kit.run_counts import RunCounts
from datasources.kit.stream import EventStream
from datasources.orders.reads import Orders
from domain.accounts import ANONYMOUS
from domain.cart import NewCart
from domain.catalog.records import ProductContent
from domain.checkout.commands import SubmitCart
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord
from domain.homepage.sources import TextSection
from domain.kit.ids import new_secret
from domain.kit.money import Money
from domain.kit.refusals import Refused
from domain.payments.keys import charge_key
from domain.payments.records import NO_PAYER, Charge, ChargeState, Payer, PaymentEvent
from domain.search import SearchHits, SearchMatches, SearchQuery
from domain.territories.markets import Territories, Territory
from services.checkout.submit import CheckoutService
from services.orders.payment_outcomes import OrderService
from services.orders.refunds import RefundService
from services.payments.charges import PaymentService
from tests.kit.factories.catalog import add_product

PAGE = HomepageKey("GB", Platform.WEB)
CAPTURED = Charge(ChargeState.CAPTURED, "reference")


class Provider:
    """A payment provider in memory: a charge ends as its token says, `lost` never arrives."""

    name = "memory"

    def __init__(self) -> None:
        self.charges: dict[str, Charge] = {}
        self.answers = True

    async def charge(
        self, key: str, amount: Money, token: str, return_url: str = "", payer: Payer = NO_PAYER
    ) -> Charge:
        """CAPTURED, DECLINED, or UNKNOWN for a charge that got lost."""
        if token == "lost":
            return Charge(ChargeState.UNKNOWN)
        return self.charges.setdefault(key, Charge(ChargeState[token], "reference"))

    async def capture(self, key: str, capture_key: str, amount: Money, *, is_final: bool = True) -> Charge:
        """No charge of this provider waits for its capture."""
        return Charge(ChargeState.DECLINED, reason="charge_not_authorized")

    async def abandon(self, key: str) -> Charge:
        """No charge of this provider waits for its buyer."""
        return self.charges.setdefault(key, Charge(ChargeState.DECLINED))

    async def status(self, key: str) -> Charge | None:
        """What became of a charge."""
        return self.charges.get(key) if self.answers else Charge(ChargeState.UNKNOWN)

    async def refund(self, key: str, refund_key: str, amount: Money) -> Charge:
        """Always done."""
        return CAPTURED

    def verify_webhook(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent | None:
        """Believes nobody."""
        return None

    async def close(self) -> None:
        """Holds nothing."""


class Index:
    """A search index that knows only how many products it has."""

    def __init__(self, total: int) -> None:
        self.total = total

    async def search(self, query: SearchQuery) -> SearchHits:
        """No products, but their count."""
        return SearchHits((), self.total)

    async def matches(self, query: SearchQuery) -> SearchMatches:
        """None of them."""
        return SearchMatches(())

    async def index(self, documents: object) -> None:
        """Not asked here."""

    async def remove(self, product_ids: object) -> None:
        """Not asked here."""

    async def clear(self) -> None:
        """Not asked here."""

    async def prepare(self) -> None:
        """Not asked here."""

    async def ping(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Holds nothing."""


@dataclass(frozen=True, slots=True)
class SmallShop:
    """Open stores; `orders` are order keys by state, `cart_ids` the cart of each."""

    database: Database
    documents: Documents
    redis: redis.Client
    stream: EventStream
    homepage_documents: HomepageDocuments
    homepage_records: HomepageRecords
    homepage_marks: HomepageMarks
    homepage_builds: HomepageBuilds
    search: Index
    territories: Territories
    payments: Provider
    check_runs: CheckRuns
    job_runs: RunCounts
    product_id: int
    variant_id: int
    orders: dict[str, int] = field(default_factory=dict)
    cart_ids: dict[str, str] = field(default_factory=dict)
    memory: MemoryBudget = field(default_factory=MemoryBudget)

    async def run(self, *statements: sa.Executable) -> None:
        """Changes rows behind the services' back."""

        async def run(tx: Tx) -> None:
            for statement in statements:
                await tx.run(statement)

        await self.database.transact(run)

    async def buy(self, name: str, token: str) -> int:
        """Submits a cart with two units and keeps the order under `name`."""
        cart_id = new_secret()

        async def fill(tx: Tx) -> None:
            await carts.insert(tx, cart_id, "GB", NewCart())
            await carts.set_buyer(tx, cart_id, {"email": "guest@example.com"})
            await carts.put_line(tx, cart_id, self.variant_id, 2, ())

        await self.database.transact(fill)
        catalog = Catalog(self.database, self.territories)
        checkout = CheckoutService(self.database, catalog, self.territories, self._payments(), hold_seconds=0)
        with suppress(Refused):  # a declined payment leaves its order behind
            await checkout.submit(ANONYMOUS, SubmitCart(cart_id, new_secret(), token, "GB"))
        row = await self.database.one(sa.select(tables.orders.c.id).where(tables.orders.c.cart_id == cart_id))
        assert row is not None
        self.orders[name], self.cart_ids[name] = row.id, cart_id
        return int(row.id)

    def _payments(self) -> PaymentService:
        return PaymentService(self.payments, Orders(self.database), OrderService(self.database))

    async def trade(self) -> None:
        """One order for each way an order can go."""
        service = OrderService(self.database)
        await self.buy("PAID", "CAPTURED")
        await self.buy("PAYMENT_FAILED", "DECLINED")
        await service.expire(await self.buy("EXPIRED", "lost"))
        for name in ("EXCEPTION", "REFUNDED"):
            late = await self.buy(name, "lost")
            await service.expire(late)
            self.payments.charges[charge_key(late)] = CAPTURED
            await service.capture(late, CAPTURED)
        await self.settle_refunds(self.orders["REFUNDED"])
        await self.buy("PENDING_PAYMENT", "lost")

    async def settle_refunds(self, order_id: int) -> None:
        """Gives back what is promised for an order."""
        refunds = RefundService(self.database, self.payments, OrderService(self.database))
        mine = sa.select(tables.refunds.c.id).where(tables.refunds.c.order_id == order_id)
        for row in await self.database.all(mine):
            await refunds.settle(row.id)

    async def publish_homepage(self) -> None:
        """A page of one text, and its record."""
        assert await self.homepage_documents.publish(PAGE, 0, "main", (TextSection("1", "Hello", ""),))
        record = HomepageRecord("GB", Platform.WEB, 1, datetime.now(UTC), (), ())
        assert await self.homepage_records.replace(PAGE, record)


@asynccontextmanager
async def small_shop(
    database: Database, documents: Documents, client: redis.Client, prefix: str
) -> AsyncIterator[SmallShop]:
    """The shop in stores that are empty, with no event left to publish and payments old enough to be compared."""
    product = await database.transact(lambda tx: add_product(tx, stock=50))
    await ContentStore(documents).put_products({product.product_id: ProductContent(product.product_id)})
    shop = SmallShop(
        database=database,
        documents=documents,
        redis=client,
        stream=EventStream(client, prefix),
        homepage_documents=HomepageDocuments(documents, "GB"),
        homepage_records=HomepageRecords(client, prefix),
        homepage_marks=HomepageMarks(client, prefix),
        homepage_builds=HomepageBuilds(client, prefix),
        search=Index(total=1),
        territories=Territories((Territory("GB", "United Kingdom", "GBP", countries=("GB",)),)),
        payments=Provider(),
        check_runs=CheckRuns(client, prefix),
        job_runs=RunCounts(client, f"{prefix}{{workers}}:runs"),
        product_id=product.product_id,
        variant_id=product.variant_id,
    )
    await shop.trade()
    await shop.publish_homepage()
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await shop.run(sa.delete(tables.outbox), sa.update(tables.payments).values(updated_at=an_hour_ago))
    yield shop
