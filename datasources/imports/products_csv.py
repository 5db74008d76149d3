"""Shopify's product CSV as product drafts. The rows of a product are consecutive; the first one describes the product.

An unreadable row is left out with its reason, and the rest of its product is imported. A product is left out when its
first row is unreadable or no variant remains. HTML is passed on as it is in the file: it is not safe yet.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from datasources.imports.cells import MAX_TEXT, BadCell, flag, needed, text
from datasources.imports.csv_records import CsvFile, Record
from datasources.imports.variants_csv import image_of, is_variant, variant_of
from domain.catalog.handles import handle_of
from domain.catalog.records import Image, ProductDraft, ProductStatus, Seo, VariantDraft
from domain.imports import Remark, Severity

COLUMNS = ("Handle", "Title", "Variant Price")
MAX_HTML = 65_536
MAX_VARIANTS = 2_048
MAX_IMAGES = 250
MAX_TAGS = 250
MAX_ATTRIBUTE = 5_000
MAX_OPTION_KEY = 512
_OPTIONS = (1, 2, 3)
_HANDLE = re.compile(r"[\w-]+")
_METAFIELD = re.compile(r"(.+?) \(product\.metafields\.[^)]+\)")
_GOOGLE = "Google Shopping / "
# Anyone who has the URL can buy an "unlisted" product; this shop does not show it.
_STATUSES = {
    "": ProductStatus.ACTIVE,
    "active": ProductStatus.ACTIVE,
    "draft": ProductStatus.DRAFT,
    "unlisted": ProductStatus.DRAFT,
    "archived": ProductStatus.ARCHIVED,
}


def products(file: CsvFile, currency: str) -> Iterator[ProductDraft | Remark]:
    """Drafts with prices in `currency`, and remarks on lines that were rejected or corrected.

    A handle that appears again after its product ended is refused: importing it would undo the first part. Only digests
    of handles are kept for that check, a few dozen bytes a product. Raises `UnreadableFile`.
    """
    seen: set[int] = set()
    product: _Product | None = None
    for record in file:
        if isinstance(record, Remark):
            if product is not None and record.key in ("", product.handle):
                product.is_partial = True
            yield record
            continue
        handle = record.cells["Handle"]
        if product is None or handle != product.handle:
            if product is not None:
                yield from product.finished()
            product = _Product(handle, record, currency, hash(handle) in seen)
            seen.add(hash(handle))
        yield from product.add(record)
    if product is not None:
        yield from product.finished()


@dataclass(slots=True)
class _Product:
    """A product that is built from its rows."""

    handle: str
    first: Record
    currency: str
    came_before: bool
    head: ProductDraft | None = None
    variants: dict[tuple[str, ...], VariantDraft] = field(default_factory=dict)
    images: dict[str, tuple[int, Image]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    is_partial: bool = False

    def add(self, record: Record) -> Iterator[Remark]:
        """Adds a row, or returns why it cannot."""
        try:
            if record is self.first:
                self.head = self._head(record.cells)
            if self.head is None:
                raise BadCell("the first row of its product was rejected")
            warnings = self._take(record.cells, self.head)
        except BadCell as bad:
            self.is_partial = True
            yield Remark(record.line, self.handle[:255], str(bad))
            return
        self.lines.append(record.line)
        for reason in warnings:
            yield Remark(record.line, self.handle, reason, Severity.WARNING)

    def _head(self, cells: dict[str, str]) -> ProductDraft:
        if self.came_before:
            raise BadCell("the rows of its handle are not consecutive")
        return head_of(cells)

    def _take(self, cells: dict[str, str], head: ProductDraft) -> list[str]:
        if not is_variant(cells) and not cells.get("Image Src"):
            raise BadCell("the row has neither a variant nor a picture")
        warnings: list[str] = []
        if is_variant(cells):
            variant, warnings = variant_of(cells, len(head.option_names), self.currency)
            if variant.option_values in self.variants:
                variant = self._told_apart(variant)
                warnings.append("an earlier variant has the same option values: the SKU was added to tell them apart")
            if len(self.variants) == MAX_VARIANTS:
                raise BadCell(f"its product has more than {MAX_VARIANTS} variants")
            if sum(map(len, variant.option_values)) + len(_OPTIONS) > MAX_OPTION_KEY:
                raise BadCell(f"the option values are longer than {MAX_OPTION_KEY} characters together")
            self.variants[variant.option_values] = variant
        image, position, more = image_of(cells, len(self.images) + 1)
        if image is not None and len(self.images) < MAX_IMAGES:
            self.images.setdefault(image.url, (position, image))
        elif image is not None and image.url not in self.images:
            more = [*more, f"its product has more than {MAX_IMAGES} pictures: this one was left out"]
        return [*warnings, *more]

    def _told_apart(self, variant: VariantDraft) -> VariantDraft:
        """A variant whose option values another variant has, with its SKU added to the first of them."""
        first, *rest = variant.option_values
        apart = replace(variant, option_values=(f"{first} ({variant.sku})"[:MAX_TEXT], *rest))
        if variant.sku is None or apart.option_values in self.variants:
            raise BadCell("an earlier variant of its product has the same option values and SKU")
        return apart

    def finished(self) -> Iterable[ProductDraft | Remark]:
        """The draft, or a remark for each of its rows when no variant is left."""
        if self.head is None or not self.variants:
            return [Remark(line, self.handle, "its product has no variant that could be read") for line in self.lines]
        ordered = sorted(self.images.values(), key=lambda placed: placed[0])
        return [
            replace(
                self.head,
                variants=tuple(self.variants.values()),
                images=tuple(image for _, image in ordered),
                is_partial=self.is_partial,
            )
        ]


def head_of(cells: dict[str, str]) -> ProductDraft:
    """What the first row says about the product as a whole. Raises `BadCell`."""
    handle = needed(cells, "Handle")
    if not _HANDLE.fullmatch(handle):
        raise BadCell("Handle must contain only letters, digits and hyphens")
    product_type = text(cells, "Type")
    collection = handle_of(product_type)
    return ProductDraft(
        handle=handle,
        title=needed(cells, "Title"),
        vendor=text(cells, "Vendor"),
        product_type=product_type,
        status=_status(cells),
        option_names=_option_names(cells),
        variants=(),
        html=text(cells, "Body (HTML)", MAX_HTML),
        tags=_tags(cells),
        seo=Seo(text(cells, "SEO Title", 1_000) or None, text(cells, "SEO Description", 1_000) or None),
        attributes=_attributes(cells),
        collections=((collection, product_type),) if collection else (),
    )


def _status(cells: dict[str, str]) -> ProductStatus:
    """A product that is not published is a draft, whatever its status."""
    try:
        status = _STATUSES[cells.get("Status", "").lower()]
    except KeyError:
        raise BadCell("Status must be active, draft, unlisted or archived") from None
    if status is ProductStatus.ACTIVE and not flag(cells, "Published", True):
        return ProductStatus.DRAFT
    return status


def _option_names(cells: dict[str, str]) -> tuple[str, ...]:
    """The names up to the last one that is set. A product without options has one option, Title."""
    names = [text(cells, f"Option{number} Name") for number in _OPTIONS]
    while names and not names[-1]:
        names.pop()
    if not names:
        return ("Title",)
    if not all(names) or len(set(names)) < len(names):
        raise BadCell("the option names have gaps or repeat a name")
    return tuple(names)


def _tags(cells: dict[str, str]) -> tuple[str, ...]:
    tags = dict.fromkeys(tag.strip() for tag in text(cells, "Tags", MAX_HTML).split(",") if tag.strip())
    if len(tags) > MAX_TAGS or any(len(tag) > 255 for tag in tags):
        raise BadCell(f"Tags has more than {MAX_TAGS} tags or a tag longer than 255 characters")
    return tuple(tags)


def _attributes(cells: dict[str, str]) -> dict[str, str]:
    """Metafields and the Google Shopping columns, by name. Costs and other internal data are not content."""
    attributes = {}
    for column, value in cells.items():
        if value and (name := _attribute(column)):
            attributes[name] = text(cells, column, MAX_ATTRIBUTE)
    return attributes


def _attribute(column: str) -> str | None:
    if column.startswith(_GOOGLE):
        name = column.removeprefix(_GOOGLE)
    elif metafield := _METAFIELD.fullmatch(column):
        name = metafield[1]
    else:
        return None
    # Dots and dollars have a meaning in the names of document fields.
    return name.replace(".", " ").replace("$", "").strip()[:255] or None
