"""Enums that arguments of several fields share: orders of lists and kinds of results."""

from enum import Enum

import strawberry


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


@strawberry.enum(description="Orders of the list of articles.")
class ArticleSortKeys(Enum):
    """Storefront names for the orders of `articles`."""

    AUTHOR = strawberry.enum_value("AUTHOR", description="By the author's name.")
    BLOG_TITLE = strawberry.enum_value("BLOG_TITLE", description="By blog.")
    ID = strawberry.enum_value("ID", description="By id.")
    PUBLISHED_AT = strawberry.enum_value("PUBLISHED_AT", description="By time of publication.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By id.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By time of publication.")


@strawberry.enum(description="Orders of the list of blogs.")
class BlogSortKeys(Enum):
    """Storefront names for the orders of `blogs`."""

    HANDLE = strawberry.enum_value("HANDLE", description="By handle.")
    ID = strawberry.enum_value("ID", description="By id.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By id.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")


@strawberry.enum(description="Orders of the list of pages.")
class PageSortKeys(Enum):
    """Storefront names for the orders of `pages`."""

    ID = strawberry.enum_value("ID", description="By id.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By id.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="By time of the last change.")


@strawberry.enum(description="Kinds of pages in a sitemap.")
class SitemapType(Enum):
    """Storefront names for kinds of pages."""

    ARTICLE = strawberry.enum_value("ARTICLE", description="Articles of blogs.")
    BLOG = strawberry.enum_value("BLOG", description="Blogs.")
    COLLECTION = strawberry.enum_value("COLLECTION", description="Collections.")
    METAOBJECT = strawberry.enum_value("METAOBJECT", description="Metaobjects with pages of their own.")
    PAGE = strawberry.enum_value("PAGE", description="Pages of text.")
    PRODUCT = strawberry.enum_value("PRODUCT", description="Products.")


@strawberry.enum(description="Orders of the variants of a product.")
class ProductVariantSortKeys(Enum):
    """Storefront names for the orders of `Product.variants`."""

    ID = strawberry.enum_value("ID", description="By id.")
    POSITION = strawberry.enum_value("POSITION", description="By position.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By position.")
    SKU = strawberry.enum_value("SKU", description="By SKU.")
    TITLE = strawberry.enum_value("TITLE", description="By title.")


@strawberry.enum(description="Orders of the pictures of a product.")
class ProductImageSortKeys(Enum):
    """Storefront names for the orders of `Product.images`."""

    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By position.")
    ID = strawberry.enum_value("ID", description="By id.")
    POSITION = strawberry.enum_value("POSITION", description="By position.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By position.")


@strawberry.enum(description="Orders of the media of a product.")
class ProductMediaSortKeys(Enum):
    """Storefront names for the orders of `Product.media`."""

    ID = strawberry.enum_value("ID", description="By id.")
    POSITION = strawberry.enum_value("POSITION", description="By position.")
    RELEVANCE = strawberry.enum_value("RELEVANCE", description="By position.")


@strawberry.enum(description="Why products are recommended.")
class ProductRecommendationIntent(Enum):
    """Storefront names for kinds of recommendations."""

    COMPLEMENTARY = strawberry.enum_value("COMPLEMENTARY", description="Bought together with the product.")
    RELATED = strawberry.enum_value("RELATED", description="Bought together with the product, or of its type.")


@strawberry.enum(description="Which part of a picture to keep.")
class CropRegion(Enum):
    """Storefront names for parts of pictures."""

    BOTTOM = strawberry.enum_value("BOTTOM", description="The bottom.")
    CENTER = strawberry.enum_value("CENTER", description="The center.")
    LEFT = strawberry.enum_value("LEFT", description="The left side.")
    RIGHT = strawberry.enum_value("RIGHT", description="The right side.")
    TOP = strawberry.enum_value("TOP", description="The top.")


@strawberry.enum(description="Formats of pictures.")
class ImageContentType(Enum):
    """Storefront names for formats."""

    JPG = strawberry.enum_value("JPG", description="JPEG.")
    PNG = strawberry.enum_value("PNG", description="PNG.")
    WEBP = strawberry.enum_value("WEBP", description="WebP.")


@strawberry.enum(description="Ways to present media.")
class MediaPresentationFormat(Enum):
    """Storefront names for ways."""

    IMAGE = strawberry.enum_value("IMAGE", description="As a picture.")
    MODEL_VIEWER = strawberry.enum_value("MODEL_VIEWER", description="As a 3D model.")
