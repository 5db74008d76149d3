"""Reading and changing carts."""

from typing import Annotated

import strawberry

from domain.accounts import Viewer
from domain.cart import NewCart
from domain.checkout.offers import Offer
from domain.kit.refusals import each
from resolvers.cart import lines as resolve
from resolvers.cart.access import cart_key
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.cart.inputs import CartBuyerIdentityInput, CartInput, CartLineInput, CartLineUpdateInput
from schema.cart.payloads import (
    CartAttributesUpdatePayload,
    CartBuyerIdentityUpdatePayload,
    CartCreatePayload,
    CartDiscountCodesUpdatePayload,
    CartLinesAddPayload,
    CartLinesRemovePayload,
    CartLinesUpdatePayload,
    CartNoteUpdatePayload,
)
from schema.cart.types import Cart
from schema.kit.common import AttributeInput, pairs

CartId = Annotated[strawberry.ID, Arg(description="The cart.")]


@strawberry.type
class CartQuery:
    """Reading carts."""

    cart = strawberry.field(resolver=resolve.cart, description="A cart by its secret id.", graphql_type=Cart | None)


@strawberry.type
class CartMutation:
    """Changing carts."""

    @strawberry.mutation(description="Creates a cart.", graphql_type=CartCreatePayload | None)
    async def cart_create(
        self, info: Info, input: Annotated[CartInput | None, Arg(description="The initial content.")] = None
    ) -> resolve.CartOutcome:
        """Anyone with the id can use the cart."""
        given = input or CartInput()
        context = info.context

        async def content() -> NewCart:
            given.check()
            identity = given.buyer_identity or CartBuyerIdentityInput()
            return given.command(await resolve.buyer_changes(context, identity.buyer()))

        return await resolve.create(context, content)

    @strawberry.mutation(description="Adds units of variants to a cart.", graphql_type=CartLinesAddPayload | None)
    async def cart_lines_add(
        self,
        info: Info,
        cart_id: CartId,
        lines: Annotated[list[CartLineInput], Arg(description="The lines, at most 100.")],
    ) -> resolve.CartOutcome:
        """Merges lines with the same variant and attributes."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart.add_lines(
                viewer, context.territory, cart_key(cart_id), each("lines", lines, CartLineInput.command)
            ),
        )

    @strawberry.mutation(description="Changes lines of a cart.", graphql_type=CartLinesUpdatePayload | None)
    async def cart_lines_update(
        self,
        info: Info,
        cart_id: CartId,
        lines: Annotated[list[CartLineUpdateInput], Arg(description="The changes, at most 100.")],
    ) -> resolve.CartOutcome:
        """Applies all changes or none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart.update_lines(
                viewer, context.territory, cart_key(cart_id), each("lines", lines, CartLineUpdateInput.command)
            ),
        )

    @strawberry.mutation(description="Removes lines from a cart.", graphql_type=CartLinesRemovePayload | None)
    async def cart_lines_remove(
        self,
        info: Info,
        cart_id: CartId,
        line_ids: Annotated[list[strawberry.ID] | None, Arg(description="The lines, at most 100.")] = None,
        view_keys: Annotated[list[str] | None, Arg(description="The `viewKey`s of more lines.")] = None,
    ) -> resolve.CartOutcome:
        """Removes all or none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart.remove_lines(
                viewer,
                context.territory,
                cart_key(cart_id),
                [
                    *(resolve.line_key_of(gid, None) for gid in line_ids or ()),
                    *(resolve.line_key_of(None, view_key) for view_key in view_keys or ()),
                ],
            ),
        )

    @strawberry.mutation(description="Changes the buyer of a cart.", graphql_type=CartBuyerIdentityUpdatePayload | None)
    async def cart_buyer_identity_update(
        self,
        info: Info,
        cart_id: CartId,
        buyer_identity: Annotated[CartBuyerIdentityInput, Arg(description="The buyer.")],
    ) -> resolve.CartOutcome:
        """Omitted fields stay as they are."""
        context = info.context

        async def change(viewer: Viewer) -> Offer:
            buyer = await resolve.buyer_changes(context, buyer_identity.buyer())
            addresses = buyer_identity.addresses()
            return await context.services.cart.set_buyer(viewer, context.territory, cart_key(cart_id), buyer, addresses)

        return await resolve.change(context, cart_id, change)

    @strawberry.mutation(description="Changes the note of a cart.", graphql_type=CartNoteUpdatePayload | None)
    async def cart_note_update(
        self, info: Info, cart_id: CartId, note: Annotated[str, Arg(description="The note.")]
    ) -> resolve.CartOutcome:
        """Replaces the note."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart.set_note(viewer, context.territory, cart_key(cart_id), note),
        )

    @strawberry.mutation(
        description="Changes the attributes of a cart.", graphql_type=CartAttributesUpdatePayload | None
    )
    async def cart_attributes_update(
        self,
        info: Info,
        cart_id: CartId,
        attributes: Annotated[list[AttributeInput], Arg(description="All attributes, at most 50.")],
    ) -> resolve.CartOutcome:
        """Replaces all attributes."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart.set_attributes(
                viewer, context.territory, cart_key(cart_id), pairs(attributes)
            ),
        )

    @strawberry.mutation(
        description="Replaces the discount codes of a cart. A code that takes nothing off stays, with a warning.",
        graphql_type=CartDiscountCodesUpdatePayload | None,
    )
    async def cart_discount_codes_update(
        self,
        info: Info,
        cart_id: CartId,
        discount_codes: Annotated[list[str] | None, Arg(description="All codes, at most 10.")] = None,
    ) -> resolve.CartOutcome:
        """Codes apply in the given order: one to the lines and one to delivery."""
        return await resolve.set_codes(info.context, cart_id, discount_codes or ())
