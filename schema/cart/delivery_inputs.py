"""Inputs for delivery addresses and options."""

from enum import Enum

import strawberry

from domain.kit.ids import key_of
from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.territories.delivery import Address, ChangeAddress, NewAddress
from resolvers.cart.delivery import address_key
from schema.cart.unsupported import unsupported
from schema.enums import CountryCode
from schema.territories import MailingAddressInput

Field = strawberry.field


@strawberry.enum(description="How strictly the shop checks an address.")
class DeliveryAddressValidationStrategy(Enum):
    """Storefront names."""

    COUNTRY_CODE_ONLY = strawberry.enum_value("COUNTRY_CODE_ONLY", description="Only the country.")
    STRICT = strawberry.enum_value("STRICT", description="All fields that a carrier needs.")


@strawberry.input(description="A postal address.")
class CartDeliveryAddressInput:
    """Becomes `domain.territories.delivery.Address`."""

    first_name: str | None = Field(default=None, description="First name.")
    last_name: str | None = Field(default=None, description="Last name.")
    company: str | None = Field(default=None, description="Company.")
    address1: str | None = Field(default=None, description="Street and number.")
    address2: str | None = Field(default=None, description="A second address line.")
    city: str | None = Field(default=None, description="City.")
    province_code: str | None = Field(default=None, description="Province.")
    country_code: CountryCode | None = Field(default=None, description="Country. Required.")
    zip: str | None = Field(default=None, description="Postal code.")
    phone: str | None = Field(default=None, description="Phone number.")

    def address(self) -> Address:
        """The address as the domain knows it. Refused: INVALID without a country."""
        if self.country_code is None or self.country_code.value == "ZZ":
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be a country.", "address", "country")
        return Address(
            country=self.country_code.value,
            first_name=self.first_name,
            last_name=self.last_name,
            company=self.company,
            address1=self.address1,
            address2=self.address2,
            city=self.city,
            province=self.province_code,
            zip=self.zip,
            phone=self.phone,
        )


@strawberry.input(description="An address, or a reference to one of the account.")
class CartAddressInput:
    """Exactly one of the two fields."""

    delivery_address: CartDeliveryAddressInput | None = Field(default=None, description="The address.")
    copy_from_customer_address_id: strawberry.ID | None = Field(
        default=None, description="An address of the account by whose token the request is made."
    )

    def copied_from(self) -> int | None:
        """The key of the address to copy; 0, which none has, for an id of another kind."""
        gid = self.copy_from_customer_address_id
        return None if gid is None else key_of(gid, "MailingAddress") or 0

    def given(self) -> Address | None:
        """The given address as the domain knows it; None for one to copy. Refused: INVALID without exactly one."""
        if self.copy_from_customer_address_id is not None:
            if self.delivery_address is not None:
                raise refuse(RefusalCode.INVALID, f"{INPUT} must not be given beside `deliveryAddress`.", "copied_from")
            return None
        if self.delivery_address is None:
            raise refuse(RefusalCode.INVALID, f"{INPUT} is required.", "address")
        return self.delivery_address.address()


def _is_strict(strategy: DeliveryAddressValidationStrategy | None) -> bool:
    return strategy is DeliveryAddressValidationStrategy.STRICT


@strawberry.input(description="An address for a cart.")
class CartSelectableAddressInput:
    """Becomes `domain.territories.delivery.NewAddress`."""

    address: CartAddressInput = Field(description="The address.")
    selected: bool | None = Field(
        default=None, description="Whether the cart ships to this address. By default the first address is selected."
    )
    one_time_use: bool | None = Field(
        default=None, description="Whether to use it once, without saving it to the account."
    )
    validation_strategy: DeliveryAddressValidationStrategy | None = Field(
        default=None, description="How strictly to check it."
    )

    def command(self) -> NewAddress:
        """The address as the domain knows it. Refused: INVALID."""
        strict, key = _is_strict(self.validation_strategy), self.address.copied_from()
        return NewAddress(self.address.given(), bool(self.selected), bool(self.one_time_use), strict, key)


@strawberry.input(description="A delivery address of a buyer.")
class DeliveryAddressInput:
    """Becomes `domain.territories.delivery.NewAddress`."""

    delivery_address: MailingAddressInput | None = Field(default=None, description="The address.")
    customer_address_id: strawberry.ID | None = Field(
        default=None, description="An address of the account; not supported yet."
    )
    one_time_use: bool | None = Field(
        default=None, description="Whether to use it once, without saving it to the account."
    )
    delivery_address_validation_strategy: DeliveryAddressValidationStrategy | None = Field(
        default=None, description="How strictly to check it."
    )

    def command(self) -> NewAddress:
        """The address as the domain knows it. Refused: NOT_SUPPORTED, INVALID."""
        if self.customer_address_id is not None:
            raise unsupported("copied_from")
        if self.delivery_address is None:
            raise refuse(RefusalCode.INVALID, f"{INPUT} is required.", "address")
        strict = _is_strict(self.delivery_address_validation_strategy)
        return NewAddress(self.delivery_address.address(), False, bool(self.one_time_use), strict)


@strawberry.input(description="Changes to an address. Omitted fields stay as they are.")
class CartSelectableAddressUpdateInput:
    """Becomes `domain.territories.delivery.ChangeAddress`."""

    id: strawberry.ID = Field(description="The address.")
    address: CartAddressInput | None = Field(default=None, description="The address that replaces it.")
    selected: bool | None = Field(default=None, description="Whether the cart ships to this address.")
    one_time_use: bool | None = Field(
        default=None, description="Whether to use it once, without saving it to the account."
    )
    validation_strategy: DeliveryAddressValidationStrategy | None = Field(
        default=None, description="How strictly to check it."
    )

    def command(self) -> ChangeAddress:
        """The change as the domain knows it. Refused: INVALID."""
        address, key = (None, None) if self.address is None else (self.address.given(), self.address.copied_from())
        strict = _is_strict(self.validation_strategy)
        return ChangeAddress(address_key(self.id), address, self.selected, self.one_time_use, strict, key)


@strawberry.input(description="The delivery addresses of a cart.")
class CartDeliveryInput:
    """The initial addresses of a cart."""

    addresses: list[CartSelectableAddressInput] | None = Field(default=None, description="Addresses, at most 20.")


@strawberry.input(description="The delivery option for a group of goods.")
class CartSelectedDeliveryOptionInput:
    """A group and one of its options."""

    delivery_group_id: strawberry.ID = Field(description="The group.")
    delivery_option_handle: str = Field(description="The handle of the option.")
