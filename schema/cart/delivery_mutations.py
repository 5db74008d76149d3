"""Mutations for delivery addresses and options."""

from typing import Annotated

import strawberry

from domain.accounts import Viewer
from domain.checkout.offers import Offer
from domain.kit.refusals import INPUT, RefusalCode, each, refuse
from resolvers.cart import lines as resolve
from resolvers.cart.access import cart_key
from resolvers.cart.delivery import address_key, group_gid
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.cart.delivery_inputs import (
    CartSelectableAddressInput,
    CartSelectableAddressUpdateInput,
    CartSelectedDeliveryOptionInput,
)
from schema.cart.payloads import (
    CartDeliveryAddressesAddPayload,
    CartDeliveryAddressesRemovePayload,
    CartDeliveryAddressesReplacePayload,
    CartDeliveryAddressesUpdatePayload,
    CartSelectedDeliveryOptionsUpdatePayload,
)

CartId = Annotated[strawberry.ID, Arg(description="The cart.")]


@strawberry.type
class CartDeliveryMutation:
    """Mutations for delivery addresses and options."""

    @strawberry.mutation(
        description="Adds addresses to a cart. The territory of the selected address determines the prices.",
        graphql_type=CartDeliveryAddressesAddPayload | None,
    )
    async def cart_delivery_addresses_add(
        self,
        info: Info,
        cart_id: CartId,
        addresses: Annotated[list[CartSelectableAddressInput], Arg(description="The addresses, at most 20.")],
    ) -> resolve.CartOutcome:
        """Applies all or none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart_delivery.add_addresses(
                viewer,
                context.territory,
                cart_key(cart_id),
                each("addresses", addresses, CartSelectableAddressInput.command),
            ),
        )

    @strawberry.mutation(
        description="Puts addresses in the place of all that a cart has.",
        graphql_type=CartDeliveryAddressesReplacePayload | None,
    )
    async def cart_delivery_addresses_replace(
        self,
        info: Info,
        cart_id: CartId,
        addresses: Annotated[list[CartSelectableAddressInput], Arg(description="The addresses, at most 20.")],
    ) -> resolve.CartOutcome:
        """Applies all or none; an empty list leaves none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart_delivery.replace_addresses(
                viewer,
                context.territory,
                cart_key(cart_id),
                each("addresses", addresses, CartSelectableAddressInput.command),
            ),
        )

    @strawberry.mutation(
        description="Changes addresses of a cart.", graphql_type=CartDeliveryAddressesUpdatePayload | None
    )
    async def cart_delivery_addresses_update(
        self,
        info: Info,
        cart_id: CartId,
        addresses: Annotated[list[CartSelectableAddressUpdateInput], Arg(description="The changes, at most 20.")],
    ) -> resolve.CartOutcome:
        """Applies all or none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart_delivery.update_addresses(
                viewer,
                context.territory,
                cart_key(cart_id),
                each("addresses", addresses, CartSelectableAddressUpdateInput.command),
            ),
        )

    @strawberry.mutation(
        description="Removes addresses from a cart.", graphql_type=CartDeliveryAddressesRemovePayload | None
    )
    async def cart_delivery_addresses_remove(
        self,
        info: Info,
        cart_id: CartId,
        address_ids: Annotated[list[strawberry.ID], Arg(description="The addresses, at most 20.")],
    ) -> resolve.CartOutcome:
        """Applies all or none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart_delivery.remove_addresses(
                viewer, context.territory, cart_key(cart_id), [address_key(gid) for gid in address_ids]
            ),
        )

    @strawberry.mutation(
        description="Chooses the delivery option of a cart.",
        graphql_type=CartSelectedDeliveryOptionsUpdatePayload | None,
    )
    async def cart_selected_delivery_options_update(
        self,
        info: Info,
        cart_id: CartId,
        selected_delivery_options: Annotated[
            list[CartSelectedDeliveryOptionInput], Arg(description="One option, for the only group of the cart.")
        ],
    ) -> resolve.CartOutcome:
        """A cart has at most one group."""
        context = info.context

        async def choose(viewer: Viewer) -> Offer:
            key = cart_key(cart_id)
            chosen = [each for each in selected_delivery_options if each.delivery_group_id == group_gid(key)]
            if len(chosen) != 1 or len(selected_delivery_options) != 1:
                raise refuse(RefusalCode.INVALID, f"{INPUT} must be one option for the group of this cart.", "options")
            handle = chosen[0].delivery_option_handle
            return await context.services.cart_delivery.choose(viewer, context.territory, key, handle)

        return await resolve.change(context, cart_id, choose)
