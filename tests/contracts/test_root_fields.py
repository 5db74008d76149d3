"""A refused root field is null by itself: it takes no other field of the answer with it."""

from graphql import GraphQLNonNull, GraphQLObjectType

from bff.edge.execution import core_schema
from schema.build import schema

# What everybody may read.
_PUBLIC = {
    *("articles", "blogs", "collections", "flashSales", "localization", "metaobjects", "nodes", "pages"),
    *(
        "paymentSettings",
        "productTags",
        "productTypes",
        "products",
        "publicApiVersions",
        "search",
        "shop",
        "sitemap",
        "urlRedirects",
    ),
}


def _never_null(root: GraphQLObjectType | None) -> set[str]:
    assert root is not None
    return {name for name, field in root.fields.items() if isinstance(field.type, GraphQLNonNull)}


def test_queries_that_may_be_refused_are_nullable() -> None:
    """Only what everybody may read is never null."""
    assert _never_null(core_schema(schema).query_type) == _PUBLIC


def test_every_mutation_is_nullable() -> None:
    """A denied mutation leaves the answers of those before it in place."""
    assert _never_null(core_schema(schema).mutation_type) == set()
