"""Warehouses as staff see and change them; the services check permissions."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.accounts import Permission
from domain.inventory import Location, LocationChanges, LocationPriority
from domain.kit.paging import Page, page_request
from domain.kit.refusals import Refusal, Refused
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Before, First, Last, Reverse


@dataclass(frozen=True, slots=True)
class LocationOutcome:
    """The warehouse as it is now, or why it did not change."""

    location: Location | None = None
    user_errors: tuple[Refusal, ...] = ()


async def locations(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[Location]:
    """A page of all warehouses, for staff with the permission INVENTORY."""
    await info.context.require_staff(Permission.INVENTORY)
    return await info.context.reads.locations.warehouses(page_request(first, after, last, before), bool(reverse))


async def add(context: Context, name: str, priorities: Sequence[LocationPriority]) -> LocationOutcome:
    """Opens a warehouse."""
    try:
        made = await context.services.locations.add(context.viewer, name, priorities)
    except Refused as refused:
        return LocationOutcome(None, refused.refusals)
    context.written()
    return LocationOutcome(await context.loaders.location.load(made))


async def edit(context: Context, location_id: int, changes: LocationChanges) -> LocationOutcome:
    """Changes a warehouse."""
    try:
        await context.services.locations.edit(context.viewer, location_id, changes)
    except Refused as refused:
        return LocationOutcome(None, refused.refusals)
    context.written()
    return LocationOutcome(await context.loaders.location.load(location_id))
