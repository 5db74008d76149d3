"""The directive that storefront clients put on operations. It does not affect fields: the edge reads it first."""

from typing import Annotated

import strawberry
from strawberry.directive import DirectiveLocation

from resolvers.kit.arguments import Arg
from schema.enums import CountryCode, LanguageCode


@strawberry.input(description="The buyer; not supported yet.")
class BuyerInput:
    """Selected by existing clients."""

    customer_access_token: str | None = strawberry.field(default=None, description="Access token of an account.")
    company_location_id: strawberry.ID | None = strawberry.field(default=None, description="Company.")


@strawberry.input(
    description="What the visitor allows. Where it is null, a setting of the territory decides: by default nothing in "
    "the EEA and the United Kingdom, everything elsewhere."
)
class VisitorConsent:
    """The edge reads it: `bff.edge.in_context`."""

    analytics: bool | None = strawberry.field(default=None, description="To record what the visitor does.")
    marketing: bool | None = strawberry.field(default=None, description="No effect: this shop does not do that.")
    preferences: bool | None = strawberry.field(
        default=None, description="To remember a guest's device, with a cookie, and what the visitor likes."
    )
    sale_of_data: bool | None = strawberry.field(default=None, description="No effect: this shop does not do that.")


@strawberry.directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    name="inContext",
    description="The visitor's country, language and consent.",
)
def in_context(
    country: Annotated[CountryCode | None, Arg(description="Country; `ZZ` if unknown.")] = None,
    language: Annotated[LanguageCode | None, Arg(description="Language.")] = None,
    buyer: Annotated[BuyerInput | None, Arg(description="The buyer.")] = None,
    preferred_location_id: Annotated[strawberry.ID | None, Arg(description="The preferred physical shop.")] = None,
    visitor_consent: Annotated[VisitorConsent | None, Arg(description="The visitor's consent.")] = None,
) -> None:
    """Only declares the directive, so that operations with it are valid."""
