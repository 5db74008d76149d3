"""Postal addresses as orders and accounts show them."""

import strawberry

from resolvers.territories import country_name, formatted, full_name
from schema.enums import CountryCode

Field = strawberry.field


@strawberry.type(description="A postal address.")
class MailingAddress:
    """A view over `domain.territories.delivery.Address`."""

    first_name: str | None = Field(description="First name.")
    last_name: str | None = Field(description="Last name.")
    name = Field(resolver=full_name, description="First and last name.", graphql_type=str | None)
    company: str | None = Field(description="Company.")
    address1: str | None = Field(description="Street and number.")
    address2: str | None = Field(description="A second address line.")
    city: str | None = Field(description="City.")
    province_code = Field(resolver=lambda root: root.province, description="Province.", graphql_type=str | None)
    country = Field(resolver=country_name, description="The English name of the country.", graphql_type=str | None)
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
