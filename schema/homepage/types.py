"""The homepage, a composed record. No field reads a database."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.homepage import records, sources
from domain.homepage.serving import ServedHomepage
from resolvers.context import Info
from resolvers.homepage import serving as resolve
from resolvers.kit.arguments import Arg
from schema.catalog.media import Image
from schema.enums import CountryCode, HomepageSoldOut, Platform
from schema.kit.common import MoneyV2, is_record
from schema.kit.scalars import HTML, URL

Field = strawberry.field


def own_url(root: strawberry.Parent[sources.Banner | records.MenuEntry], info: Info) -> URL:
    """An absolute URL, so that clients can recognize the shop's pages by their domain."""
    return URL(info.context.urls.page(root.url))


@strawberry.type(description="An entry of the homepage's menu.")
class HomepageMenuItem:
    """A view over `domain.homepage.records.MenuEntry`."""

    title: str = Field(description="The label of the entry.")
    url = Field(resolver=own_url, description="The target URL.", graphql_type=URL)
    items: list["HomepageMenuItem"] = Field(description="Entries below this one.")


@strawberry.type(description="A product as the homepage shows it.")
class HomepageProductCard:
    """A view over `domain.homepage.records.ProductCard`."""

    id: strawberry.ID = Field(description="The id of the product.")
    handle: str = Field(description="The product's name in URLs.")
    title: str = Field(description="The product's name.")
    image: Image | None = Field(description="The first picture.")
    price: MoneyV2 = Field(description="The lowest price in the visitor's territory.")
    compare_at_price: MoneyV2 | None = Field(description="The price before a reduction.")
    available_for_sale: bool = Field(description="Whether it can be bought; may be up to a second old.")


@strawberry.interface(description="A section of the homepage.")
class HomepageSection:
    """All sections have a title and an id that is unique on their page."""

    id: strawberry.ID = Field(description="Unique on the page.")
    title: str = Field(description="The heading.")


@strawberry.type(description="A picture with text and a link.")
class HomepageBanner:
    """A view over `domain.homepage.records.Banner`."""

    title: str = Field(description="The headline.")
    subtitle: str = Field(description="The subtitle.")
    image: Image = Field(description="The picture.")
    url = Field(resolver=own_url, description="The target URL.", graphql_type=URL)


@strawberry.type(description="Banners.")
class HomepageBanners(HomepageSection):
    """A view over `domain.homepage.records.BannerSection`."""

    is_type_of = is_record(sources.BannerSection)

    banners: list[HomepageBanner] = Field(description="The banners in order.")


@strawberry.type(description="A row of products.")
class HomepageShelf(HomepageSection):
    """A view over `domain.homepage.records.Shelf`."""

    is_type_of = is_record(records.Shelf)

    handle: str | None = Field(description="The handle of its collection, if any.")
    sold_out: HomepageSoldOut = Field(description="What happens to sold-out products.")
    products: list[HomepageProductCard] = Field(description="The products.")


@strawberry.type(description="The best-selling categories, each with its best-selling products.")
class HomepageTopCategories(HomepageSection):
    """A view over `domain.homepage.records.TopCategories`."""

    is_type_of = is_record(records.TopCategories)

    categories: list[HomepageShelf] = Field(description="The categories, best sellers first.")


@strawberry.type(description="Products chosen for the visitor, or best sellers if nothing is known about the visitor.")
class HomepageRecommendations(HomepageSection):
    """A view over `domain.homepage.records.Recommendations`."""

    is_type_of = is_record(records.Recommendations)

    products: list[HomepageProductCard] = Field(description="The products.")


@strawberry.type(description="A product in a flash sale.")
class HomepageFlashSaleItem:
    """A view over `domain.homepage.records.FlashSaleCard`."""

    product: HomepageProductCard = Field(description="The product.")
    price: MoneyV2 = Field(description="The lowest price in the sale.")
    units_left: int = Field(description="Units that were available when the page was built.")


@strawberry.type(description="A flash sale with its start and end, for a countdown.")
class HomepageFlashSale(HomepageSection):
    """A view over `domain.homepage.records.FlashSaleSection`."""

    is_type_of = is_record(records.FlashSaleSection)

    sale_title: str = Field(description="The title of the sale.")
    starts_at: datetime = Field(description="When it starts.")
    ends_at: datetime = Field(description="When it ends.")
    items: list[HomepageFlashSaleItem] = Field(description="The products in the sale.")


@strawberry.type(description="A menu as a section of the page.")
class HomepageMenu(HomepageSection):
    """A view over `domain.homepage.records.MenuSection`."""

    is_type_of = is_record(records.MenuSection)

    items: list[HomepageMenuItem] = Field(description="Its entries.")


@strawberry.type(description="Text.")
class HomepageText(HomepageSection):
    """A view over `domain.homepage.records.TextSection`."""

    is_type_of = is_record(sources.TextSection)

    html: HTML = Field(description="The text as HTML.")


# The schema collects these types from here, since clients reach them only through the interface.
SECTION_TYPES = (
    HomepageBanners,
    HomepageFlashSale,
    HomepageMenu,
    HomepageRecommendations,
    HomepageShelf,
    HomepageText,
    HomepageTopCategories,
)


@strawberry.type(description="The homepage of a territory on a platform.")
class Homepage:
    """A view over `domain.homepage.serving.ServedHomepage`."""

    territory: str = Field(description="The territory of the page.")
    platform: Platform = Field(description="The platform of the page.")
    version: int = Field(description="Grows with every publish.")
    built_at: datetime = Field(description="When it was composed.")
    menu: list[HomepageMenuItem] = Field(description="The main menu.")
    sections: list[HomepageSection] = Field(description="The sections of the page in order.")
    is_stale: bool = Field(
        description="Whether this is the last good page, because the shop could not check for a newer one."
    )
    personalized: bool = Field(description="Whether the page is sorted for this visitor, rather than for everybody.")


@strawberry.type
class HomepageQuery:
    """The homepage."""

    @strawberry.field(
        description="The composed homepage, served from memory. "
        "Fails with HOMEPAGE_UNAVAILABLE and `retryAfter` (seconds) while it is being prepared.",
        graphql_type=Homepage | None,
    )
    async def homepage(
        self,
        info: Info,
        platform: Annotated[Platform, Arg(description="The client that will show the page.")],
        country: Annotated[
            CountryCode | None, Arg(description="The visitor's country, in place of the one in `@inContext`.")
        ] = None,
    ) -> ServedHomepage:
        """Operations with this field alone do not get here: see `bff/answers/homepages.py`."""
        return await resolve.homepage(info.context, platform, None if country is None else country.value)
