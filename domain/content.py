"""Menus, pages and the shop itself, as records."""

from dataclasses import dataclass
from datetime import datetime

from domain.catalog.records import Image, Seo
from domain.homepage.keys import Platform
from domain.kit.metafields import AttachedMetafield

Metafields = tuple[AttachedMetafield, ...]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of a menu. `kind` is a Storefront menu item type; `resource` is the global id it leads to, if any."""

    id: str
    title: str
    url: str
    kind: str = "HTTP"
    resource: str | None = None
    tags: tuple[str, ...] = ()
    items: tuple["MenuItem", ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu by its handle. `platform` is set for a menu that one platform alone shows in its place."""

    id: str
    handle: str
    title: str
    items: tuple[MenuItem, ...]
    version: int = 0
    platform: Platform | None = None


@dataclass(frozen=True, slots=True)
class MenuVersion:
    """A version of a menu, who saved it and when; both are None for the first one, which nobody saved here."""

    menu: Menu
    saved_at: datetime | None
    saved_by: str | None


def menu_key(handle: str, platform: Platform | None) -> str:
    """The key of a menu's document.

    >>> menu_key("main-menu", None), menu_key("main-menu", Platform.IOS)
    ('main-menu', 'main-menu:IOS')
    """
    return handle if platform is None else f"{handle}:{platform.value}"


def menu_handle(key: str) -> str:
    """The handle of a menu from the key of its document.

    >>> menu_handle("main-menu:IOS"), menu_handle("main:menu")
    ('main-menu', 'main:menu')
    """
    handle, _, platform = key.rpartition(":")
    return handle if handle and platform in set(Platform) else key


@dataclass(frozen=True, slots=True)
class ContentPage:
    """A page of text; `html` is sanitized."""

    id: str
    handle: str
    title: str
    html: str
    summary: str
    created_at: datetime
    updated_at: datetime
    seo: Seo = Seo()
    metafields: Metafields = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an article."""

    name: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    bio: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reader wrote below an article; `html` is sanitized, `text` its plain text."""

    id: str
    author: str
    email: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article of a blog, by the handles of both: `news/first-mugs`. `html` is sanitized, `text` its plain text."""

    id: str
    blog: str
    handle: str
    title: str
    html: str
    text: str
    author: Author
    published_at: datetime
    excerpt: str | None = None
    excerpt_html: str | None = None
    tags: tuple[str, ...] = ()
    image: Image | None = None
    seo: Seo = Seo()
    comments: tuple[Comment, ...] = ()
    metafields: Metafields = ()


@dataclass(frozen=True, slots=True)
class Blog:
    """A list of articles by its handle."""

    id: str
    handle: str
    title: str
    seo: Seo = Seo()
    metafields: Metafields = ()


@dataclass(frozen=True, slots=True)
class MetaobjectField:
    """A value of a metaobject; a text whatever its type."""

    key: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Metaobject:
    """An object of a type that the shop made up, by type and handle: `maker/hobb-larkin`.

    `has_page`: the storefront shows it at an address of its own.
    """

    id: str
    type: str
    handle: str
    fields: tuple[MetaobjectField, ...]
    updated_at: datetime
    has_page: bool = False


@dataclass(frozen=True, slots=True)
class UrlRedirect:
    """An old path of the storefront, and where it leads now."""

    id: str
    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A legal text of the shop."""

    id: str
    handle: str
    title: str
    html: str
    url: str


Colors = tuple[tuple[str | None, str | None], ...]


@dataclass(frozen=True, slots=True)
class Brand:
    """How the shop looks. Colors are pairs of a background and a foreground."""

    slogan: str | None = None
    short_description: str | None = None
    cover: Image | None = None
    square_logo: Image | None = None
    primary: Colors = ()
    secondary: Colors = ()


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as it presents itself; policies are keyed by handle (`privacy-policy`)."""

    name: str
    description: str
    url: str
    currency: str
    logo: Image | None = None
    policies: tuple[Policy, ...] = ()
    brand: Brand = Brand()
    metafields: Metafields = ()
