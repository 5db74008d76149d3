"""Warehouses, under the names of the Admin API. Services refuse everybody but staff."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import inventory as records
from domain.kit.ids import key_of
from resolvers.context import Info
from resolvers.inventory import locations as resolve
from resolvers.kit.arguments import Arg, GlobalId
from schema.kit.common import Connection, Node, id_field, is_record
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
_ARGUMENTS = Arguments("input", {"location_id": "id"})


@strawberry.type(description="The rank of a warehouse among those that serve a territory.")
class LocationPriority:
    """A view over `domain.inventory.LocationPriority`."""

    territory: str = Field(description="The code of the territory.")
    priority: int = Field(description="The rank. Warehouses with a lower number serve first.")


@strawberry.type(description="A warehouse.")
class Location(Node):
    """A view over `domain.inventory.Location`."""

    is_type_of = is_record(records.Location)

    id = id_field("Location")
    name: str = Field(description="The name.")
    priorities: list[LocationPriority] = Field(
        description="Its priorities. It serves other territories after the warehouses that have a priority there."
    )


@strawberry.type(description="A page of warehouses.")
class LocationConnection(Connection[Location]):
    """Warehouses."""


@strawberry.input(description="The rank of a warehouse among those that serve a territory.")
class LocationPriorityInput:
    """Becomes `domain.inventory.LocationPriority`."""

    territory: str = Field(description="The code of the territory.")
    priority: int = Field(description="The rank, at least 0. Warehouses with a lower number serve first.")


def priorities_of(given: list[LocationPriorityInput]) -> tuple[records.LocationPriority, ...]:
    """Priorities as the domain knows them."""
    return tuple(records.LocationPriority(each.territory, each.priority) for each in given)


@strawberry.input(description="A new warehouse.")
class LocationAddInput:
    """A name and priorities."""

    name: str = Field(description="The name.")
    priorities: list[LocationPriorityInput] = Field(
        default_factory=list, description="Its priorities, at most one per territory."
    )


@strawberry.input(description="Changes to a warehouse. Omitted fields stay as they are.")
class LocationEditInput:
    """Becomes `domain.inventory.LocationChanges`."""

    name: str | None = Field(default=None, description="The name.")
    priorities: list[LocationPriorityInput] | None = Field(
        default=UNSET, description="All its priorities, at most one per territory; null for none."
    )

    def changes(self) -> records.LocationChanges:
        """The changes as the domain knows them."""
        return records.LocationChanges(
            self.name, None if self.priorities is UNSET else priorities_of(self.priorities or [])
        )


@strawberry.type(description="The outcome of opening a warehouse.")
class LocationAddPayload:
    """A view over `resolvers.inventory.locations.LocationOutcome`."""

    location: Location | None = Field(description="The warehouse.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="The outcome of changing a warehouse.")
class LocationEditPayload:
    """A view over `resolvers.inventory.locations.LocationOutcome`."""

    location: Location | None = Field(description="The warehouse as it is now.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class LocationsQuery:
    """Reading warehouses."""

    locations = Field(
        resolver=resolve.locations,
        description="All warehouses. Staff with the permission INVENTORY only.",
        graphql_type=LocationConnection | None,
    )


@strawberry.type
class LocationsMutation:
    """Mutations for staff with the permission INVENTORY."""

    @strawberry.mutation(
        description="Opens a warehouse without stock. Staff with the permission INVENTORY only.",
        graphql_type=LocationAddPayload | None,
    )
    async def location_add(
        self, info: Info, input: Annotated[LocationAddInput, Arg(description="The warehouse.")]
    ) -> resolve.LocationOutcome:
        """The warehouse serves orders as soon as it has stock."""
        return await resolve.add(info.context, input.name, priorities_of(input.priorities))

    @strawberry.mutation(
        description="Changes a warehouse. Staff with the permission INVENTORY only.",
        graphql_type=LocationEditPayload | None,
    )
    async def location_edit(
        self, info: Info, id: GlobalId, input: Annotated[LocationEditInput, Arg(description="The changes.")]
    ) -> resolve.LocationOutcome:
        """New priorities apply to later orders."""
        return await resolve.edit(info.context, key_of(id, "Location") or 0, input.changes())
