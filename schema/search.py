"""Search and suggestions while typing."""

from typing import Annotated

import strawberry

from resolvers.search import queries as resolve
from schema.catalog.products import Collection, Product
from schema.content.blogs import Article
from schema.content.types import Page
from schema.kit.common import PageInfo, edges_of, is_record
from schema.kit.storefront import Trackable

Field = strawberry.field
SearchResultItem = Annotated[
    Article | Page | Product, strawberry.union("SearchResultItem", description="What a search can find.")
]


@strawberry.type(description="A search result with its cursor.")
class SearchResultItemEdge:
    """Relay's edge."""

    node: SearchResultItem = Field(description="The result.")
    cursor: str = Field(description="The position of the result in the list.")


@strawberry.type(description="A page of search results.")
class SearchResultItemConnection:
    """A view over `resolvers.search.queries.SearchPage`."""

    nodes = Field(
        resolver=lambda root: root.page.items, description="The results.", graphql_type=list[SearchResultItem]
    )
    edges = Field(
        resolver=lambda root: edges_of(root.page),
        description="The results with their cursors.",
        graphql_type=list[SearchResultItemEdge],
    )
    page_info = Field(
        resolver=lambda root: root.page, description="The position of the page in the list.", graphql_type=PageInfo
    )
    total_count = Field(
        resolver=lambda root: root.total,
        description="The total number of results; an estimate on some engines.",
        graphql_type=int,
    )


@strawberry.type(description="A suggested query.")
class SearchQuerySuggestion(Trackable):
    """A view over `resolvers.search.queries.Suggestion`."""

    is_type_of = is_record(resolve.Suggestion)

    text: str = Field(description="The query.")
    styled_text = Field(resolver=lambda root: root.text, description="The query to display.", graphql_type=str)


@strawberry.type(description="Results for an unfinished query.")
class PredictiveSearchResult:
    """A view over `resolvers.search.queries.Predicted`."""

    products: list[Product] = Field(description="Products.")
    collections: list[Collection] = Field(description="Collections.")
    pages: list[Page] = Field(description="Pages of text.")
    queries: list[SearchQuerySuggestion] = Field(description="Suggested queries.")
    articles: list[Article] = Field(description="Articles of blogs.")


@strawberry.type
class SearchQueries:
    """Queries over the search engine."""

    search = Field(
        resolver=resolve.search,
        description="Products or pages that match the query. Tolerates typos.",
        graphql_type=SearchResultItemConnection,
    )
    predictive_search = Field(
        resolver=resolve.predictive_search,
        description="Results while typing.",
        graphql_type=PredictiveSearchResult | None,
    )
