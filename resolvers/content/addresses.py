"""Where the storefront shows things: the paths that Shopify gives them too."""

from strawberry import Parent

from domain.catalog.records import Collection, Product
from domain.content import Article, Blog, ContentPage, Metaobject
from resolvers.context import Info


def of_product(root: Parent[Product], info: Info) -> str:
    """The page of a product."""
    return info.context.urls.page(f"/products/{root.handle}")


def of_collection(root: Parent[Collection], info: Info) -> str:
    """The page of a collection."""
    return info.context.urls.page(f"/collections/{root.handle}")


def of_page(root: Parent[ContentPage], info: Info) -> str:
    """The page of a text."""
    return info.context.urls.page(f"/pages/{root.handle}")


def of_blog(root: Parent[Blog], info: Info) -> str:
    """The page of a blog."""
    return info.context.urls.page(f"/blogs/{root.handle}")


def of_article(root: Parent[Article], info: Info) -> str:
    """The page of an article."""
    return info.context.urls.page(f"/blogs/{root.blog}/{root.handle}")


def of_metaobject(root: Parent[Metaobject], info: Info) -> str | None:
    """The page of a metaobject, if it has one."""
    return info.context.urls.page(f"/pages/{root.type}/{root.handle}") if root.has_page else None
