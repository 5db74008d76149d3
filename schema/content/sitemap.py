"""What a storefront's sitemap lists, under the names of the Storefront API."""

from datetime import datetime

import strawberry

from resolvers.content import sitemap as resolve
from schema.catalog.parts import Count
from schema.kit.common import is_record

Field = strawberry.field


@strawberry.type(description="A picture of a page.")
class SitemapImage:
    """A view over `resolvers.content.sitemap.SitemapImage`."""

    alt: str | None = Field(description="A description of the picture.")
    filepath: str | None = Field(description="The path of its URL.")
    updated_at: datetime = Field(description="When its page last changed.")


@strawberry.interface(description="A page of the storefront.")
class SitemapResourceInterface:
    """The fields of all kinds of pages."""

    handle: str = Field(description="The name in URLs.")
    updated_at: datetime = Field(description="When it last changed.")


@strawberry.type(description="A page of the storefront for something with a handle.")
class SitemapResource(SitemapResourceInterface):
    """A view over `resolvers.content.sitemap.SitemapResource`."""

    is_type_of = is_record(resolve.SitemapResource)

    title: str | None = Field(description="Its title.")
    image: SitemapImage | None = Field(description="Its picture.")


@strawberry.type(description="A page of the storefront for a metaobject.")
class SitemapResourceMetaobject(SitemapResourceInterface):
    """A view over `resolvers.content.sitemap.SitemapMetaobject`."""

    is_type_of = is_record(resolve.SitemapMetaobject)

    type: str = Field(description="The type of the object.")
    online_store_url_handle = Field(
        resolver=lambda root: root.type, description="The folder of its address.", graphql_type=str | None
    )


@strawberry.type(description="Some pages of the storefront.")
class PaginatedSitemapResources:
    """A view over `resolvers.content.sitemap.SitemapPage`."""

    has_next_page = Field(resolver=lambda root: root.has_next, description="Whether more follow.", graphql_type=bool)
    items: list[SitemapResourceInterface] = Field(description="The pages, at most 250.")


@strawberry.type(description="The pages of one kind.")
class Sitemap:
    """A view over `resolvers.content.sitemap.Sitemap`."""

    pages_count = Field(
        resolver=resolve.pages_count, description="How many lists of 250 there are.", graphql_type=Count | None
    )
    resources = Field(
        resolver=resolve.resources,
        description="One of these lists.",
        graphql_type=PaginatedSitemapResources | None,
    )


# Reached only through their interface.
SITEMAP_TYPES = [SitemapResource, SitemapResourceMetaobject]


@strawberry.type
class SitemapQuery:
    """The query of sitemaps."""

    sitemap = Field(
        resolver=resolve.sitemap, description="The pages of one kind, for search engines.", graphql_type=Sitemap
    )
