"""The homepage of the demo shop for each platform: wide banners on the web, square ones and shorter rows in apps."""

from domain.homepage.keys import Platform
from domain.homepage.sources import Banner, BannerSection, SectionSource, ShelfSource, TextSection, TopCategoriesSource
from services.seed.lists import LISTS, listings
from services.seed.pictures.library import image_of
from services.seed.pictures.names import View

_BANNERS = (
    ("summer", "The long evenings are here", "Lanterns, hammocks and cold lemonade", "Browse summer"),
    ("new-arrivals", "Just unpacked", "Kettles, lamps and blankets you have not met yet", "See what is new"),
    ("gifts", "For people who need nothing", "Small presents, already boxed", "Find a gift"),
)
_WELCOME = (
    "<p>Two hundred things from ten small workshops, chosen because they work, can be repaired and would be missed. "
    'Read <a href="/pages/about">how we choose</a>, or just look around.</p>'
)


def sections_of(platform: Platform) -> tuple[SectionSource, ...]:
    """The sections of the homepage on a platform."""
    on_web = platform is Platform.WEB
    size = 8 if on_web else 6
    return (
        BannerSection("banners", "Highlights", tuple(_banner(*texts, wide=on_web) for texts in _BANNERS)),
        ShelfSource("favourites", "Our favourites", LISTS["featured"].handle, size),
        TopCategoriesSource("top-categories", "What people are buying", 5 if on_web else 3, size),
        ShelfSource("new", "New arrivals", LISTS["new"].handle, size),
        ShelfSource("sale", "Reduced, not worse", LISTS["sale"].handle, size),
        *((ShelfSource("gifts", "Gifts", LISTS["gift"].handle, size),) if on_web else ()),
        TextSection("welcome", "Hello", _WELCOME),
    )


def _banner(handle: str, title: str, subtitle: str, alt_text: str, *, wide: bool) -> Banner:
    listing = next(listing for listing in listings() if listing.handle == handle)
    image = image_of(listing.picture(View.WIDE if wide else View.FRONT), alt_text)
    return Banner(title, subtitle, image, f"/collections/{handle}")
