"""Cache tags of what an event changes: the only place that says so.

Of each kind there is one tag for all objects (`products`) and one for each: by key (`product-42`), and by handle
(`product/harbour-mug`) where it has one. Lists that show an object have the tag of all.
"""

from collections.abc import Iterable, Mapping

from domain.events import (
    AvailabilityChanged,
    CollectionsChanged,
    Event,
    EventsLost,
    FlashSaleChanged,
    FlashSaleEnded,
    FlashSaleStarted,
    HomepagePublished,
    MenuChanged,
    ProductsChanged,
    ProductsDeleted,
)

PRODUCTS, COLLECTIONS, MENUS, HOMEPAGES, FLASH_SALES = "products", "collections", "menus", "homepages", "flash-sales"
EVERYTHING = (COLLECTIONS, FLASH_SALES, HOMEPAGES, MENUS, PRODUCTS)
# More tags than this in one body become the tags of all objects of their kinds.
MAX_TAGS = 1_000


def tags_of(event: Event, handles: Mapping[int, str]) -> tuple[str, ...]:
    """The tags of exactly what an event changes, ascending. `handles` are those of its products that exist.

    >>> tags_of(ProductsChanged((42,)), {42: "harbour-mug"})
    ('product-42', 'product/harbour-mug', 'products')
    >>> tags_of(MenuChanged("main"), {})
    ('menu/main', 'menus')
    """
    return tuple(sorted(set(_tags(event, handles))))


def _tags(event: Event, handles: Mapping[int, str]) -> Iterable[str]:
    match event:
        case EventsLost():
            return EVERYTHING
        case ProductsChanged() | AvailabilityChanged() | ProductsDeleted():
            return _of_products(event.product_ids, handles)
        case FlashSaleStarted() | FlashSaleEnded():
            return (*_of_products(event.product_ids, handles), *_of_sale(event.sale_id))
        case FlashSaleChanged():
            return _of_sale(event.sale_id)
        case CollectionsChanged():
            return (*(f"collection/{handle}" for handle in event.handles), COLLECTIONS) if event.handles else ()
        case MenuChanged():
            return (f"menu/{event.handle}", MENUS)
        case HomepagePublished():
            return (f"homepage/{event.territory}/{event.platform}", HOMEPAGES)
        case _:
            return ()


def _of_products(ids: Iterable[int], handles: Mapping[int, str]) -> list[str]:
    tags = [tag for key in ids for tag in (f"product-{key}", *_by_handle(handles.get(key)))]
    return [*tags, PRODUCTS] if tags else []


def _by_handle(handle: str | None) -> tuple[str, ...]:
    return () if handle is None else (f"product/{handle}",)


def _of_sale(sale_id: int) -> tuple[str, str]:
    return (f"flash-sale-{sale_id}", FLASH_SALES)


def merged(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags together, each once; the general ones alone when there are too many for one body.

    >>> merged(["products", "product-2", "product-1", "products"])
    ('product-1', 'product-2', 'products')
    """
    every = sorted(set(tags))
    return tuple(every) if len(every) <= MAX_TAGS else tuple(tag for tag in every if tag in EVERYTHING)
