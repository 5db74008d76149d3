"""Blogs and their articles: documents by handle, articles by the handles of both."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from datasources.content.parts import image_of, metafields_of, seo_of
from datasources.kit.documents import Document, Documents
from datasources.kit.rows import aligned, grouped
from domain.content import Article, Author, Blog, Comment

MAX_BLOGS = 50
MAX_ARTICLES = 500


class Blogs:
    """Batch reads in the order of their keys, and writes of whole documents. Each may raise `Unavailable`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def by_handle(self, handles: Sequence[str]) -> list[Blog | None]:
        """Blogs by handle."""
        found = await self._documents.by_ids("blogs", handles)
        return aligned({handle: _blog(document) for handle, document in found.items()}, handles)

    async def all(self) -> list[Blog]:
        """Blogs in the order of their handles, at most 50."""
        return [_blog(document) for document in await self._documents.first("blogs", MAX_BLOGS)]

    async def articles(self, ids: Sequence[str]) -> list[Article | None]:
        """Articles by the handles of blog and article, as in `news/first-mugs`."""
        found = await self._documents.by_ids("articles", ids)
        return aligned({key: _article(document) for key, document in found.items()}, ids)

    async def articles_of(self, blogs: Sequence[str]) -> list[tuple[Article, ...]]:
        """The articles of blogs by their handles, the newest first; of all of them at most 500."""
        found = await self._documents.find("articles", {"blog": {"$in": list(blogs)}}, limit=MAX_ARTICLES)
        articles = sorted(map(_article, found), key=lambda each: (each.published_at, each.id), reverse=True)
        return grouped(((article.blog, article) for article in articles), blogs)

    async def all_articles(self) -> list[Article]:
        """Articles in the order of their keys, at most 500."""
        return [_article(document) for document in await self._documents.first("articles", MAX_ARTICLES)]

    async def put(self, blogs: Sequence[Blog], articles: Sequence[Article]) -> None:
        """Writes blogs and articles under their keys."""
        await self._documents.put("blogs", {blog.id: _without_key(asdict(blog)) for blog in blogs})
        await self._documents.put("articles", {article.id: _without_key(asdict(article)) for article in articles})


def _without_key(fields: Mapping[str, Any]) -> Document:
    return {name: value for name, value in fields.items() if name != "id"}


def _blog(document: Document) -> Blog:
    key = document["_id"]
    return Blog(key, key, document["title"], seo_of(document.get("seo")), metafields_of(document))


def _article(document: Document) -> Article:
    return Article(
        id=document["_id"],
        blog=document["blog"],
        handle=document["handle"],
        title=document["title"],
        html=document["html"],
        text=document["text"],
        author=Author(**document["author"]),
        published_at=document["published_at"],
        excerpt=document.get("excerpt"),
        excerpt_html=document.get("excerpt_html"),
        tags=tuple(document.get("tags", ())),
        image=image_of(document.get("image")),
        seo=seo_of(document.get("seo")),
        comments=tuple(Comment(**comment) for comment in document.get("comments", ())),
        metafields=metafields_of(document),
    )
