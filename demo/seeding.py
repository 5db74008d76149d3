"""Fills an empty shop with the demo shop. Each step may be repeated: the next run finishes one that failed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from datasources.accounts import customers as accounts
from datasources.accounts.customers import Accounts
from datasources.catalog.collections import Collections
from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.content.writes import ContentStore
from datasources.discounts import codes as discounts
from datasources.flash_sales.sales import FlashSales
from datasources.homepage.documents import HomepageDocuments
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from datasources.kit.documents import Documents
from demo.accounts import DEMO_PASSWORD, demo_accounts, shoppers
from demo.catalog.collections import content_of, listings
from demo.catalog.products import drafts
from demo.content.blogs import articles, blogs
from demo.content.menus import menus
from demo.content.objects import metaobjects, redirects
from demo.content.pages import pages
from demo.content.shop import shop
from demo.discounts import demo_discounts
from demo.flash_sale import flash_sale, sale_handles
from demo.homepage import homepages
from demo.orders import past_orders
from domain.accounts import Permission, SignUp, Viewer
from domain.catalog.drafts import ProductDraft
from domain.events import HomepagePublished
from domain.homepage.keys import HomepageKey
from domain.homepage.sources import SectionSource
from domain.imports import Outcome
from domain.kit.paging import PageRequest
from domain.territories.markets import Territories
from services.accounts.passwords import Passwords
from services.accounts.sign_in import AccountService
from services.accounts.staff import StaffService
from services.flash_sales.planning import FlashSaleService
from services.imports.writes import PastOrderWriter, ProductWriter

_T = TypeVar("_T")
# Name of the step, done, total.
Progress = Callable[[str, int, int], None]

_AT_ONCE = 50  # products in one transaction
_ORDERS_AT_ONCE = 200
_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demo shop is written, and how it presents itself: its name, and its address or "" for none."""

    database: Database
    documents: Documents
    territories: Territories
    accounts: AccountService
    name: str
    url: str


async def is_seeded(content: Content) -> bool:
    """Whether the demo shop is complete: the document that describes the shop comes last."""
    return await content.shop() is not None


class Seeding:
    """One run. Past orders end the day before it; all else is the same on every day and machine."""

    def __init__(self, place: Place, progress: Progress) -> None:
        self._place = place
        self._progress = progress
        self._known = Accounts(place.database)
        self._contents = ContentStore(place.documents)
        self._passwords = Passwords()

    async def run(self) -> None:
        """Writes the demo shop, or what is missing of it. Raises `Unavailable`.

        Accounts come before the orders that belong to them, collections before the menus that lead to them.
        """
        products = drafts(self._place.territories)
        await self._accounts()
        await self._shoppers()
        await self._products(products)
        collection_ids = await self._collections()
        await self._texts(collection_ids)
        await self._orders(products)
        await self._discounts()
        await self._flash_sale()
        await self._homepages()
        await self._shop()

    async def _accounts(self) -> None:
        staff = StaffService(self._place.database)
        for one in self._steps("Accounts", demo_accounts()):
            if await self._known.credentials(one.account.email) is None:
                await self._place.accounts.sign_up(one.account)
            if one.permissions:
                await staff.grant(one.account.email, one.permissions)

    async def _shoppers(self) -> None:
        """Accounts of past customers, with names and a common date; one password hash serves them all."""
        missing = [one for one in shoppers() if await self._known.credentials(one.email) is None]
        password_hash = await self._passwords.hash(DEMO_PASSWORD)
        since = datetime.now(UTC) - _A_YEAR

        async def insert(tx: Tx) -> None:
            for one in missing:
                account = SignUp(one.email, DEMO_PASSWORD, one.first_name, one.last_name)
                await accounts.insert(tx, account, password_hash, since)

        await self._place.database.transact(insert)

    async def _products(self, products: Sequence[ProductDraft]) -> None:
        writer = ProductWriter(self._place.database, self._contents, self._place.territories)
        for start in range(0, len(products), _AT_ONCE):
            self._progress("Products", start, len(products))
            await writer.write(products[start : start + _AT_ONCE])
        self._progress("Products", len(products), len(products))

    async def _collections(self) -> dict[str, int]:
        """Texts and pictures of the collections that the products created; their keys by handle."""
        wanted = listings()
        found = await Collections(self._place.database).by_handle([listing.handle for listing in wanted])
        ids = {collection.handle: collection.id for collection in found if collection is not None}
        await self._contents.put_collections({ids[one.handle]: content_of(one, ids[one.handle]) for one in wanted})
        self._progress("Collections", len(ids), len(ids))
        return ids

    async def _texts(self, collection_ids: dict[str, int]) -> None:
        for menu in self._steps("Menus", menus(collection_ids)):
            await self._contents.put_menu(menu)
        for page in self._steps("Pages", pages()):
            await self._contents.put_page(page)
        content = Content(self._place.documents)
        await content.blogs.put(blogs(), articles())
        await content.metaobjects.put(metaobjects(), redirects())

    async def _orders(self, products: Sequence[ProductDraft]) -> None:
        """Does not change orders that a run of an earlier day wrote."""
        territories = self._place.territories
        orders = past_orders(products, territories, datetime.now(UTC).date())
        writer = PastOrderWriter(self._place.database, territories)
        created = 0
        for start in range(0, len(orders), _ORDERS_AT_ONCE):
            self._progress("Past orders", start, len(orders))
            written = await writer.write(orders[start : start + _ORDERS_AT_ONCE])
            created += sum(one.outcome is Outcome.CREATED for one in written)
        await writer.finish(created)
        self._progress("Past orders", len(orders), len(orders))

    async def _discounts(self) -> None:
        wanted = demo_discounts()

        async def insert(tx: Tx) -> None:
            known = await discounts.by_codes(tx, [discount.code for discount in wanted])
            for discount in wanted:
                if discount.code not in known:
                    await discounts.insert(tx, discount, datetime.now(UTC))

        await self._place.database.transact(insert)
        self._progress("Discounts", len(wanted), len(wanted))

    async def _flash_sale(self) -> None:
        """Plans the sale, unless an earlier run has."""
        place = self._place
        known = await FlashSales(place.database, place.territories).open_page(PageRequest(1), reverse=False)
        if not known.items:
            currency = place.territories.default.currency
            sale = flash_sale(await self._variant_ids(sale_handles()), datetime.now(UTC))
            await FlashSaleService(place.database, currency).create(await self._staff(Permission.FLASH_SALES), sale)
        self._progress("Flash sale", 1, 1)

    async def _staff(self, permission: Permission) -> Viewer:
        """An account that holds the permission."""
        email = next(one.account.email for one in demo_accounts() if permission in one.permissions)
        known = await self._known.credentials(email)
        assert known is not None
        return Viewer(known.customer_id, known.token_version, known.permissions)

    async def _variant_ids(self, handles: Sequence[str]) -> dict[str, int]:
        """Keys of the variants of some products by SKU."""
        catalog = Catalog(self._place.database, self._place.territories)
        found = await catalog.products.by_handle(handles)
        ids = [product.id for product in found if product is not None]
        variants = await catalog.variants.by_product(ids, self._place.territories.default)
        return {variant.sku: variant.id for own in variants for variant in own if variant.sku is not None}

    async def _homepages(self) -> None:
        territory = self._place.territories.default.code
        for platform, page in self._steps("Homepages", list(homepages().items())):
            await self._publish(HomepageKey(territory, platform), *page)

    async def _publish(self, key: HomepageKey, menu: str, sections: Sequence[SectionSource]) -> None:
        """Writes the event even when a failed run has published the page, because that run may have lost the event."""
        documents = HomepageDocuments(self._place.documents, key.territory)

        async def publish(tx: Tx) -> None:
            await outbox.add(tx, HomepagePublished(key.territory, key.platform.value))
            await documents.publish(key, 0, menu, sections)

        await self._place.database.transact(publish)

    async def _shop(self) -> None:
        currency = self._place.territories.default.currency
        await self._contents.put_shop(shop(self._place.name, self._place.url, currency))
        self._progress("Shop", 1, 1)

    def _steps(self, name: str, things: Sequence[_T]) -> Iterator[_T]:
        for done, thing in enumerate(things):
            self._progress(name, done, len(things))
            yield thing
        self._progress(name, len(things), len(things))
