"""Gift cards of carts: existing clients select them, this shop has none and refuses their codes."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from domain.accounts import Viewer
from domain.checkout.offers import Offer
from domain.kit.refusals import INPUT, RefusalCode, refuse
from resolvers.cart import lines as resolve
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from schema.cart.payloads import payload

CartId = Annotated[strawberry.ID, Arg(description="The cart.")]
Codes = Annotated[list[str], Arg(description="The codes of the gift cards.")]

_NAMES = {"codes": "giftCardCodes", "ids": "appliedGiftCardIds"}
CartGiftCardCodesAddPayload = payload("CartGiftCardCodesAddPayload", "adding gift cards", _NAMES)
CartGiftCardCodesRemovePayload = payload("CartGiftCardCodesRemovePayload", "removing gift cards", _NAMES)
CartGiftCardCodesUpdatePayload = payload("CartGiftCardCodesUpdatePayload", "replacing gift cards", _NAMES)


async def _refuse(info: Info, cart_id: str, term: str, given: Sequence[str]) -> resolve.CartOutcome:
    async def refused(_viewer: Viewer) -> Offer:
        message = f"{INPUT} is not supported: this shop has no gift cards ({len(given)} given)."
        raise refuse(RefusalCode.NOT_SUPPORTED, message, term)

    return await resolve.change(info.context, cart_id, refused)


@strawberry.type
class GiftCardMutation:
    """All are refused: NOT_SUPPORTED."""

    @strawberry.mutation(
        description="Adds gift cards; refused, because this shop has none.",
        graphql_type=CartGiftCardCodesAddPayload | None,
    )
    async def cart_gift_card_codes_add(self, info: Info, cart_id: CartId, gift_card_codes: Codes) -> object:
        """Refused: NOT_SUPPORTED."""
        return await _refuse(info, cart_id, "codes", gift_card_codes)

    @strawberry.mutation(
        description="Replaces gift cards; refused, because this shop has none.",
        graphql_type=CartGiftCardCodesUpdatePayload | None,
    )
    async def cart_gift_card_codes_update(self, info: Info, cart_id: CartId, gift_card_codes: Codes) -> object:
        """Refused: NOT_SUPPORTED."""
        return await _refuse(info, cart_id, "codes", gift_card_codes)

    @strawberry.mutation(
        description="Removes gift cards; refused, because this shop has none.",
        graphql_type=CartGiftCardCodesRemovePayload | None,
    )
    async def cart_gift_card_codes_remove(
        self,
        info: Info,
        cart_id: CartId,
        applied_gift_card_ids: Annotated[list[strawberry.ID], Arg(description="The gift cards.")],
    ) -> object:
        """Refused: NOT_SUPPORTED."""
        return await _refuse(info, cart_id, "ids", applied_gift_card_ids)
