"""Composes an unpublished homepage for editors, and stores nothing."""

from datetime import datetime

from datasources.homepage.documents import HomepageDocuments
from domain.homepage.keys import HomepageKey
from domain.homepage.serving import ServedHomepage, served
from domain.homepage.sources import HomepageDocument
from domain.territories.markets import Territories
from services.homepage.compose.page import Composer


class Preview:
    """Reads the stores like a build."""

    def __init__(self, composer: Composer, documents: HomepageDocuments, territories: Territories) -> None:
        self._composer = composer
        self._documents = documents
        self._territories = territories

    async def page(self, key: HomepageKey, at: datetime) -> ServedHomepage | None:
        """The draft as visitors would see it at a time, else the published page; None if there is neither."""
        edited = await self._documents.edited(key)
        if edited.draft is None:
            document = await self._documents.published(key)
        else:
            draft = edited.draft
            document = HomepageDocument(key.territory, key.platform, edited.version, draft.menu, draft.sections)
        if document is None:
            return None
        territory = self._territories.of_code(key.territory)
        composed = await self._composer.compose(key, document, territory, at)
        return served(composed.record, sold_out=None)
