"""The parts that several kinds of documents have: pictures, texts for search engines, metafields."""

from datasources.kit.documents import Document
from domain.catalog.records import Image, Seo
from domain.kit.metafields import AttachedMetafield


def image_of(document: Document | None) -> Image | None:
    """An image from its stored form."""
    if not document:
        return None
    return Image(
        document["id"],
        document["url"],
        document.get("alt_text"),
        document.get("width"),
        document.get("height"),
    )


def seo_of(document: Document | None) -> Seo:
    """The texts for search engines from their stored form."""
    return Seo(**{name: (document or {}).get(name) for name in ("title", "description")})


def metafields_of(document: Document) -> tuple[AttachedMetafield, ...]:
    """The metafields of a document."""
    return tuple(AttachedMetafield(**stored) for stored in document.get("metafields", ()))
