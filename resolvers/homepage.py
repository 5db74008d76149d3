"""The homepage: answered from this process's memory, which follows Redis; no other store, whatever is selected."""

from typing import Annotated

from datasources.homepage_copies import Copy
from domain.homepage import HomepageKey, Platform
from domain.homepage_serving import ServedHomepage
from domain.refusals import Unavailable
from resolvers.arguments import Arg
from resolvers.context import Context, Info, ShopContext


async def homepage(
    info: Info, platform: Annotated[Platform, Arg(description="The client that will show the page.")]
) -> ServedHomepage:
    """The composed page."""
    return await page_for(info.context, platform)


async def page_for(context: Context, platform: Platform) -> ServedHomepage:
    """The page of the visitor's territory. Raises `Unavailable`."""
    copy = await copy_of(context.shop, HomepageKey(context.territory.code, platform))
    return copy.page(context.reads.homepage.patience.stale)


async def copy_of(shop: ShopContext, key: HomepageKey) -> Copy:
    """The last good page that this process has. Raises `Unavailable` when it has none."""
    copy = await shop.reads.homepage.get(key)
    if copy is None:
        shop.homepage_missed(key)
        raise Unavailable(
            "HOMEPAGE_UNAVAILABLE",
            "The homepage is being prepared; try again in a moment.",
            shop.homepage_missing_seconds,
        )
    return copy
