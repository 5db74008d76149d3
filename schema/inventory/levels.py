"""Stock, under the names of the Admin API. Services refuse everybody but staff."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.inventory import DEFAULT_LOCATION, AdjustQuantities, MoveQuantities, StockLevel, UnitsMoved
from domain.kit.ids import global_id, key_of
from resolvers.context import Info
from resolvers.inventory import levels as resolve
from resolvers.kit.arguments import Arg
from schema.inventory.locations import Location
from schema.kit.paths import Arguments
from schema.kit.user_errors import user_errors

Field = strawberry.field
_ARGUMENTS = Arguments(
    "input",
    {
        "changes.*.units": "input.changes.*.quantity",
        "changes.*.origin": "input.changes.*.from",
        "changes.*.destination": "input.changes.*.to",
    },
)


def _variant(gid: str) -> int:
    """The key of a variant. An id of another kind gives a key that no variant has."""
    return key_of(gid, "ProductVariant") or 0


def _location(gid: str) -> int:
    return key_of(gid, "Location") or 0


@strawberry.input(description="Units to add to a variant; a negative number removes units.")
class InventoryChangeInput:
    """Becomes a (stock key, delta) pair."""

    variant_id: strawberry.ID = Field(description="The variant.")
    location_id: strawberry.ID | None = Field(default=None, description="The warehouse; the first one by default.")
    delta: int = Field(description="Units to add.")


@strawberry.input(description="Changes to stock, with a reason.")
class InventoryAdjustQuantitiesInput:
    """Becomes `domain.inventory.AdjustQuantities`."""

    reason: str = Field(description="The reason, stored in the ledger.")
    changes: list[InventoryChangeInput] = Field(description="At most 250 changes. All of them apply, or none.")

    def command(self) -> AdjustQuantities:
        """The adjustment as the domain knows it."""
        changes = []
        for change in self.changes:
            location_id = DEFAULT_LOCATION if change.location_id is None else _location(change.location_id)
            changes.append(((_variant(change.variant_id), location_id), change.delta))
        return AdjustQuantities(tuple(changes), self.reason)


@strawberry.input(description="The origin or destination of units.")
class InventoryMoveQuantityTerminalInput:
    """Becomes a location's key."""

    location_id: strawberry.ID = Field(description="The warehouse.")


@strawberry.input(description="Units of a variant to move from one warehouse to another.")
class InventoryMoveQuantityChange:
    """Becomes `domain.inventory.UnitsMoved`."""

    variant_id: strawberry.ID = Field(description="The variant.")
    quantity: int = Field(description="Units.")
    from_: InventoryMoveQuantityTerminalInput = Field(name="from", description="The origin.")
    to: InventoryMoveQuantityTerminalInput = Field(description="The destination.")


@strawberry.input(description="Moves of stock, with a reason.")
class InventoryMoveQuantitiesInput:
    """Becomes `domain.inventory.MoveQuantities`."""

    reason: str = Field(description="The reason, stored in the ledger.")
    changes: list[InventoryMoveQuantityChange] = Field(description="At most 250 moves. All of them apply, or none.")

    def command(self) -> MoveQuantities:
        """The moves as the domain knows them."""
        moves = (
            UnitsMoved(
                _variant(change.variant_id),
                _location(change.from_.location_id),
                _location(change.to.location_id),
                change.quantity,
            )
            for change in self.changes
        )
        return MoveQuantities(tuple(moves), self.reason)


def variant_id(root: Parent[StockLevel]) -> strawberry.ID:
    """The variant of a stock level."""
    return strawberry.ID(global_id("ProductVariant", root.variant_id))


@strawberry.type(description="Stock of one variant at one location.")
class InventoryLevel:
    """A view over `domain.inventory.StockLevel`."""

    variant_id = Field(resolver=variant_id, description="The variant.", graphql_type=strawberry.ID)
    location = Field(resolver=resolve.location_of, description="The location of the units.", graphql_type=Location)
    available: int = Field(description="Units for sale.")
    reserved: int = Field(description="Units reserved by orders that wait for payment.")
    sold: int = Field(description="Units sold.")


@strawberry.type(description="The outcome of adjusting stock.")
class InventoryAdjustQuantitiesPayload:
    """A view over `resolvers.inventory.levels.InventoryOutcome`."""

    inventory_levels = Field(
        resolver=lambda root: root.levels,
        description="The stock levels as they are now.",
        graphql_type=list[InventoryLevel],
    )
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type(description="The outcome of moving stock.")
class InventoryMoveQuantitiesPayload:
    """A view over `resolvers.inventory.levels.InventoryOutcome`."""

    inventory_levels = Field(
        resolver=lambda root: root.levels,
        description="The stock levels as they are now.",
        graphql_type=list[InventoryLevel],
    )
    user_errors = user_errors(_ARGUMENTS)


@strawberry.type
class InventoryMutation:
    """Mutations for staff with the permission INVENTORY."""

    @strawberry.mutation(
        description="Adds or removes stock. Staff with the permission INVENTORY only.",
        graphql_type=InventoryAdjustQuantitiesPayload | None,
    )
    async def inventory_adjust_quantities(
        self, info: Info, input: Annotated[InventoryAdjustQuantitiesInput, Arg(description="The changes.")]
    ) -> resolve.InventoryOutcome:
        """Stock cannot fall below zero."""
        return await resolve.adjust_quantities(info.context, input.command())

    @strawberry.mutation(
        description="Moves stock from one warehouse to another. Staff with the permission INVENTORY only.",
        graphql_type=InventoryMoveQuantitiesPayload | None,
    )
    async def inventory_move_quantities(
        self, info: Info, input: Annotated[InventoryMoveQuantitiesInput, Arg(description="The moves.")]
    ) -> resolve.InventoryOutcome:
        """A move does not change the total number of units."""
        return await resolve.move_quantities(info.context, input.command())
