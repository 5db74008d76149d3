"""The queries of the catalog."""

import strawberry

from resolvers.catalog import collections as of_collections
from resolvers.catalog import names
from resolvers.catalog import products as resolve
from schema.catalog.parts import StringConnection
from schema.catalog.products import Collection, CollectionConnection, Product, ProductConnection

Field = strawberry.field


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
    product_by_handle = Field(
        resolver=names.product_by_handle,
        description="A product by handle.",
        graphql_type=Product | None,
        deprecation_reason="Use `product` instead.",
    )
    collection_by_handle = Field(
        resolver=names.collection_by_handle,
        description="A collection by handle.",
        graphql_type=Collection | None,
        deprecation_reason="Use `collection` instead.",
    )
    product_tags = Field(resolver=names.product_tags, description="Tags of products.", graphql_type=StringConnection)
    product_types = Field(resolver=names.product_types, description="Types of products.", graphql_type=StringConnection)
    collections = Field(
        resolver=of_collections.collections, description="All collections.", graphql_type=CollectionConnection
    )
