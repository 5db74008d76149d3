"""Homepages as editors write them: a document per territory and platform in the document store.

A document holds everything of its page: the published version, the draft, the schedule, earlier versions and the log of
steps. So each step is one guarded update of one document, and no step can be half done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from datasources.homepage.sources import decode_sources, encode_source
from datasources.kit.documents import Document, Documents
from domain.homepage.editing import (
    KEPT_STEPS,
    KEPT_VERSIONS,
    DueHomepage,
    EditedHomepage,
    HomepageAction,
    HomepageDraft,
    HomepageSchedule,
    HomepageStep,
    HomepageVersion,
)
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import HomepageDocument, SectionSource
from domain.kit.ids import new_secret

COLLECTION = "homepages"
_PUBLISHED = ("territory", "platform", "version", "published")
_VERSIONS = ("versions.version", "versions.at", "versions.by")
_EDITED = (*_PUBLISHED, "draft", "draft_revision", "schedule.at", "schedule.by", *_VERSIONS)
SYSTEM = "storefront"


@dataclass(frozen=True, slots=True)
class _Step:
    """A guarded change: it applies to the document that matches `guard`, or not at all."""

    action: HomepageAction
    actor: str
    guard: Mapping[str, Any]
    detail: str = ""


class HomepageDocuments:
    """The pages of editors, one document per territory and platform."""

    def __init__(self, documents: Documents, default_territory: str) -> None:
        self._documents = documents
        self._default = default_territory

    async def published(self, key: HomepageKey) -> HomepageDocument | None:
        """The published page for a key: its own, else that of the default territory on the same platform."""
        names = [name_of(key), name_of(HomepageKey(self._default, key.platform))]
        found = await self._documents.by_ids(COLLECTION, names, _PUBLISHED)
        for name in names:
            if (document := found.get(name)) and (page := document.get("published")):
                return _page(document, document["version"], page)
        return None

    async def versions(self) -> dict[HomepageKey, int]:
        """The published version of every page that has one."""
        found = await self._find({"version": {"$exists": True}}, ("territory", "platform", "version"))
        return {_key(document): document["version"] for document in found}

    async def edited(self, key: HomepageKey) -> EditedHomepage:
        """A page as editors see it. A page that does not exist has nothing published."""
        name = name_of(key)
        document = (await self._documents.by_ids(COLLECTION, [name], _EDITED)).get(name, {})
        page = document.get("published") or {"menu": "", "sections": []}
        schedule = document.get("schedule")
        return EditedHomepage(
            key=key,
            version=document.get("version", 0),
            menu=page["menu"],
            sections=decode_sources(page["sections"]),
            draft=_draft(document),
            draft_revision=document.get("draft_revision", 0),
            schedule=HomepageSchedule(schedule["at"], schedule["by"]) if schedule else None,
            versions=tuple(
                HomepageVersion(kept["version"], kept["at"], kept["by"])
                for kept in reversed(document.get("versions", []))
            ),
        )

    async def steps(self, key: HomepageKey, limit: int) -> list[HomepageStep]:
        """The log of a page, newest first; it keeps the last 200 steps."""
        name = name_of(key)
        document = (await self._documents.by_ids(COLLECTION, [name], ("steps",))).get(name, {})
        return [
            HomepageStep(kept["at"], kept["actor"], HomepageAction(kept["action"]), kept["version"], kept["detail"])
            for kept in reversed(document.get("steps", []))
        ][:limit]

    async def save_draft(
        self, key: HomepageKey, revision: int, menu: str, sections: Sequence[SectionSource], actor: str
    ) -> HomepageDraft | None:
        """Replaces draft `revision` (0: never saved) with the next one. None if another editor saved first."""
        now = datetime.now(UTC)
        draft = _encoded(menu, sections) | {"saved_at": now, "saved_by": actor}
        changes = {"$set": _named(key) | {"draft": draft, "draft_revision": revision + 1}}
        guard = {"draft_revision": revision or {"$exists": False}}
        if not await self._change(key, guard, changes, upsert=revision == 0):
            return None
        return HomepageDraft(revision + 1, menu, tuple(sections), now, actor)

    async def publish(
        self, key: HomepageKey, version: int, menu: str, sections: Sequence[SectionSource], actor: str = SYSTEM
    ) -> bool:
        """Replaces version `version` (0: none yet) with the next one. False if another editor published first."""
        return await self._advance(key, version, _encoded(menu, sections), _Step(HomepageAction.PUBLISHED, actor, {}))

    async def publish_draft(self, key: HomepageKey, version: int, draft: HomepageDraft, actor: str) -> bool:
        """Publishes a draft and removes it. False also if the draft was saved again in between."""
        step = _Step(HomepageAction.PUBLISHED, actor, {"draft_revision": draft.revision})
        return await self._advance(key, version, _encoded(draft.menu, draft.sections), step, ends="draft")

    async def roll_back(self, key: HomepageKey, version: int, to_version: int, actor: str) -> bool | None:
        """Publishes an earlier version again, exactly as stored. None if it is no longer stored."""
        kept = await self._find(
            {"_id": name_of(key), "versions.version": to_version}, {"versions": {"$elemMatch": {"version": to_version}}}
        )
        if not kept:
            return None
        step = _Step(HomepageAction.ROLLED_BACK, actor, {}, str(to_version))
        return await self._advance(key, version, kept[0]["versions"][0]["page"], step)

    async def schedule(self, key: HomepageKey, revision: int, at: datetime, actor: str) -> bool:
        """Schedules the draft of that revision for a time, replacing any earlier schedule.

        False if there is no draft of that revision.
        """
        name = name_of(key)
        document = (await self._documents.by_ids(COLLECTION, [name], ("version", "draft", "draft_revision"))).get(name)
        if document is None or document.get("draft_revision") != revision or not document.get("draft"):
            return False
        page = {part: document["draft"][part] for part in ("menu", "sections")}
        plan = {"id": new_secret(), "at": at, "by": actor, "page": page}
        entry = _entry(HomepageAction.SCHEDULED, actor, document.get("version", 0), at.isoformat())
        changes = {"$set": {"schedule": plan}, "$push": _pushed(entry)}
        return await self._change(key, {"draft_revision": revision, "draft": {"$exists": True}}, changes)

    async def unschedule(self, key: HomepageKey, actor: str) -> bool:
        """Removes the schedule; False if there is none."""
        name = name_of(key)
        document = (await self._documents.by_ids(COLLECTION, [name], ("version", "schedule.id"))).get(name, {})
        if not document.get("schedule"):
            return False
        entry = _entry(HomepageAction.UNSCHEDULED, actor, document.get("version", 0))
        changes = {"$unset": {"schedule": ""}, "$push": _pushed(entry)}
        return await self._change(key, {"schedule.id": document["schedule"]["id"]}, changes)

    async def due(self, now: datetime) -> list[DueHomepage]:
        """The schedules whose time has come."""
        fields = ("territory", "platform", "version", "schedule.id")
        found = await self._find({"schedule.at": {"$lte": now}}, fields)
        return [DueHomepage(_key(one), one.get("version", 0), one["schedule"]["id"]) for one in found]

    async def publish_scheduled(self, due: DueHomepage) -> bool:
        """Publishes a scheduled draft, once. False if another worker published it or an editor was faster."""
        found = await self._find({"_id": name_of(due.key), "schedule.id": due.schedule_id}, ("schedule",))
        if not found:
            return False
        schedule = found[0]["schedule"]
        guard = {"schedule.id": due.schedule_id}
        step = _Step(HomepageAction.PUBLISHED_ON_SCHEDULE, schedule["by"], guard, schedule["at"].isoformat())
        return await self._advance(due.key, due.version, schedule["page"], step, ends="schedule")

    async def _advance(
        self, key: HomepageKey, version: int, page: Document, step: _Step, ends: str | None = None
    ) -> bool:
        """Publishes a page as the version after `version`: one update compares and sets."""
        entry = _entry(step.action, step.actor, version + 1, step.detail)
        kept = {"version": version + 1, "at": entry["at"], "by": step.actor, "page": page}
        changes: Document = {
            "$set": _named(key) | {"published": page},
            "$inc": {"version": 1},
            "$push": {"versions": {"$each": [kept], "$slice": -KEPT_VERSIONS}} | _pushed(entry),
        }
        if ends is not None:
            changes["$unset"] = {ends: ""}
        guard = {"version": version or {"$exists": False}} | dict(step.guard)
        return await self._change(key, guard, changes, upsert=version == 0 and not step.guard)

    async def _change(self, key: HomepageKey, guard: Document, changes: Document, *, upsert: bool = False) -> bool:
        """Applies a step; whether its guard matched."""
        guarded = {"_id": name_of(key)} | guard
        return await self._documents.change(COLLECTION, guarded, changes, upsert=upsert)

    async def _find(self, where: Document, fields: Sequence[str] | Document) -> list[Document]:
        return await self._documents.find(COLLECTION, where, fields)


def name_of(key: HomepageKey) -> str:
    """The `_id` of a page's document."""
    return f"{key.territory}:{key.platform.value}"


def _named(key: HomepageKey) -> Document:
    return {"territory": key.territory, "platform": key.platform.value}


def _key(document: Document) -> HomepageKey:
    return HomepageKey(document["territory"], Platform(document["platform"]))


def _encoded(menu: str, sections: Sequence[SectionSource]) -> Document:
    return {"menu": menu, "sections": [encode_source(section) for section in sections]}


def _entry(action: HomepageAction, actor: str, version: int, detail: str = "") -> Document:
    now = datetime.now(UTC)
    return {"at": now, "actor": actor, "action": action.value, "version": version, "detail": detail}


def _pushed(entry: Document) -> Document:
    return {"steps": {"$each": [entry], "$slice": -KEPT_STEPS}}


def _draft(document: Document) -> HomepageDraft | None:
    if not (kept := document.get("draft")):
        return None
    return HomepageDraft(
        revision=document["draft_revision"],
        menu=kept["menu"],
        sections=decode_sources(kept["sections"]),
        saved_at=kept["saved_at"],
        saved_by=kept["saved_by"],
    )


def _page(document: Document, version: int, page: Document) -> HomepageDocument:
    return HomepageDocument(
        territory=document["territory"],
        platform=Platform(document["platform"]),
        version=version,
        menu=page["menu"],
        sections=decode_sources(page["sections"]),
    )
