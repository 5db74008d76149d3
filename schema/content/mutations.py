"""Mutations of menus by staff, under the names of the Admin API."""

from typing import Annotated

import strawberry

from domain import content as records
from domain.kit.ids import new_secret, split_global_id
from resolvers.context import Info
from resolvers.homepage import editing as resolve
from resolvers.kit.arguments import Arg, GlobalId
from schema.content.types import Menu, MenuItemType
from schema.kit.common import user_errors
from schema.kit.paths import Arguments
from schema.kit.scalars import URL

Field = strawberry.field


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
    """A view over `resolvers.homepage.editing.MenuOutcome`."""

    menu: Menu | None = Field(description="The menu as it is now.")
    user_errors = user_errors(Arguments(names={"menu": "id"}))


@strawberry.type
class MenuMutation:
    """Mutations of menus."""

    @strawberry.mutation(
        description="Replaces title and entries of a menu. Homepages that show it are rebuilt. "
        "Staff with the permission HOMEPAGE only.",
        graphql_type=MenuUpdatePayload,
    )
    async def menu_update(
        self,
        info: Info,
        id: GlobalId,
        title: Annotated[str, Arg(description="The title.")],
        items: Annotated[list[MenuItemUpdateInput], Arg(description="All entries, on at most 4 levels.")],
    ) -> resolve.MenuOutcome:
        """The shop keeps the last fifty versions of a menu, with their authors."""
        return await resolve.update_menu(info.context, id, title, [item.record() for item in items])
