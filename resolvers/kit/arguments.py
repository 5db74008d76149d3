"""Arguments that several fields share, each with its description."""

from enum import Enum
from typing import Annotated

import strawberry

Arg = strawberry.argument

First = Annotated[int | None, Arg(description="Returns up to the first `n` elements of the list, at most 250.")]
After = Annotated[str | None, Arg(description="Returns the elements that come after this cursor.")]
Last = Annotated[int | None, Arg(description="Returns up to the last `n` elements of the list, at most 250.")]
Before = Annotated[str | None, Arg(description="Returns the elements that come before this cursor.")]
Reverse = Annotated[bool | None, Arg(description="Reverses the order of the list.")]
Handle = Annotated[str | None, Arg(description="The handle, as it is in URLs.")]
GlobalId = Annotated[strawberry.ID, Arg(description="The global id.")]
OptionalId = Annotated[strawberry.ID | None, Arg(description="The global id.")]


@strawberry.enum(description="Orders of a list of products. Equal keys are ordered by id.")
class ProductSortKeys(Enum):
    """Storefront names for the orders of `products`."""

    BEST_SELLING = strawberry.enum_value("BEST_SELLING", description="By units sold, best sellers first.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By time of creation.")
    ID = strawberry.enum_value("ID", description="By id.")
    PRICE = strawberry.enum_value("PRICE", description="By lowest price.")
    PRODUCT_TYPE = strawberry.enum_value("PRODUCT_TYPE", description="By product type.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By rank for the search query; by id without one.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By time of the last change.")
    VENDOR = strawberry.enum_value("VENDOR", description="By vendor.")


@strawberry.enum(description="Orders of the products of a collection. Equal keys are ordered by id.")
class ProductCollectionSortKeys(Enum):
    """Storefront names for the orders of `Collection.products`."""

    BEST_SELLING = strawberry.enum_value("BEST_SELLING", description="By units sold, best sellers first.")
    COLLECTION_DEFAULT = strawberry.enum_value("COLLECTION_DEFAULT", description="The order of the collection itself.")
    CREATED = strawberry.enum_value("CREATED", description="By time of creation.")
    ID = strawberry.enum_value("ID", description="By id.")
    MANUAL = strawberry.enum_value("MANUAL", description="The order that a merchandiser chose.")
    PRICE = strawberry.enum_value("PRICE", description="By lowest price.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="The order of the collection itself.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")


@strawberry.enum(description="Orders of the list of collections.")
class CollectionSortKeys(Enum):
    """Storefront names for the orders of `collections`."""

    ID = strawberry.enum_value("ID", description="By id.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By id.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By time of the last change.")


@strawberry.enum(description="Orders of search results.")
class SearchSortKeys(Enum):
    """Storefront names for the orders of `search`."""

    PRICE = strawberry.enum_value("PRICE", description="By lowest price.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By rank.")


@strawberry.enum(description="How search results treat sold-out products.")
class SearchUnavailableProductsType(Enum):
    """Storefront names for the treatment of sold-out products."""

    HIDE = strawberry.enum_value("HIDE", description="Leaves them out.")
    LAST = strawberry.enum_value("LAST", description="Lists them last.")
    SHOW = strawberry.enum_value("SHOW", description="Lists them by rank.")


@strawberry.enum(description="Kinds of search results.")
class SearchType(Enum):
    """Storefront names for kinds of search results."""

    ARTICLE = strawberry.enum_value("ARTICLE", description="Articles of blogs; this shop has none.")
    PAGE = strawberry.enum_value("PAGE", description="Pages of text.")
    PRODUCT = strawberry.enum_value("PRODUCT", description="Products.")


@strawberry.enum(description="Kinds of results while typing.")
class PredictiveSearchType(Enum):
    """Storefront names for kinds of predictive results."""

    ARTICLE = strawberry.enum_value("ARTICLE", description="Articles of blogs; this shop has none.")
    COLLECTION = strawberry.enum_value("COLLECTION", description="Collections.")
    PAGE = strawberry.enum_value("PAGE", description="Pages of text.")
    PRODUCT = strawberry.enum_value("PRODUCT", description="Products.")
    QUERY = strawberry.enum_value("QUERY", description="Suggested queries.")


@strawberry.enum(description="What the limit of a predictive search counts.")
class PredictiveSearchLimitScope(Enum):
    """Storefront names for the scope of the limit."""

    ALL = strawberry.enum_value("ALL", description="Results of all kinds together.")
    EACH = strawberry.enum_value("EACH", description="Results of each kind.")


@strawberry.input(description="One option of a variant.")
class SelectedOptionInput:
    """Chooses variants by an option."""

    name: str = strawberry.field(description="Name of the option, such as `Size`.")
    value: str = strawberry.field(description="Value of the option, such as `M`.")
