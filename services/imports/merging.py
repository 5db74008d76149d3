"""What a draft leaves as it is stored, because its source does not have it."""

from collections.abc import Collection, Container, Sequence
from dataclasses import replace
from operator import itemgetter

from datasources.catalog.product_writes import StoredProduct
from datasources.imports.products_csv import MAX_IMAGES
from domain.catalog.drafts import ProductDraft
from domain.catalog.records import Image, ProductContent, ProductStatus, Seo

_IN_ROW = ("title", "vendor", "product_type", "is_gift_card")


def head_merged(draft: ProductDraft, stored: StoredProduct) -> ProductDraft:
    """The draft with the stored values of the columns of its row that its source does not have."""
    kept = {name: getattr(stored, name) for name in _IN_ROW if name in draft.absent}
    if "status" in draft.absent:
        kept["status"] = ProductStatus.ACTIVE if was_hidden(draft, stored) else stored.own_status or stored.status
    if "published" in draft.absent:
        kept["published"] = stored.is_published
    return replace(draft, **kept)


def was_hidden(draft: ProductDraft, stored: StoredProduct) -> bool:
    """Whether a draft of an earlier version may be one only because its file did not publish it.

    Such a file has no Status, so a later one like it decides by Published alone.
    """
    decides = "status" in draft.absent and "published" not in draft.absent
    return decides and stored.is_draft_for_unknown_reason


def content_of(draft: ProductDraft, product_id: int) -> ProductContent:
    """The document of a new product."""
    return ProductContent(
        product_id, draft.html, draft.description, draft.tags, draft.images, draft.seo, draft.only_of_variants
    )


def content_merged(draft: ProductDraft, stored: ProductContent, left: Collection[str] = ()) -> ProductContent:
    """The document with the stored values of what the source of the draft does not have.

    `left` are the pictures of the stored variants that the draft leaves as they are.
    """
    given, absent = _with_left(content_of(draft, stored.product_id), stored, left), draft.absent
    if "rows" in absent:
        given, absent = _with_own(given, stored), absent | {"image_positions"}
    # Cells have no spaces around their text, texts of earlier versions may have them.
    keeps_html = "html" in absent or given.html == stored.html.strip()
    images = _images(given, stored, absent)
    return replace(
        given,
        html=stored.html if keeps_html else given.html,
        description=stored.description if keeps_html else given.description,
        tags=stored.tags if "tags" in absent else given.tags,
        images=images,
        only_of_variants=(stored if "image_url" in absent else given).only_of_variants,
        seo=Seo(
            stored.seo.title if "seo_title" in absent else given.seo.title,
            stored.seo.description if "seo_description" in absent else given.seo.description,
        ),
    )


def _with_left(given: ProductContent, stored: ProductContent, left: Collection[str]) -> ProductContent:
    """The content with the stored pictures of variants that stay."""
    known = {one.url for one in given.images}
    more = [one for one in stored.images if one.url in left and _is_added(one, stored, known)]
    added = (*given.only_of_variants, *(one.url for one in more))
    return replace(given, images=(*given.images, *more), only_of_variants=added)


def _with_own(given: ProductContent, stored: ProductContent) -> ProductContent:
    """The content with all stored pictures of the product, which unreadable rows may have named."""
    own = {one.url: one for one in stored.images if one.url not in stored.only_of_variants}
    images = list({one.url: one for one in (*given.images, *own.values())}.values())
    return replace(
        given,
        images=tuple(images[: max(MAX_IMAGES, len(given.images))]),
        only_of_variants=tuple(url for url in given.only_of_variants if url not in own),
    )


def _images(given: ProductContent, stored: ProductContent, absent: frozenset[str]) -> tuple[Image, ...]:
    """The pictures of the product, then those that only variants have."""
    own = stored if "images" in absent else given
    images = own.images if own is stored else _again(given.images, stored.images, absent)
    of_variants = stored if "image_url" in absent else given
    found = {one.url: one for one in images if one.url not in own.only_of_variants}
    return (*found.values(), *(one for one in of_variants.images if _is_added(one, of_variants, found)))


def _is_added(one: Image, content: ProductContent, own: Container[str]) -> bool:
    return one.url in content.only_of_variants and one.url not in own


def _again(given: Sequence[Image], stored: Sequence[Image], absent: frozenset[str]) -> list[Image]:
    """The given pictures; those that are stored keep their ids and what the source does not say of them."""
    before = {one.url: (place, one) for place, one in enumerate(stored)}
    found = []
    for place, one in enumerate(given):
        was, old = before.get(one.url, (len(before) + place, one))
        alt_text = old.alt_text if "image_alt" in absent else one.alt_text
        kept = replace(one, id=old.id, alt_text=alt_text, width=one.width or old.width, height=one.height or old.height)
        found.append((was if "image_positions" in absent else place, kept))
    return [one for _, one in sorted(found, key=itemgetter(0))]
