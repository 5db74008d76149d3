"""Blogs and their articles, under the names of the Storefront API."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import content as records
from resolvers.content import addresses
from resolvers.content import blogs as resolve
from resolvers.context import Info
from resolvers.kit.arguments import GivenHandle
from schema.catalog.media import SEO, Image
from schema.catalog.metafields import HasMetafields
from schema.kit.common import Connection, Node, id_field, is_record
from schema.kit.scalars import HTML, URL
from schema.kit.storefront import OnlineStorePublishable, Trackable

Field = strawberry.field
_Blog = Annotated["Blog", strawberry.lazy(__name__)]


@strawberry.type(description="Who wrote an article.")
class ArticleAuthor:
    """A view over `domain.content.Author`."""

    name: str = Field(description="The name.")
    email: str = Field(description="The e-mail address.")
    first_name: str = Field(description="First name.")
    last_name: str = Field(description="Last name.")
    bio: str | None = Field(description="A text about the author.")


@strawberry.type(description="Who wrote a comment.")
class CommentAuthor:
    """A view over `domain.content.Comment`."""

    name = Field(resolver=lambda root: root.author, description="The name.", graphql_type=str)
    email: str = Field(description="The e-mail address.")


@strawberry.type(description="What a reader wrote below an article.")
class Comment(Node):
    """A view over `domain.content.Comment`."""

    is_type_of = is_record(records.Comment)

    id = id_field("Comment")
    author = Field(resolver=lambda root: root, description="Who wrote it.", graphql_type=CommentAuthor)
    content = Field(resolver=resolve.comment_content, description="The text without HTML.", graphql_type=str)
    content_html = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=HTML)


@strawberry.type(description="A page of comments.")
class CommentConnection(Connection[Comment]):
    """Comments."""


@strawberry.type(description="An article of a blog.")
class Article(Node, HasMetafields, OnlineStorePublishable, Trackable):
    """A view over `domain.content.Article`."""

    is_type_of = is_record(records.Article)

    id = id_field("Article")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    content = Field(resolver=resolve.article_content, description="The text without HTML.", graphql_type=str)
    content_html = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=HTML)
    excerpt = Field(resolver=resolve.article_excerpt, description="A summary without HTML.", graphql_type=str | None)
    excerpt_html: HTML | None = Field(description="A summary as HTML.")
    published_at: datetime = Field(description="When it was published.")
    image: Image | None = Field(description="Its picture.")
    seo: SEO | None = Field(description="Title and description for search engines.")
    tags: list[str] = Field(description="The tags.")
    author: ArticleAuthor = Field(description="The author.", deprecation_reason="Use `authorV2` instead.")
    author_v2 = Field(
        name="authorV2",
        resolver=lambda root: root.author,
        description="The author.",
        graphql_type=ArticleAuthor | None,
    )
    blog = Field(resolver=resolve.article_blog, description="The blog of the article.", graphql_type=_Blog)
    comments = Field(resolver=resolve.comments, description="The comments.", graphql_type=CommentConnection)
    online_store_url = Field(resolver=addresses.of_article, description="Its page.", graphql_type=URL | None)


@strawberry.type(description="A page of articles.")
class ArticleConnection(Connection[Article]):
    """Articles."""


@strawberry.type(description="A blog.")
class Blog(Node, HasMetafields, OnlineStorePublishable):
    """A view over `domain.content.Blog`."""

    is_type_of = is_record(records.Blog)

    id = id_field("Blog")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    seo: SEO | None = Field(description="Title and description for search engines.")
    authors = Field(resolver=resolve.authors, description="Who wrote in it.", graphql_type=list[ArticleAuthor])
    article_by_handle = Field(
        resolver=resolve.article_by_handle, description="An article by handle.", graphql_type=Article | None
    )
    articles = Field(
        resolver=resolve.articles_of,
        description="The articles, the newest first.",
        graphql_type=ArticleConnection,
    )
    online_store_url = Field(resolver=addresses.of_blog, description="Its page.", graphql_type=URL | None)


@strawberry.type(description="A page of blogs.")
class BlogConnection(Connection[Blog]):
    """Blogs."""


@strawberry.type
class BlogsQuery:
    """Queries of blogs."""

    article = Field(resolver=resolve.article, description="An article by id.", graphql_type=Article | None)
    articles = Field(resolver=resolve.articles, description="All articles.", graphql_type=ArticleConnection)
    blog = Field(resolver=resolve.blog, description="A blog by id or handle.", graphql_type=Blog | None)
    blogs = Field(resolver=resolve.blogs, description="All blogs.", graphql_type=BlogConnection)

    @strawberry.field(
        description="A blog by handle.", deprecation_reason="Use `blog` instead.", graphql_type=Blog | None
    )
    async def blog_by_handle(self, info: Info, handle: GivenHandle) -> records.Blog | None:
        """The same as `blog`."""
        return await resolve.blog(info, handle)
