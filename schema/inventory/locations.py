"""Warehouses, under the names of the Admin API. Services refuse everybody but staff."""

from typing import Annotated

import strawberry

from domain import inventory as records
from domain.kit.ids import key_of
from resolvers.context import Info
from resolvers.inventory import locations as resolve
from resolvers.kit.arguments import Arg, GlobalId
from schema.kit.common import Connection, id_field, user_errors
from schema.kit.paths import Arguments

Field = strawberry.field
_ARGUMENTS = Arguments("input", {"location_id": "id"})


@strawberry.type(description="How early a warehouse is asked for units.")
class LocationPriority:
    """A view over `domain.inventory.LocationPriority`."""

    territory: str = Field(description="Code of the territory whose buyers are served.")
    priority: int = Field(description="The lower, the earlier.")


@strawberry.type(description="A warehouse.")
class Location:
    """A view over `domain.inventory.Location`."""

    id = id_field("Location")
    name: str = Field(description="Its name.")
    priorities: list[LocationPriority] = Field(
        description="In which territories it is asked how early; it serves the others after those that have a priority."
    )


@strawberry.type(description="A page of warehouses.")
class LocationConnection(Connection[Location]):
    """Warehouses."""


@strawberry.input(description="How early a warehouse is asked for units.")
class LocationPriorityInput:
    """Becomes `domain.inventory.LocationPriority`."""

    territory: str = Field(description="Code of the territory whose buyers are served.")
    priority: int = Field(description="The lower, the earlier; 0 at least.")


def priorities_of(given: list[LocationPriorityInput]) -> tuple[records.LocationPriority, ...]:
    """Priorities as the domain knows them."""
    return tuple(records.LocationPriority(each.territory, each.priority) for each in given)


@strawberry.input(description="A new warehouse.")
class LocationAddInput:
    """A name and priorities."""

    name: str = Field(description="Its name.")
    priorities: list[LocationPriorityInput] = Field(
        default_factory=list, description="In which territories it is asked how early, each named once."
    )


@strawberry.input(description="Changes of a warehouse; what is not given stays as it is.")
class LocationEditInput:
    """Becomes `domain.inventory.LocationChanges`."""

    name: str | None = Field(default=None, description="Its name.")
    priorities: list[LocationPriorityInput] | None = Field(
        default=None, description="All its priorities, each territory named once."
    )

    def changes(self) -> records.LocationChanges:
        """The changes as the domain knows them."""
        return records.LocationChanges(self.name, None if self.priorities is None else priorities_of(self.priorities))


@strawberry.type(description="What opening a warehouse came to.")
class LocationAddPayload:
    """A view over `resolvers.inventory.locations.LocationOutcome`."""

    location: Location | None = Field(description="The warehouse.")
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="What changing a warehouse came to.")
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
        """It sells as soon as it has stock."""
        return await resolve.add(info.context, input.name, priorities_of(input.priorities))

    @strawberry.mutation(
        description="Changes a warehouse. Staff with the permission INVENTORY only.",
        graphql_type=LocationEditPayload | None,
    )
    async def location_edit(
        self, info: Info, id: GlobalId, input: Annotated[LocationEditInput, Arg(description="The changes.")]
    ) -> resolve.LocationOutcome:
        """Orders that are placed from now on are served in the new order."""
        return await resolve.edit(info.context, key_of(id, "Location") or 0, input.changes())
