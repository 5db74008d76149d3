"""The homepage: a composed record. No field of it leads to a database."""

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
    """Absolute, so that clients can tell the shop's pages by its domain."""
    return URL(info.context.own_url(root.url))


@strawberry.type(description="An entry of the homepage's menu.")
class HomepageMenuItem:
    """A view over `domain.homepage.records.MenuEntry`."""

    title: str = Field(description="The words of the entry.")
    url = Field(resolver=own_url, description="Where it leads.", graphql_type=URL)
    items: list["HomepageMenuItem"] = Field(description="Entries below this one.")


@strawberry.type(description="What the homepage shows of a product.")
class HomepageProductCard:
    """A view over `domain.homepage.records.ProductCard`."""

    id: strawberry.ID = Field(description="The id of the product.")
    handle: str = Field(description="The product's name in URLs.")
    title: str = Field(description="The product's name.")
    image: Image | None = Field(description="Its first picture.")
    price: MoneyV2 = Field(description="Its lowest price where the visitor shops.")
    compare_at_price: MoneyV2 | None = Field(description="What it cost before a reduction.")
    available_for_sale: bool = Field(description="Whether it can be bought, as of a second ago.")


@strawberry.interface(description="A part of the homepage.")
class HomepageSection:
    """Sections have an id that is unique on their page, and a title."""

    id: strawberry.ID = Field(description="Unique on the page.")
    title: str = Field(description="The heading.")


@strawberry.type(description="A picture with words that leads somewhere.")
class HomepageBanner:
    """A view over `domain.homepage.records.Banner`."""

    title: str = Field(description="The large words.")
    subtitle: str = Field(description="The small words.")
    image: Image = Field(description="The picture.")
    url = Field(resolver=own_url, description="Where it leads.", graphql_type=URL)


@strawberry.type(description="Banners.")
class HomepageBanners(HomepageSection):
    """A view over `domain.homepage.records.BannerSection`."""

    is_type_of = is_record(sources.BannerSection)

    banners: list[HomepageBanner] = Field(description="The banners in order.")


@strawberry.type(description="A row of products.")
class HomepageShelf(HomepageSection):
    """A view over `domain.homepage.records.Shelf`."""

    is_type_of = is_record(records.Shelf)

    handle: str | None = Field(description="The handle of the collection behind it, if there is one.")
    sold_out: HomepageSoldOut = Field(description="What is done with products that are sold out.")
    products: list[HomepageProductCard] = Field(description="The products.")


@strawberry.type(description="The best-selling categories, each with its best-selling products.")
class HomepageTopCategories(HomepageSection):
    """A view over `domain.homepage.records.TopCategories`."""

    is_type_of = is_record(records.TopCategories)

    categories: list[HomepageShelf] = Field(description="The categories, best sellers first.")


@strawberry.type(description="Products chosen for the visitor; best sellers for visitors of whom nothing is known.")
class HomepageRecommendations(HomepageSection):
    """A view over `domain.homepage.records.Recommendations`."""

    is_type_of = is_record(records.Recommendations)

    products: list[HomepageProductCard] = Field(description="The products.")


@strawberry.type(description="A product in a flash sale.")
class HomepageFlashSaleItem:
    """A view over `domain.homepage.records.FlashSaleItem`."""

    product: HomepageProductCard = Field(description="The product.")
    price: MoneyV2 = Field(description="Its lowest price in the sale.")
    units_left: int = Field(description="Units that were left when the page was built.")


@strawberry.type(description="A flash sale: it is live between two times, for a countdown.")
class HomepageFlashSale(HomepageSection):
    """A view over `domain.homepage.records.FlashSaleSection`."""

    is_type_of = is_record(records.FlashSaleSection)

    sale_title: str = Field(description="The name of the sale.")
    starts_at: datetime = Field(description="When it starts.")
    ends_at: datetime = Field(description="When it ends.")
    items: list[HomepageFlashSaleItem] = Field(description="What is in it.")


@strawberry.type(description="A menu as a part of the page.")
class HomepageMenu(HomepageSection):
    """A view over `domain.homepage.records.MenuSection`."""

    is_type_of = is_record(records.MenuSection)

    items: list[HomepageMenuItem] = Field(description="Its entries.")


@strawberry.type(description="Text.")
class HomepageText(HomepageSection):
    """A view over `domain.homepage.records.TextSection`."""

    is_type_of = is_record(sources.TextSection)

    html: HTML = Field(description="The text as HTML.")


@strawberry.type(description="The homepage of a territory on a platform.")
class Homepage:
    """A view over `domain.homepage.serving.ServedHomepage`."""

    territory: str = Field(description="The territory that it was composed for.")
    platform: Platform = Field(description="The client that it was composed for.")
    version: int = Field(description="Grows with every publish.")
    built_at: datetime = Field(description="When it was composed.")
    menu: list[HomepageMenuItem] = Field(description="The main menu.")
    sections: list[HomepageSection] = Field(description="The parts of the page in order.")
    is_stale: bool = Field(
        description="Whether this is the last good page, shown because the newest one could not be asked for."
    )
    personalized: bool = Field(description="Whether it was ordered for this visitor, rather than for everybody.")


@strawberry.type
class HomepageQuery:
    """The homepage."""

    @strawberry.field(
        description="The composed homepage, served from memory alone. "
        "Fails with HOMEPAGE_UNAVAILABLE and `retryAfter` (seconds) while it is being prepared.",
        graphql_type=Homepage | None,
    )
    async def homepage(
        self,
        info: Info,
        platform: Annotated[Platform, Arg(description="The client that will show the page.")],
        country: Annotated[
            CountryCode | None, Arg(description="Where the visitor shops, when `@inContext` is not to say it.")
        ] = None,
    ) -> ServedHomepage:
        """Operations that ask for nothing else do not come here: see `bff/answers/homepages.py`."""
        return await resolve.homepage(info.context, platform, None if country is None else country.value)
