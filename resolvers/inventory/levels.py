"""Stock as staff see and change it; the services check permissions."""

from collections.abc import Awaitable
from dataclasses import dataclass

from strawberry import Parent

from domain.inventory import AdjustQuantities, Location, MoveQuantities, StockLevel
from domain.kit.refusals import Refusal, Refused
from resolvers.context import Context, Info


@dataclass(frozen=True, slots=True)
class InventoryOutcome:
    """The stock levels as they are now, or why they did not change."""

    levels: tuple[StockLevel, ...] = ()
    user_errors: tuple[Refusal, ...] = ()


async def adjust_quantities(context: Context, command: AdjustQuantities) -> InventoryOutcome:
    """Adjusts stock."""
    return await _attempt(context, context.services.inventory.adjust(context.viewer, command))


async def move_quantities(context: Context, command: MoveQuantities) -> InventoryOutcome:
    """Moves stock between warehouses."""
    return await _attempt(context, context.services.inventory.move(context.viewer, command))


async def _attempt(context: Context, change: Awaitable[list[StockLevel]]) -> InventoryOutcome:
    try:
        return InventoryOutcome(tuple(await change))
    except Refused as refused:
        return InventoryOutcome((), refused.refusals)
    finally:
        context.written()


async def location_of(root: Parent[StockLevel], info: Info) -> Location | None:
    """The location of the units."""
    return await info.context.loaders.location.load(root.location_id)
