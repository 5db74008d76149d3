"""Mutations of menus by staff, under the names of the Admin API."""

from datetime import datetime
from typing import Annotated

import strawberry

from datasources.content.menus import KEPT_VERSIONS
from domain import content as records
from domain.kit.ids import new_secret, split_global_id
from resolvers.content import editing as resolve
from resolvers.content.editing import OwnPlatform
from resolvers.context import Info
from resolvers.kit.arguments import Arg, GlobalId
from schema.content.types import Menu, MenuItemType
from schema.enums import Platform
from schema.kit.paths import Arguments
from schema.kit.scalars import URL
from schema.kit.user_errors import user_errors

Field = strawberry.field
Version = Annotated[
    int | None,
    Arg(
        description="The version that the change replaces: it is refused if another one is the newest. "
        "Null replaces any version."
    ),
]


def _entry_id(gid: str) -> str:
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == "MenuItem" else ""


@strawberry.input(description="An entry of a menu.")
class MenuItemUpdateInput:
    """Becomes `domain.content.MenuItem`."""

    id: strawberry.ID | None = Field(default=None, description="The id of an existing entry; omit it for a new entry.")
    title: str = Field(description="The label of the entry.")
    type: MenuItemType = Field(default=MenuItemType("HTTP"), description="The type of its target.")
    url: URL = Field(description="The URL of the target: a path of this shop, or an http or https URL.")
    resource_id: strawberry.ID | None = Field(default=None, description="The id of the target.")
    tags: list[str] = Field(default_factory=list, description="Tags that filter the target collection.")
    items: list["MenuItemUpdateInput"] = Field(default_factory=list, description="Entries below this one.")

    def record(self) -> records.MenuItem:
        """The entry as the domain knows it; an id of another kind becomes empty."""
        return records.MenuItem(
            id=new_secret() if self.id is None else _entry_id(self.id),
            title=self.title,
            url=self.url,
            kind=self.type.value,
            resource=self.resource_id,
            tags=tuple(self.tags),
            items=tuple(item.record() for item in self.items),
        )


@strawberry.type(description="The outcome of changing a menu.")
class MenuUpdatePayload:
    """A view over `resolvers.content.editing.MenuOutcome`."""

    menu: Menu | None = Field(description="The menu as it is now.")
    user_errors = user_errors(Arguments(names={"menu": "id"}))


@strawberry.type(description="A version of a menu, and who saved it.")
class MenuVersion:
    """A view over `domain.content.MenuVersion`."""

    menu: Menu = Field(description="The menu as it was.")
    saved_at: datetime | None = Field(description="When it was saved; null for the menu that the shop began with.")
    saved_by: str | None = Field(description="Who saved it.")


@strawberry.type
class MenuQuery:
    """Menus for editors."""

    menu_history = Field(
        resolver=resolve.menu_history,
        description=f"Versions of a menu, the newest first. The shop keeps {KEPT_VERSIONS}. "
        "Staff with the permission HOMEPAGE only.",
        graphql_type=list[MenuVersion] | None,
    )


@strawberry.type
class MenuMutation:
    """Mutations of menus."""

    @strawberry.mutation(
        description="Replaces title and entries of a menu, or of the menu of one platform. Homepages that show it are "
        "rebuilt. Staff with the permission HOMEPAGE only.",
        graphql_type=MenuUpdatePayload | None,
    )
    async def menu_update(
        self,
        info: Info,
        id: GlobalId,
        title: Annotated[str, Arg(description="The title.")],
        items: Annotated[list[MenuItemUpdateInput], Arg(description="All entries, on at most 4 levels.")],
        platform: OwnPlatform = None,
        version: Version = None,
    ) -> resolve.MenuOutcome:
        """The first menu of a platform replaces version 0."""
        entries = [item.record() for item in items]
        return await resolve.update(info.context, id, title, entries, platform, version)

    @strawberry.mutation(
        description="Saves an earlier version of a menu again, as a new version. "
        "Staff with the permission HOMEPAGE only.",
        graphql_type=MenuUpdatePayload | None,
    )
    async def menu_rollback(
        self,
        info: Info,
        id: GlobalId,
        to_version: Annotated[int, Arg(description="The version to save again.")],
        platform: OwnPlatform = None,
        version: Version = None,
    ) -> resolve.MenuOutcome:
        """A rollback and another change cannot overwrite each other either."""
        return await resolve.roll_back(info.context, id, platform, version, to_version)

    @strawberry.mutation(
        description="Deletes the menu of one platform, which then shows the menu of all others. "
        "Staff with the permission HOMEPAGE only.",
        graphql_type=MenuUpdatePayload | None,
    )
    async def menu_delete(
        self,
        info: Info,
        id: GlobalId,
        platform: Annotated[Platform, Arg(description="The platform whose own menu is deleted.")],
        version: Version = None,
    ) -> resolve.MenuOutcome:
        """Its versions stay, and a rollback brings it back."""
        return await resolve.delete(info.context, id, platform, version)
