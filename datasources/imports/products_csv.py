"""Shopify's product CSV as product drafts. The rows of a product are consecutive; the first one describes the product.

An unreadable row is left out with its reason, and the rest of its product is imported. A product is left out when its
first row is unreadable or no variant remains. HTML is passed on as it is in the file: it is not safe yet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter

from datasources.imports.cells import MAX_TEXT, BadCell
from datasources.imports.columns import Header, header_of
from datasources.imports.csv_records import CsvFile, Record
from datasources.imports.heads_csv import collections_of, differing, head_of, remarks_of
from datasources.imports.pictures_csv import image, images_of
from datasources.imports.variants_csv import is_variant, variant_of
from domain.catalog.drafts import ProductDraft, VariantDraft
from domain.catalog.handles import handle_of, normal_handle
from domain.catalog.records import Image
from domain.imports import Remark, Severity, UnreadableFile
from domain.territories.markets import Territories

# None by itself: a product is named by its handle or its title.
COLUMNS: tuple[str, ...] = ()
MAX_VARIANTS = 2_048
MAX_IMAGES = 250
MAX_COLLECTIONS = 250
MAX_OPTION_KEY = 512
# Of one product: more than variants, pictures and collections can need. Of a file: for its digests of handles.
MAX_ROWS = 5_000
MAX_PRODUCTS = 1_000_000


def products(file: CsvFile, currency: str, markets: Territories | None = None) -> Iterator[ProductDraft | Remark]:
    """Drafts with prices in `currency`, and remarks on lines that were rejected or corrected.

    A handle that appears again after its product ended is refused: importing it would undo the first part. Only digests
    of handles are kept for that check, at most 100 MB. Raises `UnreadableFile`.
    """
    seen: set[int] = set()
    header: Header | None = None
    product: _Product | None = None
    for record in file:
        header = header or header_of(file.columns, markets)
        if isinstance(record, Remark):
            if product is not None and normal_handle(record.key) in ("", product.handle):
                product.is_partial = True
            yield record
            continue
        row = Record(record.line, header.cells(record.cells))
        handle = _handle(row.cells, product)
        if product is None or handle != product.handle:
            if product is not None:
                yield from product.finished()
            product = _Product(handle, row, currency, header, hash(handle) in seen)
            seen.add(hash(handle))
            if len(seen) > MAX_PRODUCTS:
                raise UnreadableFile(f"line {row.line} begins product {MAX_PRODUCTS + 1}: import the rest as a file")
        yield from product.add(row)
    header_of(file.columns, markets)  # a file without rows may still have the wrong columns
    if product is not None:
        yield from product.finished()


def _handle(cells: dict[str, str], before: "_Product | None") -> str:
    """The handle of a row. Without such a column the title makes it, and rows without a title continue the product."""
    if "Handle" in cells:
        return normal_handle(cells["Handle"])
    return handle_of(cells["Title"]) if cells["Title"] or before is None else before.handle


@dataclass(slots=True)
class _Product:
    """A product that is built from its rows."""

    handle: str
    first: Record
    currency: str
    header: Header
    came_before: bool
    head: ProductDraft | None = None
    variants: list[VariantDraft] = field(default_factory=list)
    options: set[tuple[str, ...]] = field(default_factory=set)
    images: dict[str, tuple[int, Image]] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    # Whether any row describes a variant, readable or not.
    has_rows: bool = False
    is_partial: bool = False

    def add(self, record: Record) -> Iterator[Remark]:
        """Adds a row, or returns why it cannot."""
        try:
            if record is self.first:
                self.head = self._head(record.cells)
            if self.head is None:
                raise BadCell("the first row of its product was rejected")
            if len(self.lines) == MAX_ROWS:
                raise BadCell(f"its product has more than {MAX_ROWS} rows")
            warnings = self._take(record.cells, self.head, is_first=record is self.first)
        except BadCell as bad:
            self.is_partial = True
            yield Remark(record.line, self._key(record), self.header.as_in_file(str(bad)))
            return
        self.lines.append(record.line)
        for reason in warnings:
            yield Remark(record.line, self.handle, self.header.as_in_file(reason), Severity.WARNING)

    def _key(self, record: Record) -> str:
        return (self.handle or record.cells.get("Title", ""))[:255]

    def _head(self, cells: dict[str, str]) -> ProductDraft:
        if self.came_before and self.handle:
            raise BadCell("the rows of its handle are not consecutive")
        return head_of(cells, self.handle, self.header)

    def _take(self, cells: dict[str, str], head: ProductDraft, *, is_first: bool) -> list[str]:
        warnings = remarks_of(head) if is_first else differing(cells, self.first.cells, self.header)
        describes = is_variant(cells, self.header, is_first=is_first)
        if describes:
            self.has_rows = True
            variant, more = variant_of(cells, head.option_names, self.currency, self.header)
            warnings += more + self._add_variant(variant)
        elif not (is_first or cells.get("Image Src") or cells.get("Collection")):
            raise BadCell("the row has neither a variant nor a picture")
        named = dict(collections_of(cells if is_first else {**cells, "Type": ""}))
        self.collections |= {key: title for key, title in named.items() if len(self.collections) < MAX_COLLECTIONS}
        return warnings + self._add_images(cells)

    def _add_variant(self, variant: VariantDraft) -> list[str]:
        warnings = []
        if variant.option_values in self.options:
            variant = self._told_apart(variant)
            warnings.append("an earlier variant has the same option values: the SKU was added to tell them apart")
        if len(self.variants) == MAX_VARIANTS:
            raise BadCell(f"its product has more than {MAX_VARIANTS} variants")
        if sum(map(len, variant.option_values)) + 3 > MAX_OPTION_KEY:
            raise BadCell(f"the option values are longer than {MAX_OPTION_KEY} characters together")
        self.variants.append(variant)
        self.options |= {variant.option_values} - {()}
        return warnings

    def _add_images(self, cells: dict[str, str]) -> list[str]:
        found, warnings = images_of(cells, len(self.images) + 1)
        for position, picture in found:
            place, before = self.images.get(picture.url, (position, picture))
            if picture.url not in self.images and len(self.images) == MAX_IMAGES:
                warnings.append(f"its product has more than {MAX_IMAGES} pictures: this one was left out")
                continue
            self.images[picture.url] = (place, before if before.alt_text else picture)
        return warnings

    def _told_apart(self, variant: VariantDraft) -> VariantDraft:
        """A variant whose option values another variant has, with its SKU added to the first of them."""
        first, *rest = variant.option_values
        apart = replace(variant, option_values=(f"{first} ({variant.sku})"[:MAX_TEXT], *rest))
        if variant.sku is None or apart.option_values in self.options:
            raise BadCell("an earlier variant of its product has the same option values and SKU")
        return apart

    def finished(self) -> Iterable[ProductDraft | Remark]:
        """The draft, or a remark for each of its rows when no variant is left."""
        if self.head is None or (self.has_rows and not self.variants):
            return [Remark(line, self.handle, "its product has no variant that could be read") for line in self.lines]
        images = [picture for _, picture in sorted(self.images.values(), key=itemgetter(0))]
        urls = [one.image_url for one in self.variants if one.image_url and one.image_url not in self.images]
        added = tuple(dict.fromkeys(urls))[: MAX_IMAGES - len(images)]
        return [
            replace(
                self.head,
                variants=tuple(self.variants),
                images=(*images, *map(image, added)),
                only_of_variants=added,
                collections=tuple(self.collections.items()),
                lines=tuple(self.lines),
                absent=self.head.absent | ({"rows"} if self.is_partial else frozenset()),
                is_partial=self.is_partial or self.head.is_partial or not self.has_rows,
            )
        ]
