"""What staff puts on a homepage."""

from datetime import datetime

import strawberry

from domain.catalog.records import Image as Picture
from domain.homepage import sources as stored
from domain.homepage.editing import UNKNOWN, GivenSection
from domain.kit.ids import key_of, split_global_id
from schema.enums import HomepageSoldOut
from schema.kit.scalars import HTML, URL

Field = strawberry.field
_KINDS = "banners, menu, shelf, products, trending, topCategories, recommendations, flashSale and html"


def _sold_out() -> HomepageSoldOut:
    chosen: HomepageSoldOut = Field(
        default=stored.SoldOut.HIDE, description="What is done with products that are sold out."
    )
    return chosen


@strawberry.input(description="A banner to be shown.")
class HomepageBannerInput:
    """Becomes `domain.homepage.records.Banner`."""

    title: str = Field(description="The large words.")
    subtitle: str = Field(default="", description="The small words.")
    image_url: URL = Field(description="Where the picture is.")
    alt_text: str | None = Field(default=None, description="What the picture shows, in words.")
    url: URL = Field(description="Where it leads.")

    def record(self, number: int) -> stored.Banner:
        """The banner as the domain knows it."""
        picture = Picture(f"banner-{number}", self.image_url, self.alt_text)
        return stored.Banner(self.title, self.subtitle, picture, self.url)


@strawberry.input(description="A row of the best sellers of a collection.")
class HomepageShelfInput:
    """Becomes `domain.homepage.records.ShelfSource`."""

    collection: str = Field(description="The handle of the collection.")
    size: int = Field(default=12, description="How many products at most.")
    sold_out: HomepageSoldOut = _sold_out()


@strawberry.input(description="A row of products chosen by hand.")
class HomepageProductsInput:
    """Becomes `domain.homepage.records.ProductsSource`."""

    products: list[str] = Field(description="Ids or handles of the products, in order.")
    sold_out: HomepageSoldOut = _sold_out()

    def names(self) -> tuple[int | str, ...]:
        """Keys for ids, handles as they are."""
        return tuple(map(_name, self.products))


def _name(product: str) -> int | str:
    return product if split_global_id(product) is None else key_of(product, "Product") or UNKNOWN


@strawberry.input(description="A row of the best sellers of the territory.")
class HomepageTrendingInput:
    """Becomes `domain.homepage.records.TrendingSource`."""

    size: int = Field(default=12, description="How many products at most.")
    sold_out: HomepageSoldOut = _sold_out()


@strawberry.input(description="The best-selling categories.")
class HomepageTopCategoriesInput:
    """Becomes `domain.homepage.records.TopCategoriesSource`."""

    categories: int = Field(default=5, description="How many categories.")
    size: int = Field(default=8, description="How many products of each.")
    sold_out: HomepageSoldOut = _sold_out()


@strawberry.input(description="A place for products that are chosen for the visitor.")
class HomepageRecommendationsInput:
    """Becomes `domain.homepage.records.RecommendationsSource`."""

    size: int = Field(default=12, description="How many products at most.")


@strawberry.input(description="A flash sale with its countdown.")
class HomepageFlashSaleInput:
    """Becomes `domain.homepage.records.FlashSaleSource`."""

    sale_id: strawberry.ID | None = Field(
        default=None, description="The sale; unless given the one that is live, else the next to come."
    )
    size: int = Field(default=12, description="How many products at most.")

    def key(self) -> int | None:
        """The key of the sale."""
        return None if self.sale_id is None else key_of(self.sale_id, "FlashSale") or UNKNOWN


@strawberry.input(description=f"A part of the page: exactly one of {_KINDS}.")
class HomepageSectionInput:
    """Becomes `domain.homepage.editing.GivenSection`."""

    id: strawberry.ID = Field(description="Unique on the page; keep it the same on all platforms.")
    title: str = Field(default="", description="The heading.")
    visible_from: datetime | None = Field(default=None, description="Visitors see it from then on.")
    visible_until: datetime | None = Field(default=None, description="Visitors see it until then.")
    banners: list[HomepageBannerInput] | None = Field(default=None, description="Banners.")
    menu: str | None = Field(default=None, description="The handle of a menu.")
    shelf: HomepageShelfInput | None = Field(default=None, description="A row of the best sellers of a collection.")
    products: HomepageProductsInput | None = Field(default=None, description="A row of products chosen by hand.")
    trending: HomepageTrendingInput | None = Field(default=None, description="A row of best sellers.")
    top_categories: HomepageTopCategoriesInput | None = Field(default=None, description="Best-selling categories.")
    recommendations: HomepageRecommendationsInput | None = Field(default=None, description="Recommendations.")
    flash_sale: HomepageFlashSaleInput | None = Field(default=None, description="A flash sale.")
    html: HTML | None = Field(default=None, description="Text as HTML.")

    def given(self) -> GivenSection:
        """The section as the domain knows it."""
        sources = tuple(source for source in self._sources() if source is not None)
        return GivenSection(sources, self.visible_from, self.visible_until)

    def _sources(self) -> list[stored.PlainSource | None]:
        """A source for each kind that is given."""
        key, title = self.id, self.title
        return [
            self._banners(),
            None if self.menu is None else stored.MenuSource(key, title, self.menu),
            None if self.html is None else stored.TextSection(key, title, self.html),
            *self._rows(),
        ]

    def _banners(self) -> stored.BannerSection | None:
        if self.banners is None:
            return None
        banners = tuple(banner.record(number) for number, banner in enumerate(self.banners))
        return stored.BannerSection(self.id, self.title, banners)

    def _rows(self) -> list[stored.PlainSource]:
        key, title = self.id, self.title
        rows: list[stored.PlainSource] = []
        if self.shelf is not None:
            rows.append(stored.ShelfSource(key, title, self.shelf.collection, self.shelf.size, self.shelf.sold_out))
        if self.products is not None:
            rows.append(stored.ProductsSource(key, title, self.products.names(), self.products.sold_out))
        if self.trending is not None:
            rows.append(stored.TrendingSource(key, title, self.trending.size, self.trending.sold_out))
        if (top := self.top_categories) is not None:
            rows.append(stored.TopCategoriesSource(key, title, top.categories, top.size, top.sold_out))
        if self.recommendations is not None:
            rows.append(stored.RecommendationsSource(key, title, self.recommendations.size))
        if self.flash_sale is not None:
            rows.append(stored.FlashSaleSource(key, title, self.flash_sale.key(), self.flash_sale.size))
        return rows
