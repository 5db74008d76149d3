"""Anything with a global id."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from domain.kit.ids import key_of, split_global_id
from domain.kit.refusals import INPUT, RefusalCode, refuse
from resolvers.cart.access import visible_cart
from resolvers.content.outage import absent_in_outage
from resolvers.context import Context, Info
from resolvers.kit.arguments import Arg, GlobalId
from resolvers.orders.access import visible_order

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


_KINDS: dict[str, Load] = {
    "Product": _product,
    "ProductVariant": _variant,
    "Collection": _collection,
    "Page": _page,
    "Cart": visible_cart,
    "Order": _order,
}


async def node(info: Info, id: GlobalId) -> Any:
    """The object with that id as the viewer may see it; null if the id names nothing."""
    return await _load(info, id)


async def nodes(info: Info, ids: Annotated[list[strawberry.ID], Arg(description="Global ids, at most 250.")]) -> Any:
    """The objects in the order of their ids, null for ids that name nothing."""
    if len(ids) > MAX_NODES:
        raise refuse(RefusalCode.TOO_MANY, f"{INPUT} must be at most {MAX_NODES} ids.", "ids")
    return await asyncio.gather(*(_load(info, gid) for gid in ids))


@absent_in_outage(None)
async def _load(info: Info, gid: str) -> Any:
    parts = split_global_id(gid)
    load = None if parts is None else _KINDS.get(parts[0])
    return None if load is None else await load(info.context, gid)
