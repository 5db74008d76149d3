"""What staff do with homepages; the services check permissions."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from domain.accounts import Permission
from domain.homepage.editing import KEPT_STEPS, EditedHomepage, GivenSection, HomepageDraft, HomepageStep
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.serving import ServedHomepage
from domain.kit.refusals import AccessDenied, Refusal, Refused
from domain.kit.times import in_utc
from resolvers.context import Context, Info
from resolvers.kit.arguments import Arg
from services.homepage.editing import Published

TerritoryCode = Annotated[str, Arg(description="The code of the territory.")]
Client = Annotated[Platform, Arg(description="The client that shows the page.")]


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """The saved draft with a token to preview it, or why it was not saved."""

    draft: HomepageDraft | None = None
    preview_token: str | None = None
    warnings: tuple[Refusal, ...] = ()
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """The version that visitors see from now on, or why it was not published."""

    version: int | None = None
    warnings: tuple[Refusal, ...] = ()
    user_errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleOutcome:
    """When the draft will be published, or why it was not scheduled."""

    scheduled_at: datetime | None = None
    user_errors: tuple[Refusal, ...] = ()


async def homepage_document(info: Info, territory: TerritoryCode, platform: Client) -> EditedHomepage:
    """A page as editors see it."""
    await require_editor(info.context)
    return await info.context.reads.homepage_documents.edited(HomepageKey(territory, platform))


async def homepage_history(
    info: Info,
    territory: TerritoryCode,
    platform: Client,
    first: Annotated[int, Arg(description="Up to how many steps, 200 at most.")] = 50,
) -> list[HomepageStep]:
    """Who did what to a page, newest first."""
    await require_editor(info.context)
    limit = max(0, min(first, KEPT_STEPS))
    return await info.context.reads.homepage_documents.steps(HomepageKey(territory, platform), limit)


async def homepage_preview(
    info: Info,
    token: Annotated[str, Arg(description="From `homepageDraftSave` or `homepageDocument`; valid for an hour.")],
    at: Annotated[datetime | None, Arg(description="Shows the page as of that time; the default is now.")] = None,
) -> ServedHomepage | None:
    """The draft of the page that the token is for, else the published page; composed for this response alone.

    Raises AccessDenied, and Refused INVALID for a time outside the calendar.
    """
    context = info.context
    key = context.services.tokens.preview(token)
    if key is None:
        raise AccessDenied("UNAUTHENTICATED")
    return await context.shop.preview(key, datetime.now(UTC) if at is None else in_utc(at, "at"))


async def save_draft(
    context: Context, key: HomepageKey, revision: int, menu: str, sections: Sequence[GivenSection]
) -> DraftOutcome:
    """Saves a draft."""
    try:
        saved = await context.services.homepage.save_draft(context.viewer, key, revision, menu, sections)
    except Refused as refused:
        return DraftOutcome(user_errors=refused.refusals)
    return DraftOutcome(saved.draft, preview_token(context, key), saved.warnings)


def preview_token(context: Context, key: HomepageKey) -> str:
    """A token to see the draft of a page."""
    return context.services.tokens.issue_preview(key, datetime.now(UTC))


async def publish(
    context: Context, key: HomepageKey, version: int, menu: str | None, sections: Sequence[GivenSection] | None
) -> PublishOutcome:
    """Publishes the given sections, or the draft if none are given."""
    service = context.services.homepage
    if sections is None:
        return await _published(service.publish_draft(context.viewer, key, version))
    return await _published(service.publish(context.viewer, key, version, menu or "", sections))


async def roll_back(context: Context, key: HomepageKey, version: int, to_version: int) -> PublishOutcome:
    """Publishes an earlier version again."""
    return await _published(context.services.homepage.roll_back(context.viewer, key, version, to_version))


async def _published(work: Awaitable[Published]) -> PublishOutcome:
    try:
        published = await work
    except Refused as refused:
        return PublishOutcome(user_errors=refused.refusals)
    return PublishOutcome(published.version, published.warnings)


async def schedule(context: Context, key: HomepageKey, revision: int, at: datetime) -> ScheduleOutcome:
    """Has a draft published at a time."""
    try:
        return ScheduleOutcome(await context.services.homepage.schedule(context.viewer, key, revision, at))
    except Refused as refused:
        return ScheduleOutcome(None, refused.refusals)


async def unschedule(context: Context, key: HomepageKey) -> ScheduleOutcome:
    """Cancels the schedule."""
    try:
        await context.services.homepage.unschedule(context.viewer, key)
    except Refused as refused:
        return ScheduleOutcome(None, refused.refusals)
    return ScheduleOutcome()


async def require_editor(context: Context) -> None:
    """Raises `AccessDenied` unless the viewer may edit homepages now."""
    await context.require_staff(Permission.HOMEPAGE)
