"""Menus changed by staff, under the names of the Admin API."""

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

    id: strawberry.ID | None = Field(default=None, description="The entry as it is now; a new one unless given.")
    title: str = Field(description="The words of the entry.")
    type: MenuItemType = Field(default=MenuItemType("HTTP"), description="What it leads to.")
    url: URL = Field(description="Where it leads: a path of this shop, http or https.")
    resource_id: strawberry.ID | None = Field(default=None, description="The id of the object that it leads to.")
    tags: list[str] = Field(default_factory=list, description="Tags that filter the collection that it leads to.")
    items: list["MenuItemUpdateInput"] = Field(default_factory=list, description="Entries below this one.")

    def record(self) -> records.MenuItem:
        """The entry as the domain knows it; an id that names none is empty."""
        return records.MenuItem(
            id=new_secret() if self.id is None else _entry_id(self.id),
            title=self.title,
            url=self.url,
            kind=self.type.value,
            resource=self.resource_id,
            tags=tuple(self.tags),
            items=tuple(item.record() for item in self.items),
        )


@strawberry.type(description="What changing a menu came to.")
class MenuUpdatePayload:
    """A view over `resolvers.homepage.editing.MenuOutcome`."""

    menu: Menu | None = Field(description="The menu as it is now.")
    user_errors = user_errors(Arguments(names={"menu": "id"}))


@strawberry.type
class MenuMutation:
    """What staff changes of menus."""

    @strawberry.mutation(
        description="Replaces title and entries of a menu; homepages that show it are built again. "
        "Staff with the permission HOMEPAGE only.",
        graphql_type=MenuUpdatePayload,
    )
    async def menu_update(
        self,
        info: Info,
        id: GlobalId,
        title: Annotated[str, Arg(description="Its name for people.")],
        items: Annotated[list[MenuItemUpdateInput], Arg(description="All its entries, on 4 levels at most.")],
    ) -> resolve.MenuOutcome:
        """The last fifty forms of a menu are kept with who wrote them."""
        return await resolve.update_menu(info.context, id, title, [item.record() for item in items])
