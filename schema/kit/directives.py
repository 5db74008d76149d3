"""The directives of storefront clients: declared here, read by the edge."""

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


@strawberry.directive(
    locations=[DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
    name="defer",
    description="Lets a query answer this fragment later than the rest. Clients that accept `multipart/mixed` get the "
    "answer in parts; all others, and mutations, get it in one part.",
)
def defer(
    if_: Annotated[bool, Arg(description="False: the fragment comes with the rest.", name="if")] = True,
    label: Annotated[str | None, Arg(description="Names the fragment in the answer; unique in the document.")] = None,
) -> None:
    """Only declares the directive, so that fragments with it are valid."""
