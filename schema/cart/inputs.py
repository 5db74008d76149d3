"""Inputs of cart mutations. The shop refuses parts that it does not support yet, rather than ignoring them."""

import strawberry
from strawberry import UNSET

from domain.cart import AddLine, BuyerChanges, ChangeLine, NewCart, NewMetafield
from domain.kit.ids import key_of
from domain.kit.refusals import each
from domain.territories.delivery import NewAddress
from resolvers.cart.lines import Buyer, line_key_of
from resolvers.catalog.metafields import split_key
from schema.cart.delivery_inputs import CartDeliveryInput, CartSelectableAddressInput, DeliveryAddressInput
from schema.cart.preferences import CartPreferencesInput
from schema.cart.unsupported import unsupported
from schema.enums import CountryCode
from schema.kit.common import AttributeInput, pairs

Field = strawberry.field
_NO_KEY = 0
SOURCE = "source_name"


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

    id: strawberry.ID | None = Field(default=None, description="The line; or its `viewKey` instead.")
    view_key: str | None = Field(default=None, description="The `viewKey` of the line, in place of its id.")
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
        return ChangeLine(line_key_of(self.id, self.view_key), self.quantity, variant, attributes)


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
    preferences: CartPreferencesInput | None = Field(
        default=UNSET, description="How the buyer likes to get and to pay for things; the shop keeps it."
    )
    delivery_address_preferences: list[DeliveryAddressInput] | None = Field(
        default=None,
        description="The delivery addresses, in place of those that the cart has.",
        deprecation_reason="Use `CartInput.delivery` and `cartDeliveryAddressesReplace` instead.",
    )

    def addresses(self) -> tuple[NewAddress, ...] | None:
        """The delivery addresses; None when none are given. Refused: NOT_SUPPORTED, INVALID."""
        given = self.delivery_address_preferences
        return None if given is None else each("preferred", given, DeliveryAddressInput.command)

    def buyer(self) -> Buyer:
        """The buyer as resolvers know it. Refused: NOT_SUPPORTED."""
        if self.company_location_id is not None:
            raise unsupported("buyer", "company_location_id")
        changes = BuyerChanges()
        if self.email is not UNSET:
            changes["email"] = self.email
        if self.phone is not UNSET:
            changes["phone"] = self.phone
        if self.country_code is not UNSET:
            country = self.country_code
            changes["country"] = None if country is None or country.value == "ZZ" else country.value
        if self.preferences is not UNSET:
            changes["preferences"] = None if self.preferences is None else self.preferences.preferences()
        if self.customer_access_token is UNSET:
            return Buyer(changes)
        return Buyer(changes, names_account=True, token=self.customer_access_token)


@strawberry.input(description="Data of other applications, kept with a cart.")
class CartInputMetafieldInput:
    """Becomes `domain.cart.NewMetafield`."""

    key: str = Field(description="The key, or namespace and key as in `gifts.wrap`; the namespace is `custom` else.")
    type: str = Field(description="The type of the value.")
    value: str = Field(description="The value.")

    def command(self) -> NewMetafield:
        """The metafield as the domain knows it."""
        return NewMetafield(*split_key(self.key), self.type, self.value)


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
    metafields: list[CartInputMetafieldInput] | None = Field(
        default=None, description="Data of other applications, at most 25."
    )
    source_name: str | None = Field(
        default=None, description="Where the cart was made; kept as the attribute `source_name`."
    )

    def command(self, buyer: BuyerChanges) -> NewCart:
        """The cart as the domain knows it. Refused: NOT_SUPPORTED, INVALID."""
        given = (self.delivery and self.delivery.addresses) or ()
        addresses = each("addresses", given, CartSelectableAddressInput.command)
        source = () if self.source_name is None else ((SOURCE, self.source_name),)
        return NewCart(
            each("lines", self.lines or (), CartLineInput.command),
            buyer,
            self.note or "",
            (*pairs(self.attributes), *source),
            tuple(self.discount_codes or ()),
            addresses or (self.buyer_identity and self.buyer_identity.addresses()) or (),
            tuple(one.command() for one in self.metafields or ()),
        )

    def check(self) -> None:
        """Refused: NOT_SUPPORTED."""
        if self.gift_card_codes:
            raise unsupported("gift_card_codes")
