"""Menus, pages, blogs and the shop itself."""

from datetime import datetime
from urllib.parse import urlsplit

import strawberry
from strawberry import Parent

from domain import content as records
from domain.catalog.records import Image as Picture
from domain.kit.ids import global_id
from domain.kit.paging import Page as Elements
from resolvers.content import reads as resolve
from resolvers.context import Info
from resolvers.kit.arguments import After, Before, First, Handle, Last, OptionalId
from schema.catalog.media import SEO, Image
from schema.enums import CountryCode, CurrencyCode, Platform, enum_of
from schema.kit.common import Connection, Node, always, id_field, is_record
from schema.kit.scalars import HTML, URL

Field = strawberry.field
_MENU_ITEMS = {
    "ARTICLE": "An article of a blog.",
    "BLOG": "A blog.",
    "CATALOG": "The whole catalog.",
    "COLLECTION": "A collection.",
    "COLLECTIONS": "The list of collections.",
    "CUSTOMER_ACCOUNT_PAGE": "A page of the shopper's account.",
    "FRONTPAGE": "The homepage.",
    "HTTP": "Any address.",
    "METAOBJECT": "A custom object.",
    "PAGE": "A page of text.",
    "PRODUCT": "A product.",
    "SEARCH": "The search.",
    "SHOP_POLICY": "A legal text.",
}
MenuItemType = enum_of("MenuItemType", "The target of a menu entry.", _MENU_ITEMS)


def own_url(root: Parent[records.MenuItem], info: Info) -> URL:
    """An absolute URL, so that clients recognize the shop's pages by its domain."""
    return URL(info.context.urls.page(root.url))


@strawberry.type(description="An entry of a menu.")
class MenuItem:
    """A view over `domain.content.MenuItem`."""

    id = id_field("MenuItem")
    title: str = Field(description="The label of the entry.")
    url = Field(resolver=own_url, description="The URL of the target.", graphql_type=URL | None)
    type = Field(resolver=lambda root: root.kind, description="The type of the target.", graphql_type=MenuItemType)
    resource_id = Field(
        resolver=lambda root: root.resource,
        description="The id of the target object.",
        graphql_type=strawberry.ID | None,
    )
    tags: list[str] = Field(description="Tags that filter the target collection.")
    items: list["MenuItem"] = Field(description="Entries below this one.")


@strawberry.type(description="A menu.")
class Menu:
    """A view over `domain.content.Menu`."""

    id = id_field("Menu")
    handle: str = Field(description="A unique name for clients.")
    title: str = Field(description="The name for people.")
    items: list[MenuItem] = Field(description="Its entries.")
    version: int = Field(description="Grows with every change.")
    platform: Platform | None = Field(description="The platform that alone shows this menu; null for all others.")
    items_count = Field(resolver=lambda root: len(root.items), description="The number of entries.", graphql_type=int)


@strawberry.type(description="A page of text.")
class Page(Node):
    """A view over `domain.content.ContentPage`."""

    is_type_of = is_record(records.ContentPage)

    id = id_field("Page")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    body = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=HTML)
    body_summary = Field(
        resolver=lambda root: root.summary, description="The beginning of the text, without HTML.", graphql_type=str
    )
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When it last changed.")
    seo: SEO | None = Field(description="Title and description for search engines.")
    tracking_parameters = always(None, str | None, "Parameters for analytics; this shop needs none.")


@strawberry.type(description="A page of pages.")
class PageConnection(Connection[Page]):
    """Pages."""


@strawberry.interface(description="A media file.")
class Media:
    """Pictures."""

    preview_image: Image | None = Field(description="A still picture.")


@strawberry.type(description="A picture in the shop's files.")
class MediaImage(Media):
    """A view over `domain.catalog.records.Image`."""

    is_type_of = is_record(Picture)

    id = id_field("MediaImage")
    preview_image = Field(resolver=lambda root: root, description="The picture itself.", graphql_type=Image | None)
    image = Field(resolver=lambda root: root, description="The picture.", graphql_type=Image | None)


@strawberry.type(description="Who wrote an article.")
class ArticleAuthor:
    """A person."""

    name: str = Field(description="The name.")


@strawberry.type(description="An article of a blog; this shop has none.")
class Article(Node):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    content_html: HTML = Field(description="The text as HTML.")
    published_at: datetime = Field(description="When it was published.")
    image: Image | None = Field(description="Its picture.")
    seo: SEO | None = Field(description="Title and description for search engines.")
    author_v2: ArticleAuthor | None = Field(description="The author.")
    blog: "Blog" = Field(description="The blog of the article.")
    tracking_parameters: str | None = Field(description="Parameters for analytics.")


@strawberry.type(description="A page of articles.")
class ArticleConnection(Connection[Article]):
    """Articles."""


@strawberry.type(description="A blog; this shop has none.")
class Blog(Node):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    seo: SEO | None = Field(description="Title and description for search engines.")

    @strawberry.field(description="An article by handle.")
    def article_by_handle(self, handle: str) -> Article | None:
        """There are no blogs, so there are no articles."""

    @strawberry.field(description="The articles.", graphql_type=ArticleConnection)
    def articles(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Elements[None]:
        """There are no blogs, so there are no articles."""
        return Elements((), ())


@strawberry.type(description="A page of blogs.")
class BlogConnection(Connection[Blog]):
    """Blogs."""


@strawberry.type(description="A legal text of the shop.")
class ShopPolicy:
    """A view over `domain.content.Policy`."""

    id = id_field("ShopPolicy")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    body = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=str)
    url = Field(resolver=own_url, description="The URL of the text in the shop.", graphql_type=URL)


@strawberry.type(description="A legal text of the shop that may be a default one.")
class ShopPolicyWithDefault:
    """A view over `domain.content.Policy`."""

    id = id_field("ShopPolicy")
    handle: str = Field(description="The name in URLs.")
    title: str = Field(description="Its title.")
    body = Field(resolver=lambda root: root.html, description="The text as HTML.", graphql_type=str)
    url = Field(resolver=own_url, description="The URL of the text in the shop.", graphql_type=URL)


@strawberry.type(description="The visual identity of the shop.")
class Brand:
    """A view over `domain.content.Shop`."""

    logo: MediaImage | None = Field(description="The logo.")


@strawberry.type(description="An address of the shop.")
class Domain:
    """A view over a URL."""

    url = Field(resolver=lambda root: root, description="The address.", graphql_type=URL)
    host = Field(resolver=lambda root: urlsplit(root).netloc, description="The host of the address.", graphql_type=str)


@strawberry.type(description="The payment settings of the shop.")
class PaymentSettings:
    """A view over `domain.content.Shop`."""

    currency_code = Field(
        resolver=lambda root: root.currency, description="The shop's own currency.", graphql_type=CurrencyCode
    )


def primary_domain(root: Parent[records.Shop], info: Info) -> str:
    """The setting, else the address in the description of the shop, else the one of this request."""
    return info.context.shop.urls.site or root.url or info.context.urls.site


def ships_to(info: Info) -> list[str]:
    """The countries of all territories."""
    return [country for territory in info.context.shop.territories.all for country in territory.countries]


def _policy(handle: str, description: str, type_: type = ShopPolicy) -> object:
    return Field(resolver=lambda root: resolve.policy(root, handle), description=description, graphql_type=type_ | None)


@strawberry.type(description="The shop.")
class Shop:
    """A view over `domain.content.Shop`."""

    id = Field(resolver=lambda: global_id("Shop", 1), description="A globally unique id.", graphql_type=strawberry.ID)
    name: str = Field(description="Its name.")
    description: str | None = Field(description="A description of the shop, in one or two sentences.")
    primary_domain = Field(resolver=primary_domain, description="The main domain.", graphql_type=Domain)
    brand = Field(resolver=lambda root: root, description="The visual identity.", graphql_type=Brand | None)
    payment_settings = Field(
        resolver=lambda root: root, description="The payment settings.", graphql_type=PaymentSettings
    )
    ships_to_countries = Field(
        resolver=ships_to, description="The countries that the shop ships to.", graphql_type=list[CountryCode]
    )
    privacy_policy = _policy("privacy-policy", "The privacy policy.")
    refund_policy = _policy("refund-policy", "The refund policy.")
    shipping_policy = _policy("shipping-policy", "The shipping policy.")
    terms_of_service = _policy("terms-of-service", "The terms of service.")
    subscription_policy = _policy("subscription-policy", "The subscription policy.", ShopPolicyWithDefault)


@strawberry.type
class ContentQuery:
    """Queries of menus, pages, blogs and the shop."""

    menu = Field(
        resolver=resolve.menu,
        description="A menu by handle: that of the platform, if it has its own.",
        graphql_type=Menu | None,
    )
    page = Field(resolver=resolve.page, description="A page by id or handle.", graphql_type=Page | None)
    pages = Field(resolver=resolve.pages, description="All pages.", graphql_type=PageConnection)
    shop = Field(resolver=resolve.shop, description="The shop.", graphql_type=Shop)

    @strawberry.field(
        description="A page by handle.", deprecation_reason="Use `page` instead.", graphql_type=Page | None
    )
    async def page_by_handle(self, info: Info, handle: str) -> records.ContentPage | None:
        """The same as `page`."""
        return await resolve.page(info, handle)

    @strawberry.field(description="A blog; this shop has none.")
    def blog(self, handle: Handle = None, id: OptionalId = None) -> Blog | None:
        """There are no blogs."""

    @strawberry.field(description="All blogs; this shop has none.", graphql_type=BlogConnection)
    def blogs(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Elements[None]:
        """There are no blogs."""
        return Elements((), ())
