"""How staff edits, publishes and schedules homepages."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.homepage.keys import HomepageKey
from resolvers.context import Info
from resolvers.homepage import editing as resolve
from resolvers.homepage.editing import Client, TerritoryCode
from resolvers.kit.arguments import Arg
from schema.homepage.documents import HomepageDocument, HomepageDraft, HomepageHistoryEntry
from schema.homepage.inputs import HomepageSectionInput
from schema.homepage.types import Homepage
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
_ARGUMENTS = Arguments(records={"to_version": "toVersion"})
_LEFT_OUT = "Objects that the page names but the shop does not have. The page omits them."
_STAFF = "Staff with the permission HOMEPAGE only."


@strawberry.type(description="The outcome of saving a draft.")
class HomepageDraftSavePayload:
    """A view over `resolvers.homepage.editing.DraftOutcome`."""

    draft: HomepageDraft | None = Field(description="The draft as it is now.")
    preview_token: str | None = Field(description="A token for `homepagePreview`, valid for an hour.")
    warnings = user_errors(_ARGUMENTS, _LEFT_OUT, of="warnings")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="The outcome of publishing.")
class HomepagePublishPayload:
    """A view over `resolvers.homepage.editing.PublishOutcome`."""

    version: int | None = Field(description="The version that visitors see from now on.")
    warnings = user_errors(_ARGUMENTS, _LEFT_OUT, of="warnings")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="The outcome of scheduling.")
class HomepageSchedulePayload:
    """A view over `resolvers.homepage.editing.ScheduleOutcome`."""

    scheduled_at: datetime | None = Field(description="When the draft will be published; null if nothing is scheduled.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class HomepageEditingQuery:
    """Homepages for editors."""

    homepage_document = Field(
        resolver=resolve.homepage_document,
        description=f"A homepage as editors see it. {_STAFF}",
        graphql_type=HomepageDocument | None,
    )
    homepage_history = Field(
        resolver=resolve.homepage_history,
        description=f"The history of a page, newest first. The shop keeps 200 steps. {_STAFF}",
        graphql_type=list[HomepageHistoryEntry] | None,
    )
    homepage_preview = Field(
        resolver=resolve.homepage_preview,
        description="The draft of a page, or else the published page, composed for this response alone.",
        graphql_type=Homepage | None,
    )


@strawberry.type
class HomepageMutation:
    """Mutations of homepages."""

    @strawberry.mutation(
        description=f"Saves a draft and compares it with the catalog. {_STAFF}",
        graphql_type=HomepageDraftSavePayload | None,
    )
    async def homepage_draft_save(
        self,
        info: Info,
        territory: TerritoryCode,
        platform: Client,
        revision: Annotated[
            int, Arg(description="The revision that the editor started from; 0 if no draft was ever saved.")
        ],
        menu: Annotated[str, Arg(description="The handle of the main menu.")],
        sections: Annotated[list[HomepageSectionInput], Arg(description="The sections in order, at most 40.")],
    ) -> resolve.DraftOutcome:
        """Two editors cannot overwrite each other: the second one gets VERSION_CONFLICT."""
        key = HomepageKey(territory, platform)
        return await resolve.save_draft(info.context, key, revision, menu, [section.given() for section in sections])

    @strawberry.mutation(
        description=f"Publishes the given sections, or else the draft. {_STAFF}",
        graphql_type=HomepagePublishPayload | None,
    )
    async def homepage_publish(
        self,
        info: Info,
        territory: TerritoryCode,
        platform: Client,
        version: Annotated[
            int, Arg(description="The version that the editor started from; 0 for an unpublished page.")
        ],
        menu: Annotated[str | None, Arg(description="The handle of the main menu.")] = None,
        sections: Annotated[
            list[HomepageSectionInput] | None,
            Arg(description="The sections in order, at most 40; the draft by default."),
        ] = None,
    ) -> resolve.PublishOutcome:
        """Two editors cannot overwrite each other: the second one gets VERSION_CONFLICT."""
        key = HomepageKey(territory, platform)
        given = None if sections is None else [section.given() for section in sections]
        return await resolve.publish(info.context, key, version, menu, given)

    @strawberry.mutation(
        description=f"Publishes an earlier version again, exactly as it was, as a new version. {_STAFF}",
        graphql_type=HomepagePublishPayload | None,
    )
    async def homepage_rollback(
        self,
        info: Info,
        territory: TerritoryCode,
        platform: Client,
        version: Annotated[int, Arg(description="The currently published version.")],
        to_version: Annotated[int, Arg(description="The version to publish again.")],
    ) -> resolve.PublishOutcome:
        """A rollback and another publish cannot overwrite each other either."""
        return await resolve.roll_back(info.context, HomepageKey(territory, platform), version, to_version)

    @strawberry.mutation(
        description="Schedules the draft for publishing, whatever is published by then. Replaces an earlier schedule. "
        f"Later saves of the draft do not change the schedule. {_STAFF}",
        graphql_type=HomepageSchedulePayload | None,
    )
    async def homepage_schedule(
        self,
        info: Info,
        territory: TerritoryCode,
        platform: Client,
        revision: Annotated[int, Arg(description="The revision of the draft.")],
        at: Annotated[datetime, Arg(description="The time, within a year from now.")],
    ) -> resolve.ScheduleOutcome:
        """Refused with VERSION_CONFLICT if the draft has been saved again meanwhile."""
        return await resolve.schedule(info.context, HomepageKey(territory, platform), revision, at)

    @strawberry.mutation(description=f"Cancels the schedule. {_STAFF}", graphql_type=HomepageSchedulePayload | None)
    async def homepage_unschedule(
        self, info: Info, territory: TerritoryCode, platform: Client
    ) -> resolve.ScheduleOutcome:
        """Refused if nothing is scheduled."""
        return await resolve.unschedule(info.context, HomepageKey(territory, platform))
