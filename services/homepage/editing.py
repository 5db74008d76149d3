"""Editing, publishing and scheduling of homepages by staff."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog

from datasources.homepage.documents import HomepageDocuments
from datasources.kit import outbox
from datasources.kit.database import Database
from domain.accounts import Permission, Viewer
from domain.events import HomepagePublished
from domain.homepage.editing import KEPT_VERSIONS, DueHomepage, GivenSection, HomepageDraft
from domain.homepage.keys import HomepageKey
from domain.kit.refusals import INPUT, Refusal, RefusalCode, Unavailable, refuse
from domain.territories.markets import Territories
from services.accounts.authority import require
from services.homepage.catalog_checks import PageReferences
from services.homepage.checks import checked_page
from services.kit.clock import utc_now

logger = structlog.get_logger(__name__)

T = TypeVar("T")
Sections = Sequence[GivenSection]
MAX_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft as saved; `warnings` name the references in it that the shop does not have."""

    draft: HomepageDraft
    warnings: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The version that visitors see from now on; `warnings` as above."""

    version: int
    warnings: tuple[Refusal, ...]


class HomepageService:
    """Every step compares versions or revisions, so that two editors cannot overwrite each other.

    No transaction is open while a page is written, so that a slow document store blocks no other writer. The service
    checks the authority, writes the page, and then writes its event in a separate transaction. If the event fails, the
    publication still succeeds, because the page is published: workers compare published versions with records and
    rebuild the page.
    """

    def __init__(
        self, database: Database, documents: HomepageDocuments, references: PageReferences, territories: Territories
    ) -> None:
        self._database = database
        self._codes = {territory.code for territory in territories.all}
        self._documents = documents
        self._references = references

    async def save_draft(
        self, viewer: Viewer, key: HomepageKey, revision: int, menu: str, sections: Sections
    ) -> SavedDraft:
        """Replaces draft `revision` (0: none was ever saved).

        Refused: INVALID, TOO_LONG, NOT_FOUND, VERSION_CONFLICT.
        """

        async def save(actor: str) -> SavedDraft:
            checked = await self._references.resolved(checked_page(menu, sections))
            draft = await self._documents.save_draft(key, revision, menu, checked, actor)
            if draft is None:
                message = (
                    f"Another editor has saved the draft of the {_page(key)}: it is no longer revision {revision}."
                )
                raise refuse(RefusalCode.VERSION_CONFLICT, message, "revision")
            return SavedDraft(draft, await self._references.warnings(menu, checked))

        return await self._edit(viewer, key, save)

    async def publish(self, viewer: Viewer, key: HomepageKey, version: int, menu: str, sections: Sections) -> Published:
        """Replaces published version `version` (0: none yet); returns the new one.

        Refused: INVALID, TOO_LONG, NOT_FOUND, VERSION_CONFLICT.
        """

        async def publish(actor: str) -> Published:
            checked = await self._references.resolved(checked_page(menu, sections))
            newest = _next(key, version, await self._documents.publish(key, version, menu, checked, actor))
            return Published(newest, await self._references.warnings(menu, checked))

        return await self._edit(viewer, key, publish, publishes=True)

    async def publish_draft(self, viewer: Viewer, key: HomepageKey, version: int) -> Published:
        """Publishes the draft. Refused: NOT_FOUND if there is none, VERSION_CONFLICT."""

        async def publish(actor: str) -> Published:
            draft = (await self._documents.edited(key)).draft
            if draft is None:
                raise refuse(RefusalCode.NOT_FOUND, f"The {_page(key)} has no draft.", "sections")
            newest = _next(key, version, await self._documents.publish_draft(key, version, draft, actor))
            return Published(newest, await self._references.warnings(draft.menu, draft.sections))

        return await self._edit(viewer, key, publish, publishes=True)

    async def roll_back(self, viewer: Viewer, key: HomepageKey, version: int, to_version: int) -> Published:
        """Publishes an earlier version again, as a new one. Refused: NOT_FOUND, VERSION_CONFLICT."""

        async def roll_back(actor: str) -> Published:
            done = await self._documents.roll_back(key, version, to_version, actor)
            if done is None:
                message = f"The {_page(key)} has no version {to_version}; the shop keeps the last {KEPT_VERSIONS}."
                raise refuse(RefusalCode.NOT_FOUND, message, "to_version")
            newest, page = _next(key, version, done), await self._documents.edited(key)
            warnings = await self._references.warnings(page.menu, page.sections)
            return Published(newest, tuple(warning.within("to_version") for warning in warnings))

        return await self._edit(viewer, key, roll_back, publishes=True)

    async def schedule(self, viewer: Viewer, key: HomepageKey, revision: int, at: datetime) -> datetime:
        """Schedules the draft of that revision for a time. Refused: INVALID, VERSION_CONFLICT."""

        async def schedule(actor: str) -> datetime:
            if not utc_now() < at < utc_now() + MAX_AHEAD:
                raise refuse(RefusalCode.INVALID, f"{INPUT} must be in the future, at most a year from now.", "at")
            time = at.astimezone(UTC)
            if not await self._documents.schedule(key, revision, time, actor):
                message = f"The {_page(key)} has no draft of revision {revision}."
                raise refuse(RefusalCode.VERSION_CONFLICT, message, "revision")
            return time

        return await self._edit(viewer, key, schedule)

    async def unschedule(self, viewer: Viewer, key: HomepageKey) -> None:
        """Removes the schedule. Refused: NOT_FOUND."""

        async def unschedule(actor: str) -> None:
            if not await self._documents.unschedule(key, actor):
                raise refuse(RefusalCode.NOT_FOUND, f"The {_page(key)} has no schedule.", "territory")

        await self._edit(viewer, key, unschedule)

    async def publish_due(self, due: DueHomepage) -> bool:
        """Publishes a scheduled draft, once over all workers; whether this call did."""
        if not await self._documents.publish_scheduled(due):
            return False
        await self._announce(due.key)
        return True

    async def _edit(
        self, viewer: Viewer, key: HomepageKey, edit: Callable[[str], Awaitable[T]], *, publishes: bool = False
    ) -> T:
        """Runs an edit, then writes an event if it published."""
        actor = await require(self._database, viewer, Permission.HOMEPAGE)
        if key.territory not in self._codes:
            raise refuse(RefusalCode.NOT_FOUND, "The territory does not exist.", "territory")
        edited = await edit(actor)
        if publishes:
            await self._announce(key)
        return edited

    async def _announce(self, key: HomepageKey) -> None:
        event = HomepagePublished(key.territory, key.platform.value)
        try:
            await self._database.transact(lambda tx: outbox.add(tx, event))
        except Unavailable as error:
            logger.warning("homepage_not_announced", territory=key.territory, error=error.code)


def _page(key: HomepageKey) -> str:
    return f"homepage of {key.territory} for {key.platform}"


def _next(key: HomepageKey, version: int, is_done: bool) -> int:
    """The version after `version`. Refused: VERSION_CONFLICT if it was not published."""
    if not is_done:
        message = f"Another editor has published the {_page(key)}: it no longer has version {version}."
        raise refuse(RefusalCode.VERSION_CONFLICT, message, "version")
    return version + 1
