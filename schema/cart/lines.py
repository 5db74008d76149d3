"""Cart lines, under the names of the Storefront API."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.kit.ids import global_id
from resolvers.cart import discounts as resolve_discounts
from resolvers.cart import lines as resolve
from schema.cart.discounts import CartDiscountAllocation
from schema.catalog.products import ProductVariant
from schema.catalog.selling_plans import SellingPlanAllocation
from schema.kit.common import Attribute, Connection, MoneyV2, Node, always, is_record

Field = strawberry.field
# A union with one member, so that later kinds of merchandise can join without breaking clients.
Merchandise = Annotated[ProductVariant, strawberry.union("Merchandise", description="The merchandise of a line.")]


@strawberry.type(description="The cost of a line.")
class CartLineCost:
    """A view over `domain.checkout.pricing.ItemPrice`."""

    amount_per_quantity = Field(
        resolver=lambda root: root.item.variant.price, description="Price of one unit.", graphql_type=MoneyV2
    )
    compare_at_amount_per_quantity = Field(
        resolver=lambda root: root.item.variant.compare_at,
        description="Price of one unit before a reduction.",
        graphql_type=MoneyV2 | None,
    )
    subtotal_amount = Field(
        resolver=lambda root: root.subtotal, description="Price of all units before discounts.", graphql_type=MoneyV2
    )
    total_amount = Field(
        resolver=lambda root: root.total,
        description="Price of all units after discounts, without tax where prices do not contain it.",
        graphql_type=MoneyV2,
    )


@strawberry.type(description="The cost of a line, in older names.")
class CartLineEstimatedCost:
    """A view over `domain.checkout.pricing.ItemPrice`."""

    amount = Field(
        resolver=lambda root: root.item.variant.price, description="Price of one unit.", graphql_type=MoneyV2
    )
    compare_at_amount = Field(
        resolver=lambda root: root.item.variant.compare_at,
        description="Price of one unit before a reduction.",
        graphql_type=MoneyV2 | None,
    )
    subtotal_amount = Field(
        resolver=lambda root: root.subtotal, description="Price of all units before discounts.", graphql_type=MoneyV2
    )
    total_amount = Field(
        resolver=lambda root: root.total, description="Price of all units after discounts.", graphql_type=MoneyV2
    )


@strawberry.type(description="What the buyer may do with a line.")
class CartLineInstructions:
    """The same for all lines: the shop adds none by itself."""

    can_remove = always(True, bool, "Whether the buyer may remove it.")
    can_update_quantity = always(True, bool, "Whether the buyer may change its quantity.")


@strawberry.type(description="The line that a line belongs to.")
class CartLineParentRelationship:
    """Existing clients select it; the shop never returns one."""

    parent: "CartLine" = Field(description="The line above.")


@strawberry.interface(description="Something in a cart.")
class BaseCartLine(Node):
    """The fields of all kinds of lines."""

    id: strawberry.ID = Field(description="A globally unique id.")
    quantity: int = Field(description="Units.")
    attributes: list[Attribute] = Field(description="Custom attributes.")
    merchandise: Merchandise = Field(description="The merchandise of the line.")
    cost: CartLineCost = Field(description="The cost of the line.")
    discount_allocations = Field(
        resolver=resolve_discounts.of_line,
        description="The amounts that discounts take off the line.",
        graphql_type=list[CartDiscountAllocation],
    )
    attribute = Field(
        resolver=resolve.line_attribute,
        description="The custom attribute with that key.",
        graphql_type=Attribute | None,
    )
    estimated_cost = Field(
        resolver=lambda root: root.price,
        description="The cost of the line.",
        graphql_type=CartLineEstimatedCost,
        deprecation_reason="Use `cost` instead.",
    )
    selling_plan_allocation = always(
        None, SellingPlanAllocation | None, "The subscription; always null: this shop has none."
    )
    view_key = Field(
        resolver=lambda root: str(root.line.id),
        description="A name of the line in its cart, to change or remove it by.",
        graphql_type=str | None,
    )


def line_id(root: Parent[resolve.PricedLine]) -> strawberry.ID:
    """The global id of a line."""
    return strawberry.ID(global_id("CartLine", root.line.id))


@strawberry.type(description="Units of one variant in a cart.")
class CartLine(BaseCartLine):
    """A view over `resolvers.cart.lines.PricedLine`."""

    is_type_of = is_record(resolve.PricedLine)

    id = Field(resolver=line_id, description="A globally unique id.", graphql_type=strawberry.ID)
    quantity = Field(resolver=lambda root: root.line.quantity, description="Units.", graphql_type=int)
    attributes = Field(
        resolver=lambda root: root.line.attributes, description="Custom attributes.", graphql_type=list[Attribute]
    )
    merchandise = Field(
        resolver=lambda root: root.variant, description="The merchandise of the line.", graphql_type=Merchandise
    )
    cost = Field(resolver=lambda root: root.price, description="The cost of the line.", graphql_type=CartLineCost)
    instructions = Field(
        resolver=lambda root: root,
        description="What the buyer may do with the line.",
        graphql_type=CartLineInstructions,
    )
    parent_relationship = always(
        None, CartLineParentRelationship | None, "The line that it belongs to; always null: this shop nests no lines."
    )


@strawberry.type(description="A line of a bundle in a cart; this shop has no bundles.")
class ComponentizableCartLine(BaseCartLine):
    """Existing clients select this type; the shop never returns one."""

    is_type_of = is_record(())

    line_components: list[CartLine] = Field(description="The parts of the bundle.")


@strawberry.type(description="A part of a bundle in a cart; this shop has no bundles.")
class CartLineComponent(BaseCartLine):
    """Existing clients select this type; the shop never returns one."""

    is_type_of = is_record(())


@strawberry.type(description="A line with its cursor.")
class BaseCartLineEdge:
    """Relay's edge."""

    node: BaseCartLine = Field(description="The line.")
    cursor: str = Field(description="The position of the line in the list.")


@strawberry.type(description="A page of lines.")
class BaseCartLineConnection(Connection[BaseCartLine]):
    """Lines."""
