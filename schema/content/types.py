"""Menus and pages, under the names of the Storefront API."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Parent

from domain import content as records
from domain.kit.ids import given_id
from resolvers import node as resolve_node
from resolvers.content import addresses
from resolvers.context import Info
from schema.catalog.media import SEO
from schema.catalog.metafields import HasMetafields
from schema.enums import Platform, enum_of
from schema.kit.common import Connection, Node, id_field, is_record
from schema.kit.scalars import HTML, URL
from schema.kit.storefront import OnlineStorePublishable, Trackable

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


_BLOGS = strawberry.lazy("schema.content.blogs")
_Collection = Annotated["Collection", strawberry.lazy("schema.catalog.products")]  # type: ignore[name-defined]  # noqa: F821
_Product = Annotated["Product", strawberry.lazy("schema.catalog.products")]  # type: ignore[name-defined]  # noqa: F821
_Article = Annotated["Article", _BLOGS]  # type: ignore[name-defined]  # noqa: F821
_Blog = Annotated["Blog", _BLOGS]  # type: ignore[name-defined]  # noqa: F821
_Metaobject = Annotated["Metaobject", strawberry.lazy("schema.content.metaobjects")]  # type: ignore[name-defined]  # noqa: F821
_Page = Annotated["Page", strawberry.lazy(__name__)]
_Policy = Annotated["ShopPolicy", strawberry.lazy("schema.content.shop")]  # type: ignore[name-defined]  # noqa: F821
MenuItemResource = Annotated[
    _Article | _Blog | _Collection | _Metaobject | _Page | _Product | _Policy,
    strawberry.union("MenuItemResource", description="What an entry of a menu can lead to."),
]


def own_url(root: Parent[records.MenuItem], info: Info) -> URL:
    """An absolute URL, so that clients recognize the shop's pages by its domain."""
    return URL(info.context.urls.page(root.url))


@strawberry.type(description="An entry of a menu.")
class MenuItem(Node):
    """A view over `domain.content.MenuItem`."""

    is_type_of = is_record(records.MenuItem)

    id = id_field("MenuItem")
    title: str = Field(description="The label of the entry.")
    url = Field(resolver=own_url, description="The URL of the target.", graphql_type=URL | None)
    type = Field(resolver=lambda root: root.kind, description="The type of the target.", graphql_type=MenuItemType)
    resource_id = Field(
        resolver=lambda root: None if root.resource is None else given_id(root.resource),
        description="The id of the target object.",
        graphql_type=strawberry.ID | None,
    )
    resource = Field(
        resolver=resolve_node.menu_target, description="The target object.", graphql_type=MenuItemResource | None
    )
    tags: list[str] = Field(description="Tags that filter the target collection.")
    items: list["MenuItem"] = Field(description="Entries below this one.")


@strawberry.type(description="A menu.")
class Menu(Node):
    """A view over `domain.content.Menu`."""

    is_type_of = is_record(records.Menu)

    id = id_field("Menu")
    handle: str = Field(description="A unique name for clients.")
    title: str = Field(description="The name for people.")
    items: list[MenuItem] = Field(description="Its entries.")
    version: int = Field(description="Grows with every change.")
    platform: Platform | None = Field(description="The platform that alone shows this menu; null for all others.")
    items_count = Field(resolver=lambda root: len(root.items), description="The number of entries.", graphql_type=int)


@strawberry.type(description="A page of text.")
class Page(Node, HasMetafields, OnlineStorePublishable, Trackable):
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
    online_store_url = Field(resolver=addresses.of_page, description="Its page.", graphql_type=URL | None)


@strawberry.type(description="A page of pages.")
class PageConnection(Connection[Page]):
    """Pages."""
