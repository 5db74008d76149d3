"""Menus, pages and the shop."""

from typing import Annotated

from domain.content import ContentPage, Menu, Policy, Shop
from domain.homepage.keys import Platform
from domain.kit.ids import split_global_id
from domain.kit.paging import Page, page_request, slice_of
from domain.kit.refusals import Unavailable
from resolvers.content.outage import NOTHING, absent_in_outage, warn
from resolvers.context import Info
from resolvers.kit.arguments import After, Arg, Before, First, Handle, Last, OptionalId, Reverse, Words
from resolvers.kit.choices import PageSortKeys
from resolvers.search.texts import named


@absent_in_outage(None)
async def menu(
    info: Info,
    handle: str,
    platform: Annotated[
        Platform | None, Arg(description="The client that shows the menu, which may have one of its own.")
    ] = None,
) -> Menu | None:
    """A menu by handle."""
    return await info.context.loaders.menu.load((handle, platform))


@absent_in_outage(None)
async def page(info: Info, handle: Handle = None, id: OptionalId = None) -> ContentPage | None:
    """A page by id or handle."""
    if id is not None:
        parts = split_global_id(id)
        handle = parts[1] if parts is not None and parts[0] == "Page" else None
    return None if handle is None else await info.context.loaders.page.load(handle)


@absent_in_outage(NOTHING)
async def pages(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    query: Words = None,
    sort_key: Annotated[PageSortKeys | None, Arg(description="The order of the pages.")] = PageSortKeys.ID,
    reverse: Reverse = False,
) -> Page[ContentPage]:
    """A page of the pages, by handle unless another order is given."""
    every = await info.context.reads.content.all_pages()
    found = named(info.context, query, every, lambda page: (page.title, page.summary))
    if sort_key is PageSortKeys.TITLE:
        found.sort(key=lambda page: (page.title.casefold(), page.handle))
    if sort_key is PageSortKeys.UPDATED_AT:
        found.sort(key=lambda page: (page.updated_at, page.handle))
    return slice_of(found, page_request(first, after, last, before), reverse)


async def shop(info: Info) -> Shop:
    """The description of the shop. Raises `Unavailable` before the first seed."""
    try:
        found = await info.context.reads.content.shop()
    except Unavailable as outage:
        warn(info, outage)
        return Shop("", "", "", info.context.shop.territories.default.currency)
    if found is None:
        raise Unavailable("SHOP_UNAVAILABLE", "The shop is not set up yet.", 5.0)
    return found


def policy(shop: Shop, handle: str) -> Policy | None:
    """A policy of the shop by handle."""
    return next((policy for policy in shop.policies if policy.handle == handle), None)
