"""The outcomes of changes of carts, under the names of the Storefront API."""

from collections.abc import Mapping

import strawberry

from resolvers.cart import lines as resolve
from schema.cart.types import WARNED, Cart, CartWarning
from schema.kit.paths import Arguments
from schema.kit.user_errors import CartUserError, user_errors

Field = strawberry.field


def payload(name: str, change: str, arguments: Mapping[str, str] | None = None, *, within: str = "") -> type:
    """A payload of the common shape under the name that clients expect; `arguments` are `names` of `Arguments`."""
    placed = Arguments(within, arguments or {}, {"cart": within or "cartId"})

    class Payload:
        """A view over `resolvers.cart.lines.CartOutcome`."""

        cart: Cart | None = Field(description="The cart as it is now.")
        user_errors = user_errors(placed, kind=CartUserError)
        warnings = Field(
            resolver=resolve.outcome_warnings,
            description=WARNED,
            graphql_type=list[CartWarning],
        )

    Payload.__name__ = name
    return strawberry.type(Payload, name=name, description=f"The outcome of {change}.")


def _of_lines(lines: str) -> dict[str, str]:
    return {"lines.*.variant_id": f"{lines}.*.merchandiseId", "lines.*.line_id": f"{lines}.*.id"}


def _of_buyer(buyer: str) -> dict[str, str]:
    address = f"{buyer}.deliveryAddressPreferences.*.deliveryAddress"
    return {
        "buyer": buyer,
        "buyer.token": f"{buyer}.customerAccessToken",
        "preferred": f"{buyer}.deliveryAddressPreferences",
        "preferred.*.address": address,
        "preferred.*.copied_from": f"{buyer}.deliveryAddressPreferences.*.customerAddressId",
    }


def _of_addresses(addresses: str) -> dict[str, str]:
    address = f"{addresses}.*.address"
    return {
        "addresses": addresses,
        "addresses.*.address": f"{address}.deliveryAddress",
        "addresses.*.address.country": f"{address}.deliveryAddress.countryCode",
        "addresses.*.address.province": f"{address}.deliveryAddress.provinceCode",
        "addresses.*.copied_from": f"{address}.copyFromCustomerAddressId",
    }


CartCreatePayload = payload(
    "CartCreatePayload",
    "creating a cart",
    _of_lines("input.lines") | _of_buyer("input.buyerIdentity") | _of_addresses("input.delivery.addresses"),
    within="input",
)
CartLinesAddPayload = payload("CartLinesAddPayload", "adding lines", _of_lines("lines"))
CartLinesUpdatePayload = payload("CartLinesUpdatePayload", "changing lines", _of_lines("lines"))
CartLinesRemovePayload = payload(
    "CartLinesRemovePayload", "removing lines", {"lines": "lineIds", "lines.*.line_id": "lineIds.*"}
)
CartBuyerIdentityUpdatePayload = payload(
    "CartBuyerIdentityUpdatePayload", "changing the buyer", _of_buyer("buyerIdentity")
)
CartNoteUpdatePayload = payload("CartNoteUpdatePayload", "changing the note")
CartAttributesUpdatePayload = payload("CartAttributesUpdatePayload", "changing attributes")
CartDiscountCodesUpdatePayload = payload("CartDiscountCodesUpdatePayload", "changing discount codes")
CartDeliveryAddressesAddPayload = payload(
    "CartDeliveryAddressesAddPayload", "adding addresses", _of_addresses("addresses")
)
CartDeliveryAddressesReplacePayload = payload(
    "CartDeliveryAddressesReplacePayload", "replacing addresses", _of_addresses("addresses")
)
CartDeliveryAddressesUpdatePayload = payload(
    "CartDeliveryAddressesUpdatePayload", "changing addresses", _of_addresses("addresses")
)
CartDeliveryAddressesRemovePayload = payload(
    "CartDeliveryAddressesRemovePayload",
    "removing addresses",
    {"addresses": "addressIds", "addresses.*.id": "addressIds.*"},
)
CartSelectedDeliveryOptionsUpdatePayload = payload(
    "CartSelectedDeliveryOptionsUpdatePayload",
    "choosing the delivery option",
    {"options": "selectedDeliveryOptions", "handle": "selectedDeliveryOptions.0.deliveryOptionHandle"},
)
