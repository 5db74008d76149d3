"""The blog of the demo shop: texts for a demonstration."""

from datetime import datetime

from demo.content.objects import metafields_of_blogs
from demo.kit.data import Data, read
from domain.catalog.records import Image, Seo
from domain.content import Article, Author, Blog, Comment
from services.kit.html import plain_text


class _Comment(Data, frozen=True):
    """What a reader wrote."""

    author: str
    email: str
    text: str


class _Article(Data, frozen=True):
    """An article; its HTML is kept as a list of blocks."""

    handle: str
    title: str
    author: Author
    published_at: datetime
    excerpt: str
    html: tuple[str, ...]
    tags: tuple[str, ...]
    image: Image | None
    comments: tuple[_Comment, ...]


class _Blog(Data, frozen=True):
    """A blog with its articles."""

    handle: str
    title: str
    description: str
    articles: tuple[_Article, ...]


def blogs() -> tuple[Blog, ...]:
    """Every blog; its handle is its key."""
    own = metafields_of_blogs()
    return tuple(Blog(one.handle, one.handle, one.title, Seo(one.title, one.description), own) for one in _read())


def articles() -> tuple[Article, ...]:
    """Every article of every blog."""
    return tuple(_article(blog.handle, article) for blog in _read() for article in blog.articles)


def _read() -> tuple[_Blog, ...]:
    return read("blogs.json", tuple[_Blog, ...])


def _article(blog: str, one: _Article) -> Article:
    key, html = f"{blog}/{one.handle}", "".join(one.html)
    return Article(
        id=key,
        blog=blog,
        handle=one.handle,
        title=one.title,
        html=html,
        text=plain_text(html),
        author=one.author,
        published_at=one.published_at,
        excerpt=one.excerpt,
        excerpt_html=f"<p>{one.excerpt}</p>",
        tags=one.tags,
        image=one.image,
        seo=Seo(one.title, one.excerpt),
        comments=tuple(
            Comment(f"{key}/{place}", each.author, each.email, f"<p>{each.text}</p>", each.text)
            for place, each in enumerate(one.comments)
        ),
        metafields=metafields_of_blogs(),
    )
