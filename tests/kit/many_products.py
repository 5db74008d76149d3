"""A thousand products, imported as drafts: titles of many scripts, prices of their own in some territories."""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from bff.settings.territories import TerritorySettings, demo_territories
from datasources import tables
from datasources.content.writes import ContentStore
from datasources.kit.rows import seconds_from_now
from domain.accounts import Permission, Viewer
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.records import ProductStatus
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.inventory import DEFAULT_LOCATION
from domain.kit.money import Money
from domain.territories.markets import Price
from services.flash_sales.planning import FlashSaleService
from services.imports.writes import ProductWriter
from tests.kit.fixtures.graphql_api import Api

PRODUCTS, SEED = 1_000, 14
WORDS = (
    "apple",
    "Äpfel",
    "APPLE",
    "zebra",
    "Éclair",
    "eclair",
    "Øre",
    "ore",
    "straße",
    "Strasse",
    "чай",
    "Чай",
    "10",
    "9",
)
MAKERS = ("Acme", "ACME", "acme", "Ångström", "angstrom", "Zeta", "émile", "Emile", "")
# Few steps of the last currency are in a price, so that many prices round to the same.
TERRITORIES = [
    *demo_territories(),
    TerritorySettings(code="KW", name="Kuwait", currency="KWD", countries=["KW"], rate=Decimal("0.0391")),
]
# One country for each territory.
COUNTRIES = ("GB", "US", "DE", "KW")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a shopper of a country sees of a product."""

    id: int
    handle: str
    title: str
    vendor: str
    product_type: str
    price: Decimal


def plain(text: str) -> str:
    """A text without case and accents; texts of letters, digits and spaces are in order by it."""
    letters = unicodedata.normalize("NFKD", text.replace("Ø", "O").replace("ø", "o"))
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


async def import_many(api: Api) -> None:
    """Half of the products are mugs by their titles, the others mention one; some are sold out."""
    chance = random.Random(SEED)
    stores = api.stores
    writer = ProductWriter(stores.database, ContentStore(stores.documents), stores.territories)
    drafts = [_draft(number, chance) for number in range(PRODUCTS)]
    for start in range(0, PRODUCTS, 200):
        await writer.write(drafts[start : start + 200])
    rows, changes = await api.rows(tables.products), sa.update(tables.products)
    numbers = [
        {"row": row.id, "units_sold": chance.randrange(40), "created_at": _day(chance), "updated_at": _day(chance)}
        for row in rows
    ]
    await api.transact(lambda tx: tx.run(changes.where(tables.products.c.id == sa.bindparam("row")), numbers))


def _day(chance: random.Random) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(60))


def _draft(number: int, chance: random.Random) -> ProductDraft:
    words = " ".join(chance.choices(WORDS, k=2))
    return ProductDraft(
        handle=f"handle-{number}",
        title=f"{words} {'mug' if number % 2 else 'jar'}",
        vendor=chance.choice(MAKERS),
        product_type=chance.choice(MAKERS),
        status=ProductStatus.ACTIVE,
        option_names=("Size",),
        variants=tuple(_variant(number, size, chance) for size in range(chance.randint(1, 3))),
        description="Goes with every mug.",
        tags=("odd" if number % 2 else "even",),
        collections=(("all", "All"),),
    )


def _variant(number: int, size: int, chance: random.Random) -> VariantDraft:
    own = {"US": "USD", "EU": "EUR", "KW": "KWD"}
    listed = [(code, Price(Money(chance.randint(1, 6_000), currency))) for code, currency in own.items()]
    return VariantDraft(
        sku=f"SKU-{number}-{size}",
        option_values=(str(size),),
        price_minor=chance.randint(1, 5_000),
        inventory=chance.choice((0, 7, 9)),
        barcode=f"40063{number:05}{size}",
        prices=tuple(each for each in listed if chance.random() < 0.2),
    )


async def plan_sale(api: Api, products: int) -> int:
    """A live flash sale of variants of so many products, some dearer than without it."""
    chance = random.Random(SEED)
    account = await api.add_account(Permission.FLASH_SALES)
    units = {row.variant_id: row.available for row in await api.rows(tables.stock_levels)}
    stocked = [row for row in await api.rows(tables.variants) if units[row.id] > 0]
    chosen = {row.product_id: row for row in chance.sample(stocked, products)}.values()
    items = tuple(
        NewFlashSaleItem(row.id, f"{chance.uniform(0.01, 60):.2f}", 1, None, DEFAULT_LOCATION) for row in chosen
    )
    staff = Viewer(account.customer_id, 0, frozenset({Permission.FLASH_SALES}))
    now = datetime.now(UTC)
    sale = NewFlashSale("Hour", now - timedelta(minutes=1), now + timedelta(hours=1), items)
    return await FlashSaleService(api.stores.database, "GBP").create(staff, sale)


async def end_sale(api: Api, sale_id: int) -> None:
    """Lets the time of a sale run out; nothing else has happened yet."""
    ended = {"ends_at": seconds_from_now(api.stores.database.dialect, 0)}
    await api.change(sa.update(tables.flash_sales).where(tables.flash_sales.c.id == sale_id).values(ended))


def handles(products: Sequence[Shown]) -> list[str]:
    """Their handles."""
    return [product.handle for product in products]
