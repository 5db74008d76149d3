"""What a storefront's sitemap lists, in pages of 250."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from strawberry import Parent

from domain.catalog.records import Collection, Image, Product
from domain.content import Article, Blog, ContentPage
from domain.kit.paging import MAX_PAGE
from resolvers.content.outage import absent_in_outage
from resolvers.context import Context, Info
from resolvers.kit.arguments import Arg
from resolvers.kit.choices import SitemapType

# Search engines read no more pages of one sitemap.
MAX_PAGES = 50_000


@dataclass(frozen=True, slots=True)
class SitemapImage:
    """A picture of a page."""

    alt: str | None
    filepath: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SitemapResource:
    """A page of the storefront by its handle."""

    handle: str
    updated_at: datetime
    title: str | None = None
    image: SitemapImage | None = None


@dataclass(frozen=True, slots=True)
class SitemapMetaobject:
    """A page of the storefront for an object of a type that the shop made up."""

    handle: str
    type: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The pages of one kind."""

    kind: SitemapType


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """Some pages of one kind."""

    items: Sequence[SitemapResource | SitemapMetaobject] = ()
    has_next: bool = False


PageNumber = Annotated[int, Arg(description="Which page, from 1 on.")]


def sitemap(type: Annotated[SitemapType, Arg(description="The kind of pages.")]) -> Sitemap:
    """The pages of one kind."""
    return Sitemap(type)


@absent_in_outage(0)
async def pages_count(root: Parent[Sitemap], info: Info) -> int:
    """How many pages of 250 there are."""
    return -(-await _count(info, root.kind) // MAX_PAGE)


@absent_in_outage(None)
async def resources(root: Parent[Sitemap], info: Info, page: PageNumber) -> SitemapPage | None:
    """The page with that number; null for a number below 1."""
    if not 0 < page <= MAX_PAGES:
        return None
    start = (page - 1) * MAX_PAGE
    found = await _rows(info, root.kind, start)
    return SitemapPage(found[:MAX_PAGE], len(found) > MAX_PAGE)


async def _count(info: Info, kind: SitemapType) -> int:
    catalog, territory = info.context.reads.catalog, info.context.territory
    if kind is SitemapType.PRODUCT:
        return await catalog.products.count(territory)
    if kind is SitemapType.COLLECTION:
        return await catalog.collections.count()
    return len(await _documents(info.context, kind))


async def _rows(info: Info, kind: SitemapType, start: int) -> Sequence[SitemapResource | SitemapMetaobject]:
    """From a position on, one more than a page holds."""
    catalog, loaders = info.context.reads.catalog, info.context.loaders
    if kind is SitemapType.PRODUCT:
        products = await catalog.products.slice(info.context.territory, start, MAX_PAGE + 1)
        contents = await loaders.product_content.load_many([product.id for product in products])
        pictures = [content.images[0] if content.images else None for content in contents]
        return [_resource(each, each.updated_at, picture) for each, picture in zip(products, pictures, strict=True)]
    if kind is SitemapType.COLLECTION:
        collections = await catalog.collections.slice(start, MAX_PAGE + 1)
        shown = await loaders.collection_content.load_many([each.id for each in collections])
        pairs = zip(collections, shown, strict=True)
        return [_resource(each, each.updated_at, content.image) for each, content in pairs]
    return (await _documents(info.context, kind))[start : start + MAX_PAGE + 1]


async def _documents(context: Context, kind: SitemapType) -> list[SitemapResource | SitemapMetaobject]:
    content = context.reads.content
    match kind:
        case SitemapType.PAGE:
            return [_resource(page, page.updated_at) for page in await content.all_pages()]
        case SitemapType.ARTICLE:
            articles = await content.blogs.all_articles()
            return [_resource(article, article.published_at, article.image) for article in articles]
        case SitemapType.BLOG:
            return await _blogs(context)
    found = await content.metaobjects.with_pages()
    return [SitemapMetaobject(each.handle, each.type, each.updated_at) for each in found]


async def _blogs(context: Context) -> list[SitemapResource | SitemapMetaobject]:
    """A blog changes with its newest article; one without articles is left out."""
    blogs = await context.reads.content.blogs.all()
    articles = await context.loaders.blog_articles.load_many([blog.handle for blog in blogs])
    pairs = zip(blogs, articles, strict=True)
    return [_resource(blog, own[0].published_at) for blog, own in pairs if own]


def _resource(
    thing: Article | Blog | Collection | ContentPage | Product, updated_at: datetime, image: Image | None = None
) -> SitemapResource:
    picture = None if image is None else SitemapImage(image.alt_text, urlsplit(image.url).path, updated_at)
    return SitemapResource(thing.handle, updated_at, thing.title, picture)
