"""Changing where a cart goes and how."""

from typing import Annotated

import strawberry

from domain.accounts import Viewer
from domain.cart import Cart as CartRecord
from domain.kit.refusals import RefusalCode, each, refuse
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
from schema.cart.types import (
    CartDeliveryAddressesAddPayload,
    CartDeliveryAddressesRemovePayload,
    CartDeliveryAddressesUpdatePayload,
    CartSelectedDeliveryOptionsUpdatePayload,
)

CartId = Annotated[strawberry.ID, Arg(description="The cart.")]


@strawberry.type
class CartDeliveryMutation:
    """Addresses and ways of sending."""

    @strawberry.mutation(
        description="Adds addresses to a cart. Prices are those of the territory that the selected one is in.",
        graphql_type=CartDeliveryAddressesAddPayload | None,
    )
    async def cart_delivery_addresses_add(
        self,
        info: Info,
        cart_id: CartId,
        addresses: Annotated[list[CartSelectableAddressInput], Arg(description="The addresses, 20 at most.")],
    ) -> resolve.CartOutcome:
        """All or none."""
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
        description="Changes addresses of a cart.", graphql_type=CartDeliveryAddressesUpdatePayload | None
    )
    async def cart_delivery_addresses_update(
        self,
        info: Info,
        cart_id: CartId,
        addresses: Annotated[list[CartSelectableAddressUpdateInput], Arg(description="The changes, 20 at most.")],
    ) -> resolve.CartOutcome:
        """All or none."""
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
        address_ids: Annotated[list[strawberry.ID], Arg(description="The addresses, 20 at most.")],
    ) -> resolve.CartOutcome:
        """All or none."""
        context = info.context
        return await resolve.change(
            context,
            cart_id,
            lambda viewer: context.services.cart_delivery.remove_addresses(
                viewer, context.territory, cart_key(cart_id), [address_key(gid) for gid in address_ids]
            ),
        )

    @strawberry.mutation(
        description="Chooses how a cart is sent.", graphql_type=CartSelectedDeliveryOptionsUpdatePayload | None
    )
    async def cart_selected_delivery_options_update(
        self,
        info: Info,
        cart_id: CartId,
        selected_delivery_options: Annotated[
            list[CartSelectedDeliveryOptionInput], Arg(description="One option for the one group of the cart.")
        ],
    ) -> resolve.CartOutcome:
        """A cart has one group at most."""
        context = info.context

        async def choose(viewer: Viewer) -> CartRecord:
            key = cart_key(cart_id)
            chosen = [each for each in selected_delivery_options if each.delivery_group_id == group_gid(key)]
            if len(chosen) != 1 or len(selected_delivery_options) != 1:
                raise refuse(RefusalCode.INVALID, "Choose one option for the group of this cart.", "options")
            handle = chosen[0].delivery_option_handle
            return await context.services.cart_delivery.choose(viewer, context.territory, key, handle)

        return await resolve.change(context, cart_id, choose)
