"""The homepages of the demo shop: wide banners on the web, square ones and shorter rows in apps."""

from typing import Any

from datasources.homepage.sources import decode_sources
from demo.kit.data import Data, read
from domain.homepage.keys import Platform
from domain.homepage.sources import SectionSource


class _Page(Data, frozen=True):
    """A homepage, its sections in the form in which the shop stores them."""

    platforms: tuple[Platform, ...]
    menu: str
    sections: list[dict[str, Any]]


def homepages() -> dict[Platform, tuple[str, tuple[SectionSource, ...]]]:
    """The menu and the sections of the homepage on each platform."""
    return {
        platform: (page.menu, decode_sources(page.sections))
        for page in read("homepages.json", tuple[_Page, ...])
        for platform in page.platforms
    }
