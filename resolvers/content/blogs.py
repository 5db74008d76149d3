"""Blogs, their articles, and the comments below them."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import Parent

from domain.content import Article, Author, Blog, Comment
from domain.kit.ids import split_global_id
from domain.kit.paging import MAX_PAGE, Page, page_request, slice_of
from resolvers.catalog.products import shortened
from resolvers.content.outage import NOTHING, absent_in_outage
from resolvers.context import Info
from resolvers.kit.arguments import (
    After,
    Arg,
    Before,
    First,
    GivenHandle,
    GlobalId,
    Handle,
    Last,
    OptionalId,
    Reverse,
    TruncateAt,
    Words,
)
from resolvers.kit.choices import ArticleSortKeys, BlogSortKeys
from resolvers.search.texts import named

_ORDERS = {
    ArticleSortKeys.AUTHOR: lambda article: (article.author.name.casefold(), article.id),
    ArticleSortKeys.BLOG_TITLE: lambda article: (article.blog, article.id),
    ArticleSortKeys.ID: lambda article: (article.id,),
    ArticleSortKeys.PUBLISHED_AT: lambda article: (article.published_at, article.id),
    ArticleSortKeys.RELEVANCE: lambda article: (article.id,),
    ArticleSortKeys.TITLE: lambda article: (article.title.casefold(), article.id),
    ArticleSortKeys.UPDATED_AT: lambda article: (article.published_at, article.id),
}
SortArticles = Annotated[ArticleSortKeys | None, Arg(description="The order of the articles.")]


def article_key(gid: str) -> str | None:
    """The key of an article from its global id."""
    return _key(gid, "Article")


@absent_in_outage(None)
async def article(info: Info, id: GlobalId) -> Article | None:
    """An article by its id."""
    key = article_key(id)
    return None if key is None else await info.context.loaders.article.load(key)


@absent_in_outage(NOTHING)
async def articles(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    query: Words = None,
    sort_key: SortArticles = ArticleSortKeys.ID,
    reverse: Reverse = False,
) -> Page[Article]:
    """A page of the articles of all blogs."""
    every = await info.context.reads.content.blogs.all_articles()
    found = _ordered(_matching(info, query, every), sort_key, bool(reverse))
    return slice_of(found, page_request(first, after, last, before))


@absent_in_outage(None)
async def blog(info: Info, handle: Handle = None, id: OptionalId = None) -> Blog | None:
    """A blog by id or handle."""
    if id is not None:
        handle = _key(id, "Blog")
    return None if handle is None else await info.context.loaders.blog.load(handle)


@absent_in_outage(NOTHING)
async def blogs(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    query: Words = None,
    sort_key: Annotated[BlogSortKeys | None, Arg(description="The order of the blogs.")] = BlogSortKeys.ID,
    reverse: Reverse = False,
) -> Page[Blog]:
    """A page of the blogs."""
    found = named(info.context, query, await info.context.reads.content.blogs.all(), lambda each: (each.title,))
    by_title = sort_key is BlogSortKeys.TITLE
    found.sort(key=lambda each: (each.title.casefold() if by_title else each.handle, each.id), reverse=bool(reverse))
    return slice_of(found, page_request(first, after, last, before))


@absent_in_outage(NOTHING)
async def articles_of(
    root: Parent[Blog],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    query: Words = None,
    sort_key: SortArticles = None,
    reverse: Reverse = False,
) -> Page[Article]:
    """A page of the articles of a blog, the newest first unless another order is given."""
    every = await info.context.loaders.blog_articles.load(root.handle)
    found = _matching(info, query, every)
    ordered = found[::-1] if reverse else found
    if sort_key is not None:
        ordered = _ordered(found, sort_key, bool(reverse))
    return slice_of(ordered, page_request(first, after, last, before, MAX_PAGE))


@absent_in_outage(None)
async def article_by_handle(root: Parent[Blog], info: Info, handle: GivenHandle) -> Article | None:
    """An article of a blog by its handle."""
    return await info.context.loaders.article.load(f"{root.handle}/{handle}")


@absent_in_outage(())
async def authors(root: Parent[Blog], info: Info) -> Sequence[Author]:
    """Everybody who wrote in a blog, by name."""
    every = await info.context.loaders.blog_articles.load(root.handle)
    return sorted({article.author for article in every}, key=lambda author: author.name)


async def article_blog(root: Parent[Article], info: Info) -> Blog | None:
    """The blog of an article."""
    return await info.context.loaders.blog.load(root.blog)


def article_content(root: Parent[Article], truncate_at: TruncateAt = None) -> str:
    """Plain text."""
    return shortened(root.text, truncate_at)


def article_excerpt(root: Parent[Article], truncate_at: TruncateAt = None) -> str | None:
    """Plain text."""
    return None if root.excerpt is None else shortened(root.excerpt, truncate_at)


def comments(
    root: Parent[Article],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    reverse: Reverse = False,
) -> Page[Comment]:
    """A page of the comments, the oldest first."""
    found = root.comments[::-1] if reverse else root.comments
    return slice_of(found, page_request(first, after, last, before, MAX_PAGE))


def comment_content(root: Parent[Comment], truncate_at: TruncateAt = None) -> str:
    """Plain text."""
    return shortened(root.text, truncate_at)


def _matching(info: Info, query: str | None, every: Sequence[Article]) -> list[Article]:
    return named(info.context, query, every, lambda each: (each.title, each.text, " ".join(each.tags)))


def _ordered(found: Sequence[Article], sort_key: ArticleSortKeys | None, reverse: bool) -> list[Article]:
    return sorted(found, key=_ORDERS[sort_key or ArticleSortKeys.ID], reverse=reverse)


def _key(gid: str, kind: str) -> str | None:
    parts = split_global_id(gid)
    return parts[1] if parts is not None and parts[0] == kind else None
