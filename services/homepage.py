"""Homepages published by staff."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from datasources import outbox
from datasources.homepage_documents import HomepageDocuments
from datasources.mysql import Database, Tx
from domain.accounts import Permission, Viewer
from domain.events import HomepagePublished
from domain.homepage import BannerSection, HomepageKey, SectionSource, ShelfSource, TextSection, TopCategoriesSource
from domain.refusals import refuse
from domain.territories import Territories
from services.authority import require
from services.html import sanitised

MAX_SECTIONS = 40
MAX_CATEGORIES = 20
MAX_PRODUCTS = 50
MAX_BANNERS = 20
MAX_TEXT = 255
MAX_URL = 2_048
# A page of this shop, or of another site. A browser takes `//` and `/\\` for another site too.
_URL = re.compile(r"/(?![/\\])[^\s\\]*|https?://[^\s\\]+", re.IGNORECASE)


class HomepageService:
    """Publishing compares versions, so that two editors cannot overwrite each other."""

    def __init__(self, database: Database, documents: HomepageDocuments, territories: Territories) -> None:
        self._database = database
        self._codes = {territory.code for territory in territories.all}
        self._documents = documents

    async def publish(
        self,
        viewer: Viewer,
        key: HomepageKey,
        version: int,
        menu: str,
        sections: Callable[[], Sequence[SectionSource]],
    ) -> int:
        """Replaces published version `version` (0: none yet); answers the new one.

        Refused: INVALID, NOT_FOUND, VERSION_CONFLICT and what `sections` refuses; it is asked after the authority.
        The page is written before the transaction with its event commits. A transaction that lost a race runs again
        and leaves the page as it wrote it. When the answer to the commit is lost (OUTCOME_UNKNOWN), the page may be
        published without its event: it is built after the next event of any product.
        """
        is_written = False

        async def publish(tx: Tx) -> int:
            nonlocal is_written
            await require(tx, viewer, Permission.HOMEPAGE)
            if key.territory not in self._codes:
                raise refuse("NOT_FOUND", "There is no such territory.", "territory")
            checked = _checked_page(sections())
            await outbox.add(tx, HomepagePublished(key.territory, key.platform.value))
            if not is_written and not await self._documents.publish(key, version, menu, checked):
                raise refuse("VERSION_CONFLICT", "Another version was published meanwhile.", "version")
            is_written = True
            return version + 1

        return await self._database.transact(publish)


def _checked_page(sections: Sequence[SectionSource]) -> tuple[SectionSource, ...]:
    checked = tuple(_checked(section) for section in sections)
    if not 0 < len(checked) <= MAX_SECTIONS or len({section.id for section in checked}) < len(checked):
        raise refuse("INVALID", f"A page has 1 to {MAX_SECTIONS} sections with ids of their own.", "sections")
    return checked


def _checked(section: SectionSource) -> SectionSource:
    if len(section.id) > MAX_TEXT or len(section.title) > MAX_TEXT:
        raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", "sections")
    if isinstance(section, BannerSection):
        _check_banners(section)
    if isinstance(section, TextSection):
        return replace(section, html=sanitised(section.html))
    if isinstance(section, ShelfSource | TopCategoriesSource) and not 0 < section.size <= MAX_PRODUCTS:
        raise refuse("INVALID", f"A shelf shows 1 to {MAX_PRODUCTS} products.", "sections", section.id)
    if isinstance(section, TopCategoriesSource) and not 0 < section.categories <= MAX_CATEGORIES:
        raise refuse("INVALID", f"A page shows 1 to {MAX_CATEGORIES} categories.", "sections", section.id)
    return section


def _check_banners(section: BannerSection) -> None:
    if not 0 < len(section.banners) <= MAX_BANNERS:
        raise refuse("INVALID", f"A section has 1 to {MAX_BANNERS} banners.", "sections", section.id)
    for banner in section.banners:
        if any(len(text) > MAX_TEXT for text in (banner.title, banner.subtitle, banner.image.alt_text or "")):
            raise refuse("TOO_LONG", f"At most {MAX_TEXT} characters are kept.", "sections", section.id)
        if not (_is_url(banner.url) and _is_url(banner.image.url)):
            raise refuse("INVALID", "A URL is a path of this shop, http or https.", "sections", section.id)


def _is_url(text: str) -> bool:
    """Whether browsers may follow it: nothing that runs as a script, nothing invisible."""
    return len(text) <= MAX_URL and text.isprintable() and _URL.fullmatch(text) is not None
