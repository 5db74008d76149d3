"""The homepage: one Redis command and nothing else, whatever is selected."""

from typing import Annotated

from domain.events import HomepageMissing
from domain.homepage import HomepageKey, HomepageRecord, Platform
from domain.refusals import Unavailable
from resolvers.arguments import Arg
from resolvers.context import Context, Info


async def homepage(
    info: Info, platform: Annotated[Platform, Arg(description="The client that will show the page.")]
) -> HomepageRecord:
    """The composed page. When its record is lost it is asked for, once per some seconds over the whole fleet."""
    context = info.context
    key = HomepageKey(context.territory.code, platform)
    record = await context.reads.homepage.get(key)
    if record is None:
        context.shop.homepage_missed(key)
        await _report_missing(context, key)
        raise Unavailable(
            "HOMEPAGE_UNAVAILABLE",
            "The homepage is being prepared; try again in a moment.",
            context.shop.homepage_missing_seconds,
        )
    return record


async def _report_missing(context: Context, key: HomepageKey) -> None:
    if await context.reads.homepage.missing_once(key, context.shop.homepage_missing_seconds):
        await context.reads.stream.publish([HomepageMissing(key.territory, key.platform.value)])
