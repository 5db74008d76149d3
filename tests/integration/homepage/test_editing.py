"""Concurrent editors: one winner per version, nothing lost, and exact rollbacks."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bff.stores.wiring import Stores, homepage_service
from datasources.homepage.documents import COLLECTION, HomepageDocuments, name_of
from datasources.kit.documents import Documents
from domain.accounts import Permission, Viewer
from domain.catalog.records import Image
from domain.events import HomepagePublished
from domain.homepage.editing import KEPT_STEPS, KEPT_VERSIONS, GivenSection, HomepageAction
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord
from domain.homepage.sources import (
    Banner,
    BannerSection,
    FlashSaleSource,
    MenuSource,
    ProductsSource,
    RecommendationsSource,
    SectionSource,
    ShelfSource,
    SoldOut,
    TextSection,
    Timed,
    TopCategoriesSource,
    TrendingSource,
)
from domain.kit.refusals import Refused
from services.homepage.editing import HomepageService
from tests.kit.events import pending_events
from tests.kit.factories.accounts import add_customer
from tests.kit.factories.catalog import add_collection, add_product
from tests.kit.homepages import given
from workers.homepage.schedule import HomepagePublisher

GB = HomepageKey("GB", Platform.WEB)
US = HomepageKey("US", Platform.WEB)
SOON = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
EVERYTHING: tuple[SectionSource, ...] = (
    BannerSection("b", "Banners", (Banner("Spring", "is here", Image("1", "/spring.svg", None, 640), "/spring"),)),
    MenuSource("m", "Shop", "footer"),
    ShelfSource("s", "Mugs", "mugs", 4, SoldOut.SHOW),
    ProductsSource("p", "Chosen", (2**62, 7)),
    Timed(TrendingSource("t", "Trending", 3), SOON, SOON + timedelta(hours=1)),
    Timed(TopCategoriesSource("c", "Top", 2, 3), None, SOON),
    RecommendationsSource("r", "For you", 5),
    FlashSaleSource("f", "Sale", 2**61, 6),
    TextSection("x", "About", "<p>Us</p>"),
)


@pytest.fixture
def pages(documents: Documents) -> HomepageDocuments:
    """The pages of a shop that has none."""
    return HomepageDocuments(documents, "GB")


@pytest.fixture
def service(stores: Stores) -> HomepageService:
    """What staff edits with."""
    return homepage_service(stores)


@pytest.fixture
async def staff(stores: Stores) -> Viewer:
    """Who may edit."""
    key = await stores.database.transact(lambda tx: add_customer(tx, permissions=[Permission.HOMEPAGE]))
    return Viewer(key, permissions=frozenset({Permission.HOMEPAGE}))


def _text(words: str) -> tuple[TextSection, ...]:
    return (TextSection("text", words, ""),)


async def test_every_kind_of_section_comes_back_as_it_was_saved(pages: HomepageDocuments) -> None:
    """As a draft and as a published page."""
    draft = await pages.save_draft(GB, 0, "main", EVERYTHING, "staff:1")
    assert draft is not None
    edited = await pages.edited(GB)
    assert edited.draft is not None
    assert (edited.draft.sections, edited.draft.saved_by, edited.version) == (EVERYTHING, "staff:1", 0)
    assert await pages.published(GB) is None
    assert await pages.publish_draft(GB, 0, edited.draft, "staff:1")
    published = await pages.published(GB)
    assert published is not None
    assert (published.sections, published.menu, published.version) == (EVERYTHING, "main", 1)
    assert (await pages.edited(GB)).draft is None


@pytest.mark.slow
async def test_of_a_hundred_publishes_at_once_one_wins_each_version(
    stores: Stores, service: HomepageService, staff: Viewer
) -> None:
    """The losers get VERSION_CONFLICT, and try again with the version that won: nothing is lost, nothing twice."""

    async def publish(number: int, version: int) -> int | None:
        try:
            return (await service.publish(staff, GB, version, "main", given(*_text(str(number))))).version
        except Refused as refused:
            assert [refusal.code for refusal in refused.refusals] == ["VERSION_CONFLICT"]
            return None

    waiting, winners = list(range(100)), []
    for version in range(4):
        answers = await asyncio.gather(*(publish(number, version) for number in waiting))
        (won,) = [number for number, answer in zip(waiting, answers, strict=True) if answer is not None]
        assert answers[waiting.index(won)] == version + 1
        published = await stores.homepage_documents.published(GB)
        assert published is not None
        assert (published.version, published.sections) == (version + 1, _text(str(won)))
        winners.append(won)
        waiting.remove(won)
    edited = await stores.homepage_documents.edited(GB)
    assert [kept.version for kept in edited.versions] == [4, 3, 2, 1]
    events = await pending_events(stores.database)
    assert events == [HomepagePublished("GB", "WEB")] * 4
    assert len(await stores.homepage_documents.steps(GB, 200)) == 4


async def test_drafts_saved_at_once_do_not_overwrite_each_other(pages: HomepageDocuments) -> None:
    """One of twenty wins each revision, also the first one of all."""
    for revision in range(3):
        saved = await asyncio.gather(
            *(pages.save_draft(GB, revision, "main", _text(str(number)), "staff:1") for number in range(20))
        )
        (won,) = [draft for draft in saved if draft is not None]
        assert won.revision == revision + 1
        assert (await pages.edited(GB)).draft_revision == revision + 1


async def test_a_draft_that_was_saved_again_is_not_published(pages: HomepageDocuments) -> None:
    """Staff publish only the draft that they have seen."""
    first = await pages.save_draft(GB, 0, "main", _text("first"), "staff:1")
    assert first is not None
    assert await pages.save_draft(GB, 1, "main", _text("second"), "staff:2")
    assert not await pages.publish_draft(GB, 0, first, "staff:1")
    assert await pages.published(GB) is None


async def test_a_rollback_restores_exactly(pages: HomepageDocuments, documents: Documents) -> None:
    """As a new version, sections of later kinds of shops included; a version that is not kept stays away."""
    assert await pages.publish(GB, 0, "main", EVERYTHING)
    future = {"kind": "HOLOGRAM", "id": "h", "title": "Later", "beams": [1, 2]}
    kept = {"$push": {"versions.0.page.sections": future}}
    await documents.db[COLLECTION].update_one({"_id": name_of(GB)}, kept)
    before = (await documents.one(COLLECTION, name_of(GB)) or {})["versions"][0]["page"]
    assert await pages.publish(GB, 1, "other", _text("worse"))
    assert await pages.roll_back(GB, 2, 7, "staff:1") is None
    assert await pages.roll_back(GB, 1, 1, "staff:1") is False
    assert await pages.roll_back(GB, 2, 1, "staff:1") is True
    document = await documents.one(COLLECTION, name_of(GB))
    assert document is not None
    assert (document["published"], document["version"]) == (before, 3)
    published = await pages.published(GB)
    assert published is not None
    assert published.sections == EVERYTHING
    first = (await pages.steps(GB, 1))[0]
    assert (first.action, first.actor, first.version, first.detail) == (HomepageAction.ROLLED_BACK, "staff:1", 3, "1")


@pytest.mark.slow
async def test_what_is_kept_of_the_past_has_an_end(pages: HomepageDocuments) -> None:
    """The last fifty versions, and the last two hundred steps."""
    for version in range(KEPT_STEPS + 3):
        assert await pages.publish(GB, version, "main", _text(str(version)))
    edited = await pages.edited(GB)
    assert [kept.version for kept in edited.versions] == list(range(KEPT_STEPS + 3, KEPT_STEPS + 3 - KEPT_VERSIONS, -1))
    assert len(await pages.steps(GB, 1_000)) == KEPT_STEPS
    assert [step.version for step in await pages.steps(GB, 2)] == [KEPT_STEPS + 3, KEPT_STEPS + 2]


@pytest.fixture
async def publishers(stores: Stores, service: HomepageService) -> AsyncIterator[list[HomepagePublisher]]:
    """Five workers that publish due drafts."""
    yield [
        HomepagePublisher(
            service, stores.homepage_documents, stores.homepage_records, stores.homepage_marks, stores.territories
        )
        for _ in range(5)
    ]


async def test_what_is_scheduled_is_published_once_and_on_time(
    stores: Stores, service: HomepageService, staff: Viewer, publishers: list[HomepagePublisher]
) -> None:
    """As it was when it was scheduled, even if another version was published meanwhile; not before its time."""
    pages = stores.homepage_documents
    await service.save_draft(staff, GB, 0, "main", given(*_text("scheduled")))
    at = datetime.now(UTC) + timedelta(hours=1)
    await service.schedule(staff, GB, 1, at)
    await service.save_draft(staff, GB, 1, "main", given(*_text("later draft")))
    await service.publish(staff, GB, 0, "main", given(*_text("meanwhile")))
    assert await publishers[0].publish_due(at - timedelta(seconds=1)) == 0
    published = await asyncio.gather(*(publisher.publish_due(at) for publisher in publishers))
    assert sorted(published) == [0, 0, 0, 0, 1]
    page = await pages.published(GB)
    assert page is not None
    assert (page.version, page.sections) == (2, _text("scheduled"))
    edited = await pages.edited(GB)
    assert (edited.schedule, edited.draft_revision) == (None, 2)
    actions = [step.action for step in await pages.steps(GB, 10)]
    assert actions == [HomepageAction.PUBLISHED_ON_SCHEDULE, HomepageAction.PUBLISHED, HomepageAction.SCHEDULED]
    assert await pending_events(stores.database) == [HomepagePublished("GB", "WEB")] * 2


async def test_what_is_taken_back_is_not_published(
    stores: Stores, service: HomepageService, staff: Viewer, publishers: list[HomepagePublisher]
) -> None:
    """A time in the past or a year away is refused, and so is a draft that was saved again."""
    await service.save_draft(staff, GB, 0, "main", given(*_text("scheduled")))
    now = datetime.now(UTC)
    for revision, at, code in (
        (1, now - timedelta(seconds=1), "INVALID"),
        (1, now + timedelta(days=400), "INVALID"),
        (2, now + timedelta(hours=1), "VERSION_CONFLICT"),
    ):
        with pytest.raises(Refused, match=code):
            await service.schedule(staff, GB, revision, at)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await service.unschedule(staff, GB)
    await service.schedule(staff, GB, 1, now + timedelta(hours=1))
    await service.unschedule(staff, GB)
    assert await publishers[0].publish_due(now + timedelta(hours=2)) == 0
    assert await stores.homepage_documents.published(GB) is None


async def test_a_page_whose_event_was_lost_is_found(stores: Stores, publishers: list[HomepagePublisher]) -> None:
    """Every page that shows it is marked; a page whose record is as new as the published version is not."""
    assert await stores.homepage_documents.publish(GB, 0, "main", _text("hello"))
    web = [HomepageKey(territory.code, Platform.WEB) for territory in stores.territories.all]
    assert await publishers[0].mark_behind() == web
    assert set(await stores.homepage_marks.marked()) == set(web)
    for key, version, is_own in ((GB, 1, True), (US, 1, False)):
        record = HomepageRecord(key.territory, key.platform, version, SOON, (), ())
        assert await stores.homepage_records.replace(key, record, is_own=is_own)
    assert await publishers[0].mark_behind() == [HomepageKey("EU", Platform.WEB)]
    assert await stores.homepage_documents.publish(US, 0, "main", _text("howdy"))
    assert US in await publishers[0].mark_behind()


async def test_a_draft_is_held_against_the_catalog(stores: Stores, service: HomepageService, staff: Viewer) -> None:
    """Missing products are reported and kept; handles of products become keys, and an invalid one is refused."""
    mug = await stores.database.transact(lambda tx: add_product(tx, handle="mug"))
    await stores.database.transact(lambda tx: add_collection(tx, [], handle="mugs"))
    sections = (
        ShelfSource("known", "Mugs", "mugs"),
        ShelfSource("unknown", "Jugs", "jugs"),
        ProductsSource("chosen", "Chosen", ("mug", 99, "mug")),
    )
    saved = await service.save_draft(staff, GB, 0, "main", given(*sections))
    assert saved.draft.sections[2] == ProductsSource("chosen", "Chosen", (mug.product_id, 99))
    assert [(warning.code, warning.path) for warning in saved.warnings] == [
        ("NOT_FOUND", ("menu",)),
        ("NOT_FOUND", ("sections", 1, "shelf", "collection")),
        ("NOT_FOUND", ("sections", 2, "products", "products")),
    ]
    with pytest.raises(Refused, match="NOT_FOUND"):
        await service.save_draft(staff, GB, 1, "main", given(ProductsSource("chosen", "", ("no-such-mug",))))
    with pytest.raises(Refused, match="INVALID"):
        timed = GivenSection(_text("x"), SOON, SOON)
        await service.save_draft(staff, GB, 1, "main", [timed])
    with pytest.raises(Refused, match="INVALID"):
        many = [TopCategoriesSource(str(number), "", 20, 50) for number in range(2)]
        await service.save_draft(staff, GB, 1, "main", given(*many))
    with pytest.raises(Refused, match="TOO_LONG"):
        await service.save_draft(staff, GB, 1, "main", given(TextSection("x", "", "<p>" + "x" * 150_000 + "</p>")))
    assert (await stores.homepage_documents.edited(GB)).draft_revision == 1
