"""Changes of products by staff."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from datasources.catalog import collection_writes as collections_store
from datasources.catalog import products as catalog
from datasources.content.edits import PRODUCTS, ContentEdits, Edit
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.catalog.records import Product, ProductChanges, ProductContent, Seo
from domain.catalog.tags import distinct
from domain.events import CollectionsChanged, ProductsChanged
from domain.kit.refusals import CONTENT_UNAVAILABLE, INPUT, RefusalCode, Refused, Unavailable, refuse
from services.accounts.authority import require
from services.kit.clock import utc_now
from services.kit.html import plain_text, sanitised

MAX_TITLE = 255
MAX_HTML = 65_536
MAX_TAGS = 250
MAX_SEO = 1_000
MAX_EDITS = 100
_ATTEMPTS = 5


class CatalogService:
    """Changes exact parts and content of products in one call."""

    def __init__(self, database: Database, edits: ContentEdits) -> None:
        self._database = database
        self._edits = edits

    async def update_product(self, viewer: Viewer, product_id: int, changes: ProductChanges) -> Product:
        """Changes a product. Refused: NOT_FOUND, BLANK, TOO_LONG. Raises `Unavailable`.

        The document is written before the row, with no transaction open. If that fails, nothing has changed. If the row
        fails after it, the row differs from the document until the change is repeated, and `announce_edits` writes the
        missing event later. What is stored already is not written again: nobody hears of it.
        """
        await require(self._database, viewer, Permission.PRODUCTS)
        _check(changes)
        stored = await catalog.stored(self._database, product_id)
        if stored is None:
            raise _missing()
        if await self._is_as_stored(stored, changes):
            return stored
        if not changes.concern_content:
            return await self._database.transact(lambda tx: self._update_row(tx, viewer, product_id, changes))
        for _ in range(_ATTEMPTS):
            edit = await self._edits.change_product(product_id, lambda content: _changed_content(content, changes))
            product = await self._database.transact(lambda tx: _write_row(tx, product_id, changes))
            if await self._is_settled(edit):
                return product
        raise Unavailable(CONTENT_UNAVAILABLE, "The product is being imported. Try again in a moment.")

    async def announce_edits(self, before: datetime) -> int:
        """Writes the missing events of edits made before a time whose process ended; returns their number."""
        edits = await self._edits.unannounced(PRODUCTS, before, MAX_EDITS)
        for edit in edits:
            await self._announce(edit)
        return len(edits)

    async def _announce(self, edit: Edit) -> None:
        with suppress(Refused):  # a deleted product has nothing to announce
            await self._database.transact(lambda tx: _write_row(tx, edit.key, ProductChanges()))
        await self._edits.announced(edit)

    async def _is_as_stored(self, stored: Product, changes: ProductChanges) -> bool:
        if _changed(stored, changes) != stored:
            return False
        content = await self._edits.product(stored.id) if changes.concern_content else None
        return content is None or _changed_content(content, changes) == content

    async def _update_row(self, tx: Tx, viewer: Viewer, product_id: int, changes: ProductChanges) -> Product:
        await require(tx, viewer, Permission.PRODUCTS)
        _check(changes)
        return await _write_row(tx, product_id, changes)

    async def _is_settled(self, edit: Edit) -> bool:
        """Whether the document still has the edit after its row is written: an import replaces whole documents.

        An import that read the row before the edit finds it changed and writes everything again. So in the end row and
        document both come from the import, or both have the edit.
        """
        try:
            return await self._edits.announced(edit)
        except Unavailable:
            return True  # `announce_edits` checks it again


async def _write_row(tx: Tx, product_id: int, changes: ProductChanges) -> Product:
    """Writes the row and its events, even if only the document changed, so that the next import sees the change."""
    old = await catalog.lock_product(tx, product_id, utc_now())
    if old is None:
        raise _missing()
    new = _changed(old, changes)
    await catalog.change_product(tx, new, status_changed=new.status is not old.status)
    await outbox.add(tx, ProductsChanged((product_id,)))
    if new.status is not old.status and (handles := await collections_store.handles_of(tx, [product_id])):
        await outbox.add(tx, CollectionsChanged(tuple(handles)))
    return new


def _missing() -> Refused:
    return refuse(RefusalCode.NOT_FOUND, "The product does not exist.", "product_id")


def _check(changes: ProductChanges) -> None:
    for term, value in (("title", changes.title), ("vendor", changes.vendor), ("product_type", changes.product_type)):
        if value is not None and len(value) > MAX_TITLE:
            raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TITLE} characters.", term)
    if changes.title is not None and not changes.title.strip():
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    # The text that is stored may be longer: `&` becomes `&amp;`. A product file can hold no longer one.
    if changes.html is not None and max(len(changes.html), len(sanitised(changes.html))) > MAX_HTML:
        raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_HTML} characters.", "html")
    if changes.tags is not None and (len(changes.tags) > MAX_TAGS or any(len(tag) > 255 for tag in changes.tags)):
        raise refuse(
            RefusalCode.TOO_LONG, f"{INPUT} must be at most {MAX_TAGS} texts of at most 255 characters.", "tags"
        )
    if changes.seo is not None:
        for term, text in (("title", changes.seo.title), ("description", changes.seo.description)):
            if len(text or "") > MAX_SEO:
                raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_SEO} characters.", "seo", term)


def _changed(old: Product, changes: ProductChanges) -> Product:
    return replace(
        old,
        title=old.title if changes.title is None else changes.title.strip(),
        vendor=old.vendor if changes.vendor is None else changes.vendor,
        product_type=old.product_type if changes.product_type is None else changes.product_type,
        status=old.status if changes.status is None else changes.status,
    )


def _changed_content(old: ProductContent, changes: ProductChanges) -> ProductContent:
    html = old.html if changes.html is None else sanitised(changes.html)
    return replace(
        old,
        html=html,
        description=plain_text(html),
        tags=old.tags if changes.tags is None else distinct(changes.tags),
        seo=old.seo if changes.seo is None else _changed_seo(old.seo, changes.seo),
    )


def _changed_seo(old: Seo, changes: Seo) -> Seo:
    return Seo(
        old.title if changes.title is None else changes.title or None,
        old.description if changes.description is None else changes.description or None,
    )
