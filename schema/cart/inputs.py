"""Inputs of cart mutations. The shop refuses parts that it does not support yet, rather than ignoring them."""

from collections.abc import Sequence
from enum import Enum

import strawberry
from strawberry import UNSET

from domain.cart import AddLine, BuyerChanges, ChangeLine
from domain.kit.ids import key_of
from resolvers.cart.lines import Buyer
from schema.cart.delivery_inputs import CartDeliveryInput, CartSelectableAddressInput
from schema.cart.unsupported import unsupported
from schema.enums import CountryCode
from schema.kit.common import AttributeInput, pairs

Field = strawberry.field
_NO_KEY = 0


@strawberry.input(description="A parent line; not supported yet.")
class CartLineParentInput:
    """Bundles."""

    line_id: strawberry.ID | None = Field(default=None, description="The line.")
    merchandise_id: strawberry.ID | None = Field(default=None, description="The variant of the line.")


@strawberry.input(description="Units of a variant to add to a cart.")
class CartLineInput:
    """Becomes `domain.cart.AddLine`."""

    merchandise_id: strawberry.ID = Field(description="The variant.")
    quantity: int | None = Field(default=1, description="The number of units; 1 by default.")
    attributes: list[AttributeInput] | None = Field(default=None, description="Custom attributes.")
    selling_plan_id: strawberry.ID | None = Field(default=None, description="Subscriptions; not supported yet.")
    parent: CartLineParentInput | None = Field(default=None, description="Bundles; not supported yet.")

    def command(self) -> AddLine:
        """The line as the domain knows it. Refused: NOT_SUPPORTED."""
        for term, given in (("selling_plan_id", self.selling_plan_id), ("parent", self.parent)):
            if given is not None:
                raise unsupported(term)
        quantity = 1 if self.quantity is None else self.quantity
        return AddLine(key_of(self.merchandise_id, "ProductVariant") or _NO_KEY, quantity, pairs(self.attributes))


@strawberry.input(description="Changes to a line. Omitted fields stay as they are.")
class CartLineUpdateInput:
    """Becomes `domain.cart.ChangeLine`."""

    id: strawberry.ID = Field(description="The line.")
    quantity: int | None = Field(default=None, description="The number of units; 0 removes the line.")
    merchandise_id: strawberry.ID | None = Field(default=None, description="The variant that replaces the current one.")
    attributes: list[AttributeInput] | None = Field(
        default=UNSET, description="All custom attributes; null removes them."
    )
    selling_plan_id: strawberry.ID | None = Field(default=None, description="Subscriptions; not supported yet.")

    def command(self) -> ChangeLine:
        """The change as the domain knows it. Refused: NOT_SUPPORTED."""
        if self.selling_plan_id is not None:
            raise unsupported("selling_plan_id")
        variant = None
        if self.merchandise_id is not None:
            variant = key_of(self.merchandise_id, "ProductVariant") or _NO_KEY
        attributes = None if self.attributes is UNSET else pairs(self.attributes)
        return ChangeLine(key_of(self.id, "CartLine") or _NO_KEY, self.quantity, variant, attributes)


@strawberry.enum(description="How a purchase can be delivered.")
class PreferenceDeliveryMethodType(Enum):
    """Storefront names."""

    PICKUP_POINT = strawberry.enum_value("PICKUP_POINT", description="Pickup at a partner.")
    PICK_UP = strawberry.enum_value("PICK_UP", description="Pickup at the shop.")
    SHIPPING = strawberry.enum_value("SHIPPING", description="Shipping.")


@strawberry.input(description="The buyer's location.")
class CartDeliveryCoordinatesPreferenceInput:
    """Not supported yet."""

    country_code: CountryCode = Field(description="Country.")
    latitude: float = Field(description="Degrees north.")
    longitude: float = Field(description="Degrees east.")


@strawberry.input(description="The buyer's delivery preferences.")
class CartDeliveryPreferenceInput:
    """Not supported yet."""

    coordinates: CartDeliveryCoordinatesPreferenceInput | None = Field(default=None, description="Where.")
    delivery_method: list[PreferenceDeliveryMethodType] | None = Field(default=None, description="How.")
    pickup_handle: list[str] | None = Field(default=None, description="Pickup locations.")


@strawberry.input(description="The buyer's preferences; not supported yet.")
class CartPreferencesInput:
    """Not supported yet."""

    delivery: CartDeliveryPreferenceInput | None = Field(default=None, description="Deliveries.")
    wallet: list[str] | None = Field(default=None, description="Payment methods.")


@strawberry.input(description="The buyer. Omitted fields stay as they are; null clears a field.")
class CartBuyerIdentityInput:
    """Becomes `resolvers.cart.lines.Buyer`."""

    email: str | None = Field(default=UNSET, description="E-mail address.")
    phone: str | None = Field(default=UNSET, description="Phone number.")
    country_code: CountryCode | None = Field(default=UNSET, description="Country. Its territory determines the prices.")
    customer_access_token: str | None = Field(
        default=UNSET, description="Access token of the buyer's account; null takes the cart out of the account."
    )
    company_location_id: strawberry.ID | None = Field(default=None, description="The company; not supported yet.")
    preferences: CartPreferencesInput | None = Field(default=None, description="Not supported yet.")

    def buyer(self) -> Buyer:
        """The buyer as resolvers know it. Refused: NOT_SUPPORTED."""
        for term, given in (("company_location_id", self.company_location_id), ("preferences", self.preferences)):
            if given is not None:
                raise unsupported("buyer", term)
        changes = BuyerChanges()
        if self.email is not UNSET:
            changes["email"] = self.email
        if self.phone is not UNSET:
            changes["phone"] = self.phone
        if self.country_code is not UNSET:
            country = self.country_code
            changes["country"] = None if country is None or country.value == "ZZ" else country.value
        if self.customer_access_token is UNSET:
            return Buyer(changes)
        return Buyer(changes, names_account=True, token=self.customer_access_token)


@strawberry.input(description="Custom data of other applications; not supported yet.")
class CartInputMetafieldInput:
    """Not supported yet."""

    key: str = Field(description="The key.")
    type: str = Field(description="The type of the value.")
    value: str = Field(description="The value.")


@strawberry.input(description="The initial content of a cart.")
class CartInput:
    """Becomes `domain.cart.NewCart`."""

    lines: list[CartLineInput] | None = Field(default=None, description="Lines, at most 100.")
    buyer_identity: CartBuyerIdentityInput | None = Field(default=None, description="The buyer.")
    note: str | None = Field(default=None, description="A note for the merchant.")
    attributes: list[AttributeInput] | None = Field(default=None, description="Custom attributes.")
    discount_codes: list[str] | None = Field(default=None, description="Codes, at most 10.")
    gift_card_codes: list[str] | None = Field(default=None, description="Gift cards; not supported yet.")
    delivery: CartDeliveryInput | None = Field(default=None, description="The delivery addresses.")
    metafields: list[CartInputMetafieldInput] | None = Field(default=None, description="Not supported yet.")

    @property
    def addresses(self) -> Sequence[CartSelectableAddressInput]:
        """The initial addresses."""
        return (self.delivery and self.delivery.addresses) or ()

    def check(self) -> None:
        """Refused: NOT_SUPPORTED."""
        for term, given in (("gift_card_codes", self.gift_card_codes), ("metafields", self.metafields)):
            if given:
                raise unsupported(term)
