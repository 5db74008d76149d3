"""The versions of the API that clients may name, under the names of the Storefront API."""

import strawberry

from domain.kit.api_versions import public_versions

Field = strawberry.field


@strawberry.type(description="A version of the API.")
class ApiVersion:
    """A view over `domain.kit.api_versions.ApiVersion`."""

    handle: str = Field(description="Its name in addresses.")
    display_name = Field(resolver=lambda root: root.title, description="Its name for people.", graphql_type=str)
    supported = Field(
        resolver=lambda root: root.is_supported, description="Whether it is supported.", graphql_type=bool
    )


@strawberry.type
class ApiVersionsQuery:
    """The query of versions."""

    public_api_versions = Field(
        resolver=lambda: public_versions(),
        description="The versions that a request may name in its address.",
        graphql_type=list[ApiVersion],
    )
