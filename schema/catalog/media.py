"""Pictures, and data for search engines, under the names of the Storefront API."""

import strawberry
from strawberry import Parent

from domain.catalog import records as catalog
from resolvers.context import Info
from schema.kit.common import id_field
from schema.kit.scalars import URL


def picture_url(root: Parent[catalog.Image], info: Info) -> URL:
    """An absolute URL, also for pictures on other hosts."""
    return URL(info.context.urls.picture(root.url))


@strawberry.type(description="A picture.")
class Image:
    """A view over `domain.catalog.records.Image`."""

    id = id_field("ImageSource")
    url = strawberry.field(resolver=picture_url, description="The URL of the picture.", graphql_type=URL)
    alt_text: str | None = strawberry.field(description="A description of the picture.")
    width: int | None = strawberry.field(description="Width in pixels, if known.")
    height: int | None = strawberry.field(description="Height in pixels, if known.")


@strawberry.type(name="SEO", description="Title and description for search engines.")
class SEO:
    """A view over `domain.catalog.records.Seo`."""

    title: str | None = strawberry.field(description="The title.")
    description: str | None = strawberry.field(description="The description.")
