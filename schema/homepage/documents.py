"""Homepages as editors see them."""

from datetime import datetime

import strawberry
from strawberry import Parent

from domain.homepage import editing
from resolvers.context import Info
from resolvers.homepage import editing as resolve
from schema.enums import HomepageAction, Platform
from schema.homepage.inputs import HomepageDocumentSection

Field = strawberry.field


@strawberry.type(description="An unpublished version of a page.")
class HomepageDraft:
    """A view over `domain.homepage.editing.HomepageDraft`."""

    revision: int = Field(description="Grows with every save. The next save must name it.")
    menu: str = Field(description="The handle of the main menu.")
    sections: list[HomepageDocumentSection] = Field(description="The sections in order.")
    saved_at: datetime = Field(description="When it was saved.")
    saved_by: str = Field(description="Who saved it.")


@strawberry.type(description="When a draft will be published.")
class HomepageSchedule:
    """A view over `domain.homepage.editing.HomepageSchedule`."""

    at: datetime = Field(description="The time.")
    scheduled_by: str = Field(description="Who scheduled it.")


@strawberry.type(description="A version that was published and can be published again.")
class HomepageVersion:
    """A view over `domain.homepage.editing.HomepageVersion`."""

    version: int = Field(description="Its number.")
    published_at: datetime = Field(description="When it was published.")
    published_by: str = Field(description="Who published it.")


def _preview_token(root: Parent[editing.EditedHomepage], info: Info) -> str:
    return resolve.preview_token(info.context, root.key)


@strawberry.type(description="A homepage as editors see it.")
class HomepageDocument:
    """A view over `domain.homepage.editing.EditedHomepage`."""

    territory = Field(resolver=lambda root: root.key.territory, description="Its territory.", graphql_type=str)
    platform = Field(resolver=lambda root: root.key.platform, description="Its client.", graphql_type=Platform)
    version: int = Field(description="The published version; 0 if the page is not published.")
    menu: str = Field(description="The handle of the main menu of the published page.")
    sections: list[HomepageDocumentSection] = Field(description="The sections of the published page in order.")
    draft: HomepageDraft | None = Field(description="The draft, if any.")
    draft_revision: int = Field(description="The last saved revision of the draft; 0 if no draft was ever saved.")
    schedule: HomepageSchedule | None = Field(description="The schedule, if any.")
    versions: list[HomepageVersion] = Field(description="The last 50 versions, newest first.")
    preview_token = Field(
        resolver=_preview_token, description="A token for `homepagePreview`, valid for an hour.", graphql_type=str
    )


@strawberry.type(description="An entry in the history of a page: who did what, and when.")
class HomepageHistoryEntry:
    """A view over `domain.homepage.editing.HomepageStep`."""

    at: datetime = Field(description="When.")
    actor: str = Field(description="The author: `staff:` and the number of an account.")
    action: HomepageAction = Field(description="What.")
    version: int = Field(description="The published version afterwards.")
    detail: str = Field(description="The version of a rollback, or the time of a schedule.")
