"""Collections and the queries of the catalog."""

from datetime import datetime

import strawberry

from domain.catalog import records
from resolvers.catalog import collections as of_collections
from resolvers.catalog import products as resolve
from schema.catalog.media import SEO, Image
from schema.catalog.products import Product, ProductConnection
from schema.kit.common import Connection, Node, always, id_field, is_record
from schema.kit.scalars import HTML

Field = strawberry.field


@strawberry.type(description="A named list of products.")
class Collection(Node):
    """A view over `domain.catalog.records.Collection`."""

    is_type_of = is_record(records.Collection)

    id = id_field("Collection")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="The name.")
    updated_at: datetime = Field(description="When it last changed.")
    description = Field(
        resolver=of_collections.collection_description, description="The description as plain text.", graphql_type=str
    )
    description_html = Field(
        resolver=of_collections.collection_html, description="The description as HTML.", graphql_type=HTML
    )
    image = Field(
        resolver=of_collections.collection_image,
        description="The picture of the collection.",
        graphql_type=Image | None,
    )
    seo = Field(
        resolver=of_collections.collection_seo,
        description="Title and description for search engines.",
        graphql_type=SEO,
    )
    products = Field(
        resolver=of_collections.collection_products,
        description="The products in the collection.",
        graphql_type=ProductConnection,
    )
    tracking_parameters = always(None, str | None, "Parameters for analytics; this shop needs none.")


@strawberry.type(description="A page of collections.")
class CollectionConnection(Connection[Collection]):
    """Collections."""


@strawberry.type
class CatalogQuery:
    """Queries of the catalog."""

    product = Field(resolver=resolve.product, description="A product by id or handle.", graphql_type=Product | None)
    products = Field(
        resolver=resolve.products,
        description="All products, or those that match the query.",
        graphql_type=ProductConnection,
    )
    product_recommendations = Field(
        resolver=resolve.product_recommendations,
        description="Products bought together with a product, then others of its type, at most 10.",
        graphql_type=list[Product] | None,
    )
    collection = Field(
        resolver=of_collections.collection, description="A collection by id or handle.", graphql_type=Collection | None
    )
    collections = Field(
        resolver=of_collections.collections, description="All collections.", graphql_type=CollectionConnection
    )
