"""Products changed by staff."""

from dataclasses import replace

from datasources.catalog import collection_writes as collections_store
from datasources.catalog import products as catalog
from datasources.content.reads import Content
from datasources.content.writes import ContentStore
from datasources.kit import outbox
from datasources.kit.database import Database, Tx
from domain.accounts import Permission, Viewer
from domain.catalog.records import Product, ProductChanges, ProductContent
from domain.events import CollectionsChanged, ProductsChanged
from domain.kit.refusals import INPUT, RefusalCode, refuse
from services.accounts.authority import require
from services.kit.clock import utc_now
from services.kit.html import plain_text, sanitised

MAX_TITLE = 255
MAX_HTML = 65_536
MAX_TAGS = 250
MAX_SEO = 1_000


class CatalogService:
    """Changes to products: exact parts and content together, in one call."""

    def __init__(self, database: Database, content: Content, store: ContentStore) -> None:
        self._database = database
        self._content = content
        self._store = store

    async def update_product(self, viewer: Viewer, product_id: int, changes: ProductChanges) -> Product:
        """Changes a product. Refused: NOT_FOUND, BLANK, TOO_LONG.

        The document is written last inside the transaction: if that fails nothing has changed, and if the commit
        after it fails the row lags behind the document until the change is made again.
        """

        async def update(tx: Tx) -> Product:
            await require(tx, viewer, Permission.PRODUCTS)
            _check(changes)
            old = await catalog.lock_product(tx, product_id, utc_now())
            if old is None:
                raise refuse(RefusalCode.NOT_FOUND, "The product does not exist.", "product_id")
            new = _changed(old, changes)
            await catalog.change_product(tx, new)
            await outbox.add(tx, ProductsChanged((product_id,)))
            if new.status is not old.status and (handles := await collections_store.handles_of(tx, [product_id])):
                await outbox.add(tx, CollectionsChanged(tuple(handles)))
            await self._write_content(product_id, changes)
            return new

        return await self._database.transact(update)

    async def _write_content(self, product_id: int, changes: ProductChanges) -> None:
        if changes.html is None and changes.tags is None and changes.seo is None:
            return
        old = (await self._content.products([product_id]))[0]
        await self._store.put_products({product_id: _changed_content(old, changes)})


def _check(changes: ProductChanges) -> None:
    for term, value in (("title", changes.title), ("vendor", changes.vendor), ("product_type", changes.product_type)):
        if value is not None and len(value) > MAX_TITLE:
            raise refuse(RefusalCode.TOO_LONG, f"{INPUT} must have at most {MAX_TITLE} characters.", term)
    if changes.title is not None and not changes.title.strip():
        raise refuse(RefusalCode.BLANK, "Title can't be blank.", "title")
    if changes.html is not None and len(changes.html) > MAX_HTML:
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
        tags=old.tags if changes.tags is None else tuple(dict.fromkeys(changes.tags)),
        seo=old.seo if changes.seo is None else changes.seo,
    )
