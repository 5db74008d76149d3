"""The directive that storefront clients put on operations. It changes no field: the edge reads it beforehand."""

from typing import Annotated

import strawberry
from strawberry.directive import DirectiveLocation

from resolvers.kit.arguments import Arg
from schema.enums import CountryCode, LanguageCode


@strawberry.input(description="Who buys; not supported yet.")
class BuyerInput:
    """Selected by existing clients."""

    customer_access_token: str | None = strawberry.field(default=None, description="Access token of an account.")
    company_location_id: strawberry.ID | None = strawberry.field(default=None, description="Company.")


@strawberry.input(description="What the visitor agreed to; nothing here depends on it yet.")
class VisitorConsent:
    """Selected by existing clients."""

    analytics: bool | None = strawberry.field(default=None, description="Analytics.")
    marketing: bool | None = strawberry.field(default=None, description="Marketing.")
    preferences: bool | None = strawberry.field(default=None, description="Preferences.")
    sale_of_data: bool | None = strawberry.field(default=None, description="Sale of data.")


@strawberry.directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    name="inContext",
    description="Where the visitor shops and in which language.",
)
def in_context(
    country: Annotated[CountryCode | None, Arg(description="Country; `ZZ` when unknown.")] = None,
    language: Annotated[LanguageCode | None, Arg(description="Language.")] = None,
    buyer: Annotated[BuyerInput | None, Arg(description="Who buys.")] = None,
    preferred_location_id: Annotated[strawberry.ID | None, Arg(description="The nearest shop.")] = None,
    visitor_consent: Annotated[VisitorConsent | None, Arg(description="What the visitor agreed to.")] = None,
) -> None:
    """Declared for validation only."""
