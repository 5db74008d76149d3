"""Postal addresses as orders and accounts show them, and the forms for new ones."""

from typing import Annotated

import strawberry
from strawberry import UNSET, Parent

from domain.kit.ids import global_id
from domain.kit.refusals import INPUT, RefusalCode, refuse
from domain.territories import addresses as records
from domain.territories.delivery import Address
from resolvers.accounts.addresses import OwnAddress
from resolvers.kit.arguments import Arg
from resolvers.territories import address_digest, country_name, country_of, formatted, formatted_area, full_name
from schema.enums import CountryCode
from schema.kit.common import Connection, Node, always, is_record
from services.territories import form_of

Field = strawberry.field


def address_id(root: Parent[Address]) -> strawberry.ID:
    """That of its row in an address book; in orders and carts, equal for equal addresses."""
    if isinstance(root, OwnAddress):
        return strawberry.ID(global_id("MailingAddress", root.key))
    return strawberry.ID(global_id("MailingAddress", address_digest(root)))


@strawberry.type(description="A postal address.")
class MailingAddress(Node):
    """A view over `domain.territories.delivery.Address`."""

    is_type_of = is_record(Address)

    id = Field(resolver=address_id, description="A globally unique id.", graphql_type=strawberry.ID)
    first_name: str | None = Field(description="First name.")
    last_name: str | None = Field(description="Last name.")
    name = Field(resolver=full_name, description="First and last name.", graphql_type=str | None)
    company: str | None = Field(description="Company.")
    address1: str | None = Field(description="Street and number.")
    address2: str | None = Field(description="A second address line.")
    city: str | None = Field(description="City.")
    province: str | None = Field(description="Province.")
    province_code = Field(resolver=lambda root: root.province, description="Province.", graphql_type=str | None)
    country = Field(resolver=country_name, description="The English name of the country.", graphql_type=str | None)
    country_code = Field(
        resolver=lambda root: root.country,
        description="Country.",
        graphql_type=str | None,
        deprecation_reason="Use `countryCodeV2` instead.",
    )
    country_code_v2 = Field(
        name="countryCodeV2",
        resolver=lambda root: root.country,
        description="Country.",
        graphql_type=CountryCode | None,
    )
    zip: str | None = Field(description="Postal code.")
    phone: str | None = Field(description="Phone number.")
    formatted = Field(
        resolver=formatted, description="The lines of the address as printed on a parcel.", graphql_type=list[str]
    )
    formatted_area = Field(resolver=formatted_area, description="City, province and country.", graphql_type=str | None)
    latitude = always(None, float | None, "Degrees north; always null: this shop does not look addresses up.")
    longitude = always(None, float | None, "Degrees east; always null: this shop does not look addresses up.")


@strawberry.type(description="A page of addresses.")
class MailingAddressConnection(Connection[MailingAddress]):
    """Addresses of an account."""


@strawberry.input(description="A postal address, in words.")
class MailingAddressInput:
    """Becomes `domain.territories.delivery.Address`, or changes of one."""

    first_name: str | None = Field(default=UNSET, description="First name.")
    last_name: str | None = Field(default=UNSET, description="Last name.")
    company: str | None = Field(default=UNSET, description="Company.")
    address1: str | None = Field(default=UNSET, description="Street and number.")
    address2: str | None = Field(default=UNSET, description="A second address line.")
    city: str | None = Field(default=UNSET, description="City.")
    province: str | None = Field(default=UNSET, description="Province, by name or code.")
    country: str | None = Field(
        default=UNSET, description="Country, by English name or code. Required for a new address."
    )
    zip: str | None = Field(default=UNSET, description="Postal code.")
    phone: str | None = Field(default=UNSET, description="Phone number.")

    def address(self) -> Address:
        """The address as the domain knows it. Refused: INVALID without a country."""
        return Address(country=self._country(), **self._texts())

    def changes(self) -> dict[str, str | None]:
        """The given fields. Refused: INVALID if the country is given and is none."""
        country = {} if self.country is UNSET else {"country": self._country()}
        return {**self._texts(), **country}

    def _country(self) -> str:
        country = country_of(self.country or "")
        if country is None:
            raise refuse(RefusalCode.INVALID, f"{INPUT} must be a country.", "address", "country")
        return country

    def _texts(self) -> dict[str, str | None]:
        given = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "company": self.company,
            "address1": self.address1,
            "address2": self.address2,
            "city": self.city,
            "province": self.province,
            "zip": self.zip,
            "phone": self.phone,
        }
        return {name: text for name, text in given.items() if text is not UNSET}


@strawberry.type(description="A field of an address form.")
class AddressFormField:
    """A view over `domain.territories.addresses.AddressFormField`."""

    name: str = Field(description="The field of `CartDeliveryAddressInput` that it fills.")
    label: str = Field(
        description="What the country calls it, in lower case and English: such as `state`, `prefecture`, `county`, "
        "`zip`, `postal`, `eircode`, `city`, `post_town`."
    )
    required = Field(resolver=lambda root: root.is_required, description="Whether carriers need it.", graphql_type=bool)


@strawberry.type(description="A state, province or county, as addresses name it.")
class AddressProvince:
    """A view over `domain.territories.addresses.Province`."""

    code: str = Field(description="The value for `provinceCode`.")
    name: str = Field(description="Its name in the language of the country.")


@strawberry.type(description="What a form for an address in a country asks for, in the order that is usual there.")
class AddressForm:
    """A view over `domain.territories.addresses.AddressForm`."""

    country = Field(resolver=lambda root: root.country, description="The country.", graphql_type=CountryCode)
    fields: list[AddressFormField] = Field(description="Its fields.")
    provinces: list[AddressProvince] = Field(
        description="The choices for `provinceCode`; empty where any text is valid."
    )
    zip_example: str | None = Field(description="A postal code of the country.")


@strawberry.type
class TerritoriesQuery:
    """Reading facts about countries."""

    @strawberry.field(
        description="What a form for addresses in a country asks for. Of this shop alone, not of Shopify's API.",
        graphql_type=AddressForm | None,
    )
    def address_form(self, country: Annotated[CountryCode, Arg(description="The country.")]) -> records.AddressForm:
        """From data that the process has in memory."""
        return form_of(country.value)
