"""The homepage, answered from this process's memory, which follows Redis. No selection reads any other store."""

from datasources.homepage.copies import Copy
from domain.accounts import Consent, Viewer
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.serving import ServedHomepage
from domain.kit.refusals import Unavailable
from domain.personal.pages import personalized
from domain.personal.records import person_of
from domain.personal.tastes import Taste
from domain.territories.markets import Territory
from resolvers.context import Context
from resolvers.kit.scopes import Scope
from resolvers.shop import ShopContext


async def homepage(context: Context, platform: Platform, country: str | None = None) -> ServedHomepage:
    """The page of the visitor's territory, sorted by what they like if that is known. Raises `Unavailable`."""
    key = homepage_key(context.shop, context.territory, platform, country)
    page = page_of(context.shop, key, await copy_of(context.shop, key))
    context.depends_on(Scope.VIEWER)
    person = person_of(context.viewer, context.consent)
    if person is None:
        return page
    taste = _usable(await context.taste(person), context.consent)
    return page if taste is None else personalized(page, taste)


async def homepage_taste(shop: ShopContext, viewer: Viewer, consent: Consent) -> Taste | None:
    """The taste that a page follows; None when there is none, it may not be used or it cannot be read at once."""
    person = person_of(viewer, consent)
    return _usable(None if person is None else await shop.reads.tastes.get(person), consent)


def _usable(taste: Taste | None, consent: Consent) -> Taste | None:
    return None if taste is None else (taste.permitted(consent) or None)


def homepage_key(shop: ShopContext, territory: Territory, platform: Platform, country: str | None) -> HomepageKey:
    """The page of the country that the field names, else of the visitor's territory."""
    return HomepageKey((shop.territories.of_country(country) if country else territory).code, platform)


def page_of(shop: ShopContext, key: HomepageKey, copy: Copy) -> ServedHomepage:
    """The page for everybody. It is marked and counted as stale if the shop could not confirm it for a while."""
    page = copy.page(shop.reads.homepage.patience.stale)
    if page.is_stale:
        shop.homepage_stale(key)
    return page


async def copy_of(shop: ShopContext, key: HomepageKey) -> Copy:
    """The last good page in this process. Raises `Unavailable` when there is no such page."""
    copy = await shop.reads.homepage.get(key)
    if copy is None:
        shop.homepage_missed(key)
        raise Unavailable(
            "HOMEPAGE_UNAVAILABLE",
            "The homepage is being prepared; try again in a moment.",
            shop.homepage_missing_seconds,
        )
    return copy
