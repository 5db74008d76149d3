"""The homepage: a composed record. No field of it leads to a database."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import homepage as records
from domain.catalog import Image as Picture
from domain.homepage_serving import ServedHomepage
from domain.refusals import refuse
from resolvers import admin
from resolvers import homepage as resolve
from resolvers.arguments import Arg
from resolvers.context import Info
from schema.common import Image, MoneyV2, is_record, user_errors
from schema.enums import CountryCode, Platform
from schema.scalars import HTML, URL

Field = strawberry.field


def own_url(root: strawberry.Parent[records.Banner | records.MenuEntry], info: Info) -> URL:
    """Absolute, so that clients can tell the shop's pages by its domain."""
    return URL(info.context.own_url(root.url))


@strawberry.type(description="An entry of the homepage's menu.")
class HomepageMenuItem:
    """A view over `domain.homepage.MenuEntry`."""

    title: str = Field(description="The words of the entry.")
    url = Field(resolver=own_url, description="Where it leads.", graphql_type=URL)
    items: list["HomepageMenuItem"] = Field(description="Entries below this one.")


@strawberry.type(description="What the homepage shows of a product.")
class HomepageProductCard:
    """A view over `domain.homepage.ProductCard`."""

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
    """A view over `domain.homepage.Banner`."""

    title: str = Field(description="The large words.")
    subtitle: str = Field(description="The small words.")
    image: Image = Field(description="The picture.")
    url = Field(resolver=own_url, description="Where it leads.", graphql_type=URL)


@strawberry.type(description="Banners.")
class HomepageBanners(HomepageSection):
    """A view over `domain.homepage.BannerSection`."""

    is_type_of = is_record(records.BannerSection)

    banners: list[HomepageBanner] = Field(description="The banners in order.")


@strawberry.type(description="A row of products.")
class HomepageShelf(HomepageSection):
    """A view over `domain.homepage.Shelf`."""

    is_type_of = is_record(records.Shelf)

    handle: str = Field(description="The handle of the collection behind it.")
    products: list[HomepageProductCard] = Field(description="The products.")


@strawberry.type(description="The best-selling categories, each with its best-selling products.")
class HomepageTopCategories(HomepageSection):
    """A view over `domain.homepage.TopCategories`."""

    is_type_of = is_record(records.TopCategories)

    categories: list[HomepageShelf] = Field(description="The categories, best sellers first.")


@strawberry.type(description="Text.")
class HomepageText(HomepageSection):
    """A view over `domain.homepage.TextSection`."""

    is_type_of = is_record(records.TextSection)

    html: HTML = Field(description="The text as HTML.")


@strawberry.type(description="The homepage of a territory on a platform.")
class Homepage:
    """A view over `domain.homepage_serving.ServedHomepage`."""

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


@strawberry.input(description="A banner to be shown.")
class HomepageBannerInput:
    """Becomes `domain.homepage.Banner`."""

    title: str = Field(description="The large words.")
    subtitle: str = Field(default="", description="The small words.")
    image_url: URL = Field(description="Where the picture is.")
    alt_text: str | None = Field(default=None, description="What the picture shows, in words.")
    url: URL = Field(description="Where it leads.")

    def record(self, number: int) -> records.Banner:
        """The banner as the domain knows it."""
        picture = Picture(f"banner-{number}", self.image_url, self.alt_text)
        return records.Banner(self.title, self.subtitle, picture, self.url)


@strawberry.input(description="A row of the best sellers of a collection.")
class HomepageShelfInput:
    """Becomes `domain.homepage.ShelfSource`."""

    collection: str = Field(description="The handle of the collection.")
    size: int = Field(default=12, description="How many products at most.")


@strawberry.input(description="The best-selling categories.")
class HomepageTopCategoriesInput:
    """Becomes `domain.homepage.TopCategoriesSource`."""

    categories: int = Field(default=5, description="How many categories.")
    size: int = Field(default=8, description="How many products of each.")


@strawberry.input(description="A part of the page: exactly one of banners, shelf, topCategories and html.")
class HomepageSectionInput:
    """Becomes one of the sources of `domain.homepage`."""

    id: strawberry.ID = Field(description="Unique on the page.")
    title: str = Field(default="", description="The heading.")
    banners: list[HomepageBannerInput] | None = Field(default=None, description="Banners.")
    shelf: HomepageShelfInput | None = Field(default=None, description="A row of products.")
    top_categories: HomepageTopCategoriesInput | None = Field(default=None, description="Best-selling categories.")
    html: HTML | None = Field(default=None, description="Text as HTML.")

    def record(self) -> records.SectionSource:
        """The section as the domain knows it. Refused: INVALID."""
        given = [part for part in (self.banners, self.shelf, self.top_categories, self.html) if part is not None]
        if len(given) != 1:
            raise refuse("INVALID", "A section is exactly one of banners, shelf, topCategories and html.", "sections")
        if self.banners is not None:
            banners = tuple(banner.record(number) for number, banner in enumerate(self.banners))
            return records.BannerSection(self.id, self.title, banners)
        if self.shelf is not None:
            return records.ShelfSource(self.id, self.title, self.shelf.collection, self.shelf.size)
        if self.top_categories is not None:
            top = self.top_categories
            return records.TopCategoriesSource(self.id, self.title, top.categories, top.size)
        return records.TextSection(self.id, self.title, self.html or "")


@strawberry.type(description="What publishing came to.")
class HomepagePublishPayload:
    """A view over `resolvers.admin.PublishOutcome`."""

    version: int | None = Field(description="The version that visitors get from now on.")
    user_errors = user_errors()


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
        """Operations that ask for nothing else do not come here: see `bff/homepage_answers.py`."""
        return await resolve.homepage(info.context, platform, None if country is None else country.value)


@strawberry.type
class HomepageMutation:
    """What staff changes of homepages."""

    @strawberry.mutation(
        description="Publishes a homepage. Staff with the permission HOMEPAGE only.",
        graphql_type=HomepagePublishPayload,
    )
    async def homepage_publish(
        self,
        info: Info,
        territory: Annotated[str, Arg(description="The code of the territory.")],
        platform: Annotated[Platform, Arg(description="The client.")],
        version: Annotated[int, Arg(description="The version that was edited; 0 when there is none yet.")],
        menu: Annotated[str, Arg(description="The handle of the main menu.")],
        sections: Annotated[list[HomepageSectionInput], Arg(description="The parts in order, 40 at most.")],
    ) -> admin.PublishOutcome:
        """Two editors cannot overwrite each other: the second is told VERSION_CONFLICT."""
        key = records.HomepageKey(territory, platform)
        return await admin.publish_homepage(
            info.context, key, version, menu, lambda: tuple(section.record() for section in sections)
        )
