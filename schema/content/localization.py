"""Countries, currencies and languages of the shop, under the names of the Storefront API."""

import strawberry
from strawberry import Parent

from domain.kit.ids import global_id
from domain.territories.markets import Territory
from resolvers.content import localization as resolve
from schema.enums import CountryCode, CurrencyCode, LanguageCode, enum_of
from schema.kit.common import Node, is_record

Field = strawberry.field
UnitSystem = enum_of(
    "UnitSystem",
    "How people measure.",
    {"IMPERIAL_SYSTEM": "In feet and pounds.", "METRIC_SYSTEM": "In metres and kilograms."},
)


@strawberry.type(description="A currency.")
class Currency:
    """A view over `resolvers.content.localization.Currency`."""

    iso_code = Field(resolver=lambda root: root.code, description="Its ISO code.", graphql_type=CurrencyCode)
    name: str = Field(description="Its English name.")
    symbol: str = Field(description="Its symbol.")


@strawberry.type(description="A language.")
class Language:
    """A view over `resolvers.content.localization.Language`."""

    iso_code = Field(resolver=lambda root: root.code, description="Its code.", graphql_type=LanguageCode)
    name: str = Field(description="Its English name.")
    endonym_name = Field(resolver=lambda root: root.endonym, description="Its name in itself.", graphql_type=str)


def market_id(root: Parent[Territory]) -> strawberry.ID:
    """By the code of the territory."""
    return strawberry.ID(global_id("Market", root.code))


@strawberry.type(description="A territory of the shop.")
class Market(Node):
    """A view over `domain.territories.markets.Territory`."""

    is_type_of = is_record(Territory)

    id = Field(
        resolver=market_id,
        description="A globally unique id.",
        graphql_type=strawberry.ID,
    )
    handle = Field(resolver=lambda root: root.code.lower(), description="Its name for programs.", graphql_type=str)


@strawberry.type(description="A country that the shop sells to.")
class Country:
    """A view over `resolvers.content.localization.Country`."""

    iso_code = Field(resolver=lambda root: root.code, description="Its ISO code.", graphql_type=CountryCode)
    name: str = Field(description="Its English name.")
    currency = Field(
        resolver=lambda root: resolve.Currency(root.territory.currency),
        description="The currency of prices there.",
        graphql_type=Currency,
    )
    unit_system = Field(
        resolver=lambda root: root.unit_system, description="How people there measure.", graphql_type=UnitSystem
    )
    available_languages = Field(
        resolver=resolve.languages_of, description="Its languages.", graphql_type=list[Language]
    )
    default_language = Field(
        resolver=lambda root: resolve.Language(root.territory.language),
        description="Its first language.",
        graphql_type=Language,
    )
    market = Field(
        resolver=lambda root: root.territory,
        description="The territory that serves it.",
        graphql_type=Market | None,
        deprecation_reason="Use `currency` and the languages instead.",
    )


@strawberry.type(description="The visitor's country and language, and all those of the shop.")
class Localization:
    """A view over `resolvers.content.localization.Localization`."""

    available_countries = Field(
        resolver=lambda root: root.countries,
        description="Every country that the shop sells to.",
        graphql_type=list[Country],
    )
    available_languages = Field(
        resolver=lambda root: root.languages, description="The languages there.", graphql_type=list[Language]
    )
    country: Country = Field(description="The visitor's country.")
    language: Language = Field(description="The visitor's language.")
    market = Field(
        resolver=lambda root: root.country.territory,
        description="The visitor's territory.",
        graphql_type=Market,
        deprecation_reason="Use `country` instead.",
    )


@strawberry.type
class LocalizationQuery:
    """The query of countries and languages."""

    localization = Field(
        resolver=resolve.localization,
        description="The visitor's country and language, and all those of the shop.",
        graphql_type=Localization,
    )
