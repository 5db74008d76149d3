"""Menus, pages and the shop itself, as records."""

from dataclasses import dataclass
from datetime import datetime

from domain.catalog.records import Image, Seo


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
    """A menu by its handle."""

    id: str
    handle: str
    title: str
    items: tuple[MenuItem, ...]


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


@dataclass(frozen=True, slots=True)
class Policy:
    """A legal text of the shop."""

    id: str
    handle: str
    title: str
    html: str
    url: str


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop as it presents itself; policies are keyed by handle (`privacy-policy`)."""

    name: str
    description: str
    url: str
    currency: str
    logo: Image | None = None
    policies: tuple[Policy, ...] = ()
