"""A publication is written once and has one event, whatever happens to the transaction."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncTransaction

from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.homepage.documents import HomepageDocuments
from datasources.kit.database import Database
from datasources.kit.documents import Documents
from domain.accounts import Permission, Viewer
from domain.events import HomepagePublished
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import TextSection
from domain.territories.markets import Territories, Territory
from services.homepage.catalog_checks import PageReferences
from services.homepage.editing import HomepageService
from tests.kit.events import pending_events
from tests.kit.factories.accounts import add_customer
from tests.kit.homepages import given

KEY = HomepageKey("GB", Platform.WEB)


@pytest.fixture
def lost_commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first commit of a page loses a race, as in a cluster with several writers; what was lost."""
    lost: list[str] = []
    commit = AsyncTransaction.commit

    async def losing(transaction: AsyncTransaction) -> None:
        if not lost:
            lost.append("COMMIT")
            raise OperationalError("COMMIT", {}, Exception(1213, "Deadlock found"))
        await commit(transaction)

    monkeypatch.setattr(AsyncTransaction, "commit", losing)
    return lost


@pytest.fixture
async def staff(database: Database) -> Viewer:
    """Who may publish."""
    key = await database.transact(lambda tx: add_customer(tx, permissions=[Permission.HOMEPAGE]))
    return Viewer(key, permissions=frozenset({Permission.HOMEPAGE}))


async def test_a_transaction_that_runs_again_publishes_once(
    database: Database, documents: Documents, staff: Viewer, lost_commits: list[str]
) -> None:
    """The page is published, its event is kept, and the editor gets no conflict with their own change."""
    pages = HomepageDocuments(documents, "GB")
    markets = Territories((Territory("GB", "United Kingdom", "GBP"),))
    references = PageReferences(Catalog(database, markets), Content(documents))
    service = HomepageService(database, pages, references, markets)
    version = (await service.publish(staff, KEY, 0, "main", given(TextSection("hello", "Hello", "")))).version
    published = await pages.published(KEY)
    assert published is not None
    assert (version, published.version, lost_commits) == (1, 1, ["COMMIT"])
    assert await pending_events(database) == [HomepagePublished("GB", Platform.WEB.value)]
