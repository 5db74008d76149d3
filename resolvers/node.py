"""Anything with a global id."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Container
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from domain.content import MenuItem, MetaobjectField
from domain.kit.ids import key_of, split_global_id
from domain.kit.paging import MAX_PAGE, Page, page_request, slice_of
from domain.kit.refusals import INPUT, RefusalCode, refuse
from resolvers.cart.access import visible_cart
from resolvers.catalog.metafields import ShownMetafield
from resolvers.content.outage import absent_in_outage
from resolvers.context import Context, Info
from resolvers.kit.arguments import After, Arg, Before, First, GlobalId, Last
from resolvers.orders.access import visible_order
from resolvers.wishlist.reads import visible_wishlist

MAX_NODES = 250
Load = Callable[[Context, str], Awaitable[Any]]


async def _product(context: Context, gid: str) -> Any:
    key = key_of(gid, "Product")
    return None if key is None else await context.loaders.product.load(key)


async def _variant(context: Context, gid: str) -> Any:
    key = key_of(gid, "ProductVariant")
    return None if key is None else await context.loaders.variant.load((key, context.territory))


async def _collection(context: Context, gid: str) -> Any:
    key = key_of(gid, "Collection")
    return None if key is None else await context.loaders.collection.load(key)


async def _page(context: Context, gid: str) -> Any:
    parts = split_global_id(gid)
    return None if parts is None else await context.loaders.page.load(parts[1])


async def _order(context: Context, gid: str) -> Any:
    return await visible_order(context, gid, None)


async def _article(context: Context, gid: str) -> Any:
    parts = split_global_id(gid)
    return None if parts is None else await context.loaders.article.load(parts[1])


async def _blog(context: Context, gid: str) -> Any:
    parts = split_global_id(gid)
    return None if parts is None else await context.loaders.blog.load(parts[1])


async def _metaobject(context: Context, gid: str) -> Any:
    parts = split_global_id(gid)
    return None if parts is None else await context.loaders.metaobject.load(parts[1])


async def _menu(context: Context, gid: str) -> Any:
    parts = split_global_id(gid)
    return None if parts is None else await context.loaders.menu.load((parts[1], None))


async def _shop(context: Context, _gid: str) -> Any:
    return await context.reads.content.shop()


async def _policy(context: Context, gid: str) -> Any:
    parts, shop = split_global_id(gid), await context.reads.content.shop()
    policies = () if shop is None else shop.policies
    return next((policy for policy in policies if parts is not None and policy.id == parts[1]), None)


_KINDS: dict[str, Load] = {
    "Product": _product,
    "ProductVariant": _variant,
    "Collection": _collection,
    "Page": _page,
    "Cart": visible_cart,
    "Order": _order,
    "Article": _article,
    "Blog": _blog,
    "Menu": _menu,
    "Metaobject": _metaobject,
    "Shop": _shop,
    "ShopPolicy": _policy,
    "Wishlist": visible_wishlist,
}
_TARGETS = frozenset({"Article", "Blog", "Collection", "Metaobject", "Page", "Product", "ShopPolicy"})
_REFERENCES = frozenset({"Article", "Collection", "Metaobject", "Page", "Product", "ProductVariant"})


async def node(info: Info, id: GlobalId) -> Any:
    """The object with that id as the viewer may see it; null if the id names nothing."""
    return await _load(info, id)


async def nodes(info: Info, ids: Annotated[list[strawberry.ID], Arg(description="Global ids, at most 250.")]) -> Any:
    """The objects in the order of their ids, null for ids that name nothing."""
    if len(ids) > MAX_NODES:
        raise refuse(RefusalCode.TOO_MANY, f"{INPUT} must be at most {MAX_NODES} ids.", "ids")
    return await asyncio.gather(*(_load(info, gid) for gid in ids))


async def menu_target(root: Parent[MenuItem], info: Info) -> Any:
    """The object that an entry of a menu leads to, as the viewer may see it."""
    return None if root.resource is None else await _load(info, root.resource, _TARGETS)


async def referenced(root: Parent[ShownMetafield | MetaobjectField], info: Info) -> Any:
    """The object that a metafield names, as the viewer may see it."""
    is_single = root.type.endswith("_reference") and not _is_list(root)
    return await _load(info, root.value, _REFERENCES) if is_single else None


async def references(
    root: Parent[ShownMetafield | MetaobjectField],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Any] | None:
    """The objects that a metafield names, in the order of its value; those that are gone are left out."""
    if not (root.type.endswith("_reference") and _is_list(root)):
        return None
    found = await asyncio.gather(*(_load(info, gid, _REFERENCES) for gid in _listed(root.value)))
    return slice_of([each for each in found if each is not None], page_request(first, after, last, before, MAX_PAGE))


def _is_list(metafield: ShownMetafield | MetaobjectField) -> bool:
    return metafield.type.startswith("list.")


def _listed(value: str) -> list[str]:
    """The ids in the value of a list; none for what is no JSON list of texts."""
    try:
        found = json.loads(value)
    except ValueError:
        return []
    return [each for each in found[:MAX_PAGE] if isinstance(each, str)] if isinstance(found, list) else []


@absent_in_outage(None)
async def _load(info: Info, gid: str, kinds: Container[str] = _KINDS) -> Any:
    parts = split_global_id(gid)
    load = None if parts is None or parts[0] not in kinds else _KINDS.get(parts[0])
    return None if load is None else await load(info.context, gid)
