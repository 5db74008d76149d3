"""Fills an empty shop with the demo shop. Each step may be repeated: a run that broke off is finished by the next."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bff.stores.wiring import Stores
from datasources import accounts
from datasources.content.writes import ContentStore
from datasources.discounts import codes as discounts
from datasources.kit import outbox
from datasources.kit.database import Tx
from domain.accounts import SignUp
from domain.catalog.records import ProductDraft
from domain.content import Shop
from domain.events import HomepagePublished
from domain.homepage.keys import HomepageKey, Platform
from domain.imports import Outcome
from services.accounts.passwords import Passwords
from services.accounts.sign_in import AccountService
from services.accounts.tokens import Tokens
from services.imports.writes import PastOrderWriter, ProductWriter
from services.seed import homepages, menus, pages, people
from services.seed.discounts import demo_discounts
from services.seed.drafts import drafts
from services.seed.lists import content_of, listings
from services.seed.past_orders import past_orders
from services.seed.pictures.library import image_of
from services.seed.pictures.names import Picture

_T = TypeVar("_T")
# Name of the step, done, total.
Progress = Callable[[str, int, int], None]

_AT_ONCE = 50  # products in one transaction
_ORDERS_AT_ONCE = 200
_A_YEAR = timedelta(days=366)
_ABOUT = "Two hundred things from ten small workshops: a demonstration of a shop that stays up on its biggest day."


async def is_seeded(stores: Stores) -> bool:
    """Whether the demo shop is complete: the document that says what the shop is comes last."""
    return await stores.content.shop() is not None


async def seed(stores: Stores, progress: Progress) -> None:
    """Writes the demo shop, or what is missing of it; a shop that is complete stays as it is. Raises `Unavailable`."""
    if not await is_seeded(stores):
        await _Seeding(stores, progress).run()


class _Seeding:
    """One run. Past orders end the day before it; all else is the same on every day and machine."""

    def __init__(self, stores: Stores, progress: Progress) -> None:
        self._stores = stores
        self._progress = progress
        self._contents = ContentStore(stores.documents)
        self._passwords = Passwords()

    async def run(self) -> None:
        """Accounts come before the orders that belong to them, collections before the menus that lead to them."""
        products = drafts(self._stores.territories)
        await self._accounts()
        await self._shoppers()
        await self._products(products)
        collection_ids = await self._collections()
        await self._texts(collection_ids)
        await self._orders(products)
        await self._discounts()
        await self._homepages()
        await self._shop()

    async def _accounts(self) -> None:
        settings = self._stores.settings
        tokens = Tokens(settings.token_secret.get_secret_value(), settings.token_minutes)
        service = AccountService(self._stores.database, self._passwords, tokens)
        for demo in self._steps("Accounts", people.demo_accounts()):
            if await self._stores.accounts.credentials(demo.account.email) is None:
                await service.sign_up(demo.account)
            if demo.permissions:
                await service.grant(demo.account.email, demo.permissions)

    async def _shoppers(self) -> None:
        """Accounts of those who bought before, with names and since when; one hash serves them all."""
        known = self._stores.accounts.credentials
        missing = [one for one in people.shoppers() if await known(one.email) is None]
        password_hash = await self._passwords.hash(people.DEMO_PASSWORD)
        since = datetime.now(UTC) - _A_YEAR

        async def insert(tx: Tx) -> None:
            for one in missing:
                account = SignUp(one.email, people.DEMO_PASSWORD, one.first_name, one.last_name)
                await accounts.insert(tx, account, password_hash, since)

        await self._stores.database.transact(insert)

    async def _products(self, products: Sequence[ProductDraft]) -> None:
        writer = ProductWriter(self._stores.database, self._contents, self._stores.territories)
        for start in range(0, len(products), _AT_ONCE):
            self._progress("Products", start, len(products))
            await writer.write(products[start : start + _AT_ONCE])
        self._progress("Products", len(products), len(products))

    async def _collections(self) -> dict[str, int]:
        """Texts and pictures of the collections that products brought into being; their keys by handle."""
        wanted = list(listings())
        found = await self._stores.catalog.collections.by_handle([listing.handle for listing in wanted])
        ids = {collection.handle: collection.id for collection in found if collection is not None}
        await self._contents.put_collections({ids[one.handle]: content_of(one, ids[one.handle]) for one in wanted})
        self._progress("Collections", len(ids), len(ids))
        return ids

    async def _texts(self, collection_ids: dict[str, int]) -> None:
        for menu in self._steps("Menus", menus.menus(collection_ids)):
            await self._contents.put_menu(menu)
        for page in self._steps("Pages", pages.pages()):
            await self._contents.put_page(page)

    async def _orders(self, products: Sequence[ProductDraft]) -> None:
        """Orders that a run of an earlier day wrote stay as they are."""
        territories = self._stores.territories
        orders = past_orders(products, territories, datetime.now(UTC).date())
        writer = PastOrderWriter(self._stores.database, territories)
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

        await self._stores.database.transact(insert)
        self._progress("Discounts", len(wanted), len(wanted))

    async def _homepages(self) -> None:
        for platform in self._steps("Homepages", list(Platform)):
            await self._publish(HomepageKey(self._stores.territories.default.code, platform))

    async def _publish(self, key: HomepageKey) -> None:
        """The event is kept even when the page was published by a run that broke off: it may have lost the event."""

        async def publish(tx: Tx) -> None:
            await outbox.add(tx, HomepagePublished(key.territory, key.platform.value))
            sections = homepages.sections_of(key.platform)
            await self._stores.homepage_documents.publish(key, 0, menus.HEADER, sections)

        await self._stores.database.transact(publish)

    async def _shop(self) -> None:
        settings = self._stores.settings
        logo = image_of(Picture("gifts", "amber", "logo"), settings.shop_name)
        currency = self._stores.territories.default.currency
        shop = Shop(settings.shop_name, _ABOUT, settings.public_url, currency, logo, pages.policies())
        await self._contents.put_shop(shop)
        self._progress("Shop", 1, 1)

    def _steps(self, name: str, things: Sequence[_T]) -> Iterator[_T]:
        for done, thing in enumerate(things):
            self._progress(name, done, len(things))
            yield thing
        self._progress(name, len(things), len(things))
