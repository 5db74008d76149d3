"""What the demo shop says beyond the fields that every shop has: metaobjects, metafields, and old addresses."""

from datetime import UTC, datetime

from demo.kit.data import Data, read
from domain.content import Metaobject, MetaobjectField, UrlRedirect
from domain.kit.metafields import AttachedMetafield

_WRITTEN = datetime(2026, 1, 5, 9, tzinfo=UTC)


class _Metaobject(Data, frozen=True):
    """An object of a type of the shop's own."""

    type: str
    handle: str
    has_page: bool
    updated_at: datetime
    fields: tuple[MetaobjectField, ...]


class _Redirect(Data, frozen=True):
    """An old path and its target."""

    path: str
    target: str


class _Objects(Data, frozen=True):
    """All of them; metafields by the handle of their page, and those of every blog, every collection and the shop."""

    metaobjects: tuple[_Metaobject, ...]
    redirects: tuple[_Redirect, ...]
    of_pages: dict[str, tuple[MetaobjectField, ...]]
    of_blogs: tuple[MetaobjectField, ...]
    of_collections: tuple[MetaobjectField, ...]
    of_shop: tuple[MetaobjectField, ...]


def metaobjects() -> tuple[Metaobject, ...]:
    """Every metaobject, by type and handle."""
    return tuple(
        Metaobject(f"{one.type}/{one.handle}", one.type, one.handle, one.fields, one.updated_at, one.has_page)
        for one in _read().metaobjects
    )


def redirects() -> tuple[UrlRedirect, ...]:
    """Old paths of the storefront."""
    return tuple(UrlRedirect(one.path, one.path, one.target) for one in _read().redirects)


def metafields_of_page(handle: str) -> tuple[AttachedMetafield, ...]:
    """The metafields of a page; most have none."""
    return _attached(_read().of_pages.get(handle, ()))


def metafields_of_blogs() -> tuple[AttachedMetafield, ...]:
    """The metafields that every blog and every article has."""
    return _attached(_read().of_blogs)


def metafields_of_collections() -> tuple[AttachedMetafield, ...]:
    """The metafields that every collection has."""
    return _attached(_read().of_collections)


def metafields_of_shop() -> tuple[AttachedMetafield, ...]:
    """The metafields of the shop."""
    return _attached(_read().of_shop)


def _read() -> _Objects:
    return read("objects.json", _Objects)


def _attached(fields: tuple[MetaobjectField, ...]) -> tuple[AttachedMetafield, ...]:
    return tuple(AttachedMetafield("custom", one.key, one.type, one.value, _WRITTEN, _WRITTEN) for one in fields)
