"""The first row of a product in Shopify's CSV: what it says about the product as a whole."""

import json

from datasources.imports.cells import BadCell, flag, needed, text
from datasources.imports.columns import OF_PRODUCT, OPTIONS, Header
from domain.catalog.drafts import ProductDraft, collection_of_type
from domain.catalog.handles import MAX_HANDLE, handle_of, is_handle
from domain.catalog.metafields import MAX_VALUE, MetafieldCell
from domain.catalog.records import ProductStatus, Seo
from domain.catalog.tags import distinct
from domain.kit.urls import is_followed

MAX_HTML = 65_536
MAX_TAGS = 250
DEFAULT_OPTION = "Title"
_STATUSES = {"": ProductStatus.ACTIVE} | {status.value.lower(): status for status in ProductStatus}
_OPTION_NAMES = tuple(f"Option{number} Name" for number in OPTIONS)
# Types of metafields whose values, or members of a list, are URLs.
_ADDRESSES = frozenset(("url", "link", "list.url", "list.link"))


def head_of(cells: dict[str, str], handle: str, header: Header) -> ProductDraft:
    """What the first row says about the product as a whole. Raises `BadCell`."""
    if not is_handle(handle):
        raise BadCell(_no_handle(cells))
    if len(handle) > MAX_HANDLE:
        raise BadCell(f"Handle is longer than {MAX_HANDLE} characters")
    return ProductDraft(
        handle=handle,
        title=needed(cells, "Title") if "Title" in header.known else "",
        vendor=text(cells, "Vendor"),
        product_type=text(cells, "Type"),
        status=_status(cells),
        option_names=_option_names(cells, header),
        variants=(),
        html=text(cells, "Body (HTML)", MAX_HTML),
        tags=_tags(cells),
        seo=Seo(text(cells, "SEO Title", 1_000) or None, text(cells, "SEO Description", 1_000) or None),
        collections=tuple(collections_of(cells)),
        published=flag(cells, "Published", True),
        is_gift_card=flag(cells, "Gift Card", False),
        metafields=metafields_of(cells, header, of_variant=False),
        included=tuple(
            (market.territory.code, flag(cells, column, True))
            for column, market in header.markets.items()
            if market.field == "included"
        ),
        absent=header.absent,
        is_partial=not header.is_whole,
    )


def _no_handle(cells: dict[str, str]) -> str:
    if "Handle" not in cells:
        return "Title has no letter or digit that a handle could be made of"
    return "Handle must contain only letters, digits, hyphens and underscores" if cells["Handle"] else "Handle is blank"


def remarks_of(draft: ProductDraft) -> list[str]:
    """What the shop does not do with a product although its file says it."""
    if draft.is_gift_card and draft.status in (ProductStatus.ACTIVE, ProductStatus.UNLISTED):
        return ["gift cards cannot be sold yet: the product is kept as a draft"]
    return []


def differing(cells: dict[str, str], first: dict[str, str], header: Header) -> list[str]:
    """Remarks on cells of a later row that contradict the first row of the product."""
    columns = [column for column in (*OF_PRODUCT, *_OPTION_NAMES[1:]) if column in header.known]
    columns += [column for column, name in header.metafields.items() if not name.of_variant]
    columns += [column for column, market in header.markets.items() if market.field == "included"]
    return [
        f"{column} differs from that of the first row of its product, which counts"
        for column in columns
        if cells[column] and cells[column] != first[column]
    ]


def collections_of(cells: dict[str, str]) -> list[tuple[str, str]]:
    """The collections that a row names: by the type of the product, and by the column of collections."""
    title = text(cells, "Collection")
    named = [(handle_of(title), title)] if handle_of(title) else []
    return [*collection_of_type(text(cells, "Type")), *named]


def metafields_of(cells: dict[str, str], header: Header, *, of_variant: bool) -> tuple[MetafieldCell, ...]:
    """The metafields of a row; blank cells remove theirs. Raises `BadCell`.

    A metafield may have a column for each of its types, of which a row fills one.
    """
    found: dict[tuple[str, str], MetafieldCell] = {}
    for column, name in header.metafields.items():
        cell = MetafieldCell(name.namespace, name.key, name.type, text(cells, column, MAX_VALUE))
        _check_addresses(column, cell)
        if name.of_variant is of_variant and (cell.value or (name.namespace, name.key) not in found):
            found[name.namespace, name.key] = cell
    return tuple(found.values())


def _check_addresses(column: str, cell: MetafieldCell) -> None:
    """Browsers follow what is of these types; a script is no address."""
    if cell.type in _ADDRESSES and cell.value and not all(map(is_followed, _addresses(cell.value))):
        raise BadCell(f"{column} must be an http, https, mailto, sms or tel URL")


def _addresses(value: str) -> list[str]:
    """The URL itself, or those in a JSON list or link."""
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    members = found if isinstance(found, list) else [found]
    return [str(each.get("url", "")) if isinstance(each, dict) else str(each) for each in members]


def _status(cells: dict[str, str]) -> ProductStatus:
    try:
        return _STATUSES[cells.get("Status", "").lower()]
    except KeyError:
        raise BadCell("Status must be active, draft, unlisted or archived") from None


def _option_names(cells: dict[str, str], header: Header) -> tuple[str, ...]:
    """The names up to the last one that is set. A product without options has one option, Title."""
    if "Option1 Name" not in header.known:
        values = [cells.get(f"Option{number} Value", "") for number in OPTIONS]
        count = max((number for number, value in enumerate(values, 1) if value), default=1)
        return (DEFAULT_OPTION,) if count == 1 else tuple(f"Option {number}" for number in range(1, count + 1))
    names = [text(cells, name) for name in _OPTION_NAMES]
    while names and not names[-1]:
        names.pop()
    if not names:
        return (DEFAULT_OPTION,)
    if not all(names) or len(set(names)) < len(names):
        raise BadCell("the option names have gaps or repeat a name")
    return tuple(names)


def _tags(cells: dict[str, str]) -> tuple[str, ...]:
    tags = distinct(tag.strip() for tag in text(cells, "Tags", MAX_HTML).split(",") if tag.strip())
    if len(tags) > MAX_TAGS or any(len(tag) > 255 for tag in tags):
        raise BadCell(f"Tags has more than {MAX_TAGS} tags or a tag longer than 255 characters")
    return tags
