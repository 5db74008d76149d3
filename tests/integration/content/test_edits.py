"""Documents are written before rows:

a slow document store blocks no writer of rows, and sweeps finish the edits of processes that ended half way.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from datasources.accounts import customers as accounts
from datasources.catalog.reads import Catalog
from datasources.content.edits import ContentEdits
from datasources.content.menus import Menus
from datasources.content.reads import Content
from datasources.content.writes import ContentStore
from datasources.homepage.documents import HomepageDocuments
from datasources.kit import outbox
from datasources.kit.database import Database
from domain.accounts import Permission, Viewer
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.records import ProductChanges, ProductContent, ProductStatus
from domain.content import Menu
from domain.events import Event, HomepagePublished, MenuChanged, ProductsChanged
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import TextSection
from domain.kit.refusals import AccessDenied
from domain.territories.markets import Territories, Territory
from services.catalog.products import CatalogService
from services.content import MenuService
from services.homepage.catalog_checks import PageReferences
from services.homepage.editing import HomepageService
from services.imports.writes import ProductWriter
from tests.kit.events import taken_events
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import add_product
from tests.kit.fixtures.stores import present
from tests.kit.gated_documents import GatedDocuments, Stop
from tests.kit.homepages import given
from workers.content import AGE, EditSweep

KEY = HomepageKey("GB", Platform.WEB)
MARKETS = Territories((Territory("GB", "United Kingdom", "GBP"),))
PERMISSIONS = frozenset({Permission.HOMEPAGE, Permission.PRODUCTS})
DRAFT = ProductDraft(
    handle="jug",
    title="Jug",
    vendor="Acme",
    product_type="Jugs",
    status=ProductStatus.ACTIVE,
    option_names=(),
    variants=(VariantDraft(sku="JUG", option_values=(), price_minor=900, inventory=1),),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """All services that write documents for staff."""

    database: Database
    documents: GatedDocuments
    staff: Viewer
    product_id: int

    @property
    def homepages(self) -> HomepageService:
        """Edits homepages."""
        references = PageReferences(Catalog(self.database, MARKETS), Content(self.documents))
        return HomepageService(self.database, HomepageDocuments(self.documents, "GB"), references, MARKETS)

    @property
    def menus(self) -> MenuService:
        """Edits menus."""
        return MenuService(self.database, ContentEdits(self.documents), Menus(self.documents))

    @property
    def products(self) -> CatalogService:
        """Edits products."""
        return CatalogService(self.database, ContentEdits(self.documents))

    @property
    def imports(self) -> ProductWriter:
        """Imports products."""
        return ProductWriter(self.database, ContentStore(self.documents), MARKETS)

    async def events(self) -> list[Event]:
        """The events since the last call."""
        return await taken_events(self.database)

    async def html(self) -> str:
        """The text of the product."""
        return (await Content(self.documents).products([self.product_id]))[0].html

    async def title(self) -> str:
        """The title of the product."""
        (product,) = await Catalog(self.database, MARKETS).products.by_id([self.product_id])
        assert product is not None
        return product.title


@pytest.fixture
async def desk(database: Database, document_database: str) -> AsyncIterator[Desk]:
    """A desk with a product, a menu, a page in its second version, a draft of it and a scheduled draft."""
    documents = GatedDocuments(present("mongo").url(), document_database)
    key = await database.transact(lambda tx: add_customer(tx, permissions=sorted(PERMISSIONS)))
    product = await database.transact(lambda tx: add_product(tx, handle="mug"))
    desk = Desk(database, documents, Viewer(key, permissions=PERMISSIONS), product.product_id)
    store = ContentStore(documents)
    await store.put_products({product.product_id: ProductContent(product.product_id, html="old")})
    await store.put_menu(Menu("main", "main", "Main", ()))
    for version in range(2):
        await desk.homepages.publish(desk.staff, KEY, version, "main", given(TextSection("text", "Hello", "")))
    await desk.homepages.save_draft(desk.staff, KEY, 0, "main", given(TextSection("text", "Draft", "")))
    await desk.homepages.schedule(desk.staff, KEY, 1, datetime.now(UTC) + timedelta(hours=1))
    await desk.events()
    yield desk
    documents.stop = None
    await documents.close()


async def publish(desk: Desk) -> object:
    return await desk.homepages.publish(desk.staff, KEY, 2, "main", given(TextSection("text", "Hi", "")))


async def publish_draft(desk: Desk) -> object:
    return await desk.homepages.publish_draft(desk.staff, KEY, 2)


async def publish_due(desk: Desk) -> object:
    pages = HomepageDocuments(desk.documents, "GB")
    (due,) = await pages.due(datetime.now(UTC) + timedelta(hours=2))
    return await desk.homepages.publish_due(due)


async def roll_back(desk: Desk) -> object:
    return await desk.homepages.roll_back(desk.staff, KEY, 2, 1)


async def change_menu(desk: Desk) -> object:
    return await desk.menus.update(desk.staff, "main", "Other", [])


async def change_product(desk: Desk) -> object:
    return await desk.products.update_product(
        desk.staff, desk.product_id, ProductChanges(title="New title", html="<p>new</p>")
    )


async def import_product(desk: Desk) -> object:
    return await desk.imports.write([DRAFT])


Act = Callable[[Desk], Awaitable[object]]
Announce = Callable[[datetime], Awaitable[int]]
PUBLISHES = (publish, publish_draft, publish_due, roll_back)
OF_STAFF = (publish, publish_draft, roll_back, change_menu, change_product)
EVERY = (*OF_STAFF, publish_due, import_product)


@pytest.mark.parametrize("act", EVERY)
async def test_a_slow_document_store_holds_back_no_writer_of_rows(desk: Desk, act: Act) -> None:
    """While a document is being written, others write rows, also on SQLite, which has one writer."""
    desk.documents.stop = Stop.BEFORE
    acting = asyncio.ensure_future(act(desk))
    await desk.documents.reached.wait()
    await desk.database.transact(lambda tx: outbox.add(tx, MenuChanged("of somebody else")))
    assert not acting.done()
    assert await desk.events() == [MenuChanged("of somebody else")]
    desk.documents.opened.set()
    assert await acting
    assert await desk.events()


@pytest.mark.parametrize("act", OF_STAFF)
async def test_authority_is_checked_before_a_document_is_written(desk: Desk, act: Act) -> None:
    """Staff whose permissions were removed after they signed in cannot write documents."""
    await desk.database.transact(lambda tx: accounts.grant(tx, desk.staff.customer_id or 0, frozenset()))
    desk.documents.stop = Stop.BEFORE
    with pytest.raises(AccessDenied):
        await act(desk)
    assert not desk.documents.reached.is_set()


async def _crash(desk: Desk, act: Act) -> None:
    """Ends a process between its document and its event."""
    desk.documents.stop = Stop.AFTER
    acting = asyncio.ensure_future(act(desk))
    await desk.documents.reached.wait()
    acting.cancel()
    with suppress(asyncio.CancelledError):
        await acting
    desk.documents.stop = None
    assert await desk.events() == []


@pytest.mark.parametrize("act", PUBLISHES)
async def test_a_page_published_by_a_process_that_ended_stays_published(desk: Desk, act: Act) -> None:
    """Workers can compare the version with the records, and the next editor builds on it."""
    await _crash(desk, act)
    pages = HomepageDocuments(desk.documents, "GB")
    assert await pages.versions() == {KEY: 3}
    published = await desk.homepages.publish(desk.staff, KEY, 3, "main", given(TextSection("text", "Hi", "")))
    assert published.version == 4
    assert await desk.events() == [HomepagePublished("GB", "WEB")]


@pytest.mark.parametrize(
    ("act", "announce", "event"),
    [
        (change_menu, lambda desk: desk.menus.announce_edits, lambda _: MenuChanged("main")),
        (change_product, lambda desk: desk.products.announce_edits, lambda desk: ProductsChanged((desk.product_id,))),
    ],
)
async def test_edits_of_a_process_that_ended_are_announced_later(
    desk: Desk, act: Act, announce: Callable[[Desk], Announce], event: Callable[[Desk], Event]
) -> None:
    """The sweep writes the event once, and not while an edit may still be in progress."""
    await _crash(desk, act)
    now = datetime.now(UTC)
    at_once, later = (EditSweep(announce(desk), lambda at=at: at) for at in (now, now + AGE))  # type: ignore[misc]  # bound now
    assert (await at_once.turn(), await desk.events()) == (0, [])
    assert (await later.turn(), await desk.events()) == (1, [event(desk)])
    assert (await later.turn(), await desk.events()) == (0, [])


async def test_an_edit_whose_event_was_kept_leaves_nothing_to_do(desk: Desk) -> None:
    """The sweeps do not announce the edit a second time."""
    await change_menu(desk)
    await change_product(desk)
    assert await desk.events() == [MenuChanged("main"), ProductsChanged((desk.product_id,))]
    later = datetime.now(UTC) + AGE
    assert [await announce(later) for announce in (desk.menus.announce_edits, desk.products.announce_edits)] == [0, 0]


async def test_an_import_that_ended_between_documents_and_rows_is_made_again(desk: Desk) -> None:
    """The next run writes the product with its event."""
    await _crash(desk, import_product)
    (written,) = await desk.imports.write([DRAFT])
    assert ProductsChanged((written.product_id,)) in await desk.events()


async def test_an_import_between_document_and_row_does_not_undo_half_of_an_edit(desk: Desk) -> None:
    """An import replaces the document before the row of the edit is written: the edit is applied again on top."""
    desk.documents.stop = Stop.AFTER
    editing = asyncio.ensure_future(change_product(desk))
    await desk.documents.reached.wait()
    desk.documents.stop = None
    await ContentStore(desk.documents).put_products({desk.product_id: ProductContent(desk.product_id, html="imported")})
    desk.documents.opened.set()
    await editing
    assert (await desk.title(), await desk.html()) == ("New title", "<p>new</p>")


async def test_two_edits_at_once_both_count(desk: Desk) -> None:
    """Each changes its own part of the document, whichever writes first."""
    desk.documents.stop = Stop.BEFORE
    slow = asyncio.ensure_future(
        desk.products.update_product(desk.staff, desk.product_id, ProductChanges(tags=("blue",)))
    )
    await desk.documents.reached.wait()
    desk.documents.stop = None
    await change_product(desk)
    desk.documents.opened.set()
    await slow
    (content,) = await Content(desk.documents).products([desk.product_id])
    assert (content.html, content.tags) == ("<p>new</p>", ("blue",))
