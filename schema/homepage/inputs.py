"""What staff puts on a homepage, and how it reads it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent
from strawberry.utils.str_converters import to_camel_case

from domain.catalog.records import Image as Picture
from domain.homepage import sources as stored
from domain.homepage.editing import UNKNOWN, GivenSection
from domain.homepage.kinds import Kind, PlainSource
from domain.kit.ids import global_id, key_of, split_global_id
from schema.enums import HomepageSoldOut
from schema.homepage.types import HomepageBanner
from schema.kit.scalars import HTML, URL

Field = strawberry.field
*_FIRST, _LAST = (to_camel_case(kind.given_as) for kind in stored.KINDS)
_KINDS = f"{', '.join(_FIRST)} and {_LAST}"


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

    def source(self, key: str, title: str) -> PlainSource:
        return stored.ShelfSource(key, title, self.collection, self.size, self.sold_out)


@strawberry.input(description="A row of products chosen by hand.")
class HomepageProductsInput:
    """Becomes `domain.homepage.records.ProductsSource`."""

    products: list[str] = Field(description="Ids or handles of the products, in order.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        """Keys for ids, handles as they are."""
        return stored.ProductsSource(key, title, tuple(map(_name, self.products)), self.sold_out)


def _name(product: str) -> int | str:
    return product if split_global_id(product) is None else key_of(product, "Product") or UNKNOWN


@strawberry.input(description="A row of the best sellers of the territory.")
class HomepageTrendingInput:
    """Becomes `domain.homepage.records.TrendingSource`."""

    size: int = Field(default=12, description="How many products at most.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        return stored.TrendingSource(key, title, self.size, self.sold_out)


@strawberry.input(description="The best-selling categories.")
class HomepageTopCategoriesInput:
    """Becomes `domain.homepage.records.TopCategoriesSource`."""

    categories: int = Field(default=5, description="How many categories.")
    size: int = Field(default=8, description="How many products of each.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        return stored.TopCategoriesSource(key, title, self.categories, self.size, self.sold_out)


@strawberry.input(description="A place for products that are chosen for the visitor.")
class HomepageRecommendationsInput:
    """Becomes `domain.homepage.records.RecommendationsSource`."""

    size: int = Field(default=12, description="How many products at most.")

    def source(self, key: str, title: str) -> PlainSource:
        return stored.RecommendationsSource(key, title, self.size)


@strawberry.input(description="A flash sale with its countdown.")
class HomepageFlashSaleInput:
    """Becomes `domain.homepage.records.FlashSaleSource`."""

    sale_id: strawberry.ID | None = Field(
        default=None, description="The sale; unless given the one that is live, else the next to come."
    )
    size: int = Field(default=12, description="How many products at most.")

    def source(self, key: str, title: str) -> PlainSource:
        sale = None if self.sale_id is None else key_of(self.sale_id, "FlashSale") or UNKNOWN
        return stored.FlashSaleSource(key, title, sale, self.size)


def _banners(key: str, title: str, banners: list[HomepageBannerInput]) -> PlainSource:
    return stored.BannerSection(key, title, tuple(banner.record(number) for number, banner in enumerate(banners)))


# For kinds that editors give as a plain value. The inputs of all others have a `source`.
_SOURCES: dict[str, Callable[[str, str, Any], PlainSource]] = {
    "banners": _banners,
    "menu": stored.MenuSource,
    "html": stored.TextSection,
}


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
        kinds = (kind for kind in stored.KINDS if getattr(self, kind.given_as) is not None)
        return GivenSection(tuple(map(self._source, kinds)), self.visible_from, self.visible_until)

    def _source(self, kind: Kind) -> PlainSource:
        value = getattr(self, kind.given_as)
        if kind.value:
            return _SOURCES[kind.given_as](self.id, self.title, value)
        source: PlainSource = value.source(self.id, self.title)
        return source


def _of_section(name: str, type_: Any, description: str) -> Any:
    """A field of the section inside its times; null for kinds of sections that do not have it."""

    def value(root: Parent[stored.SectionSource]) -> Any:
        return getattr(stored.plain(root), name, None)

    return Field(resolver=value, description=description, graphql_type=type_ | None)


def _product_ids(root: Parent[stored.SectionSource]) -> list[strawberry.ID] | None:
    source = stored.plain(root)
    if not isinstance(source, stored.ProductsSource):
        return None
    return [strawberry.ID(global_id("Product", key)) for key in source.keys]


def _sale_id(root: Parent[stored.SectionSource]) -> strawberry.ID | None:
    source = stored.plain(root)
    if not isinstance(source, stored.FlashSaleSource) or source.sale is None:
        return None
    return strawberry.ID(global_id("FlashSale", source.sale))


def _kind(root: Parent[stored.SectionSource]) -> str:
    return to_camel_case(stored.kind_of(stored.plain(root)).given_as)


@strawberry.type(description="A part of a page as editors wrote it; fields that its kind does not have are null.")
class HomepageDocumentSection:
    """A view over the sources of `domain.homepage.records`."""

    id = Field(resolver=lambda root: root.id, description="Unique on the page.", graphql_type=strawberry.ID)
    kind = Field(
        resolver=_kind, description="The field of `HomepageSectionInput` that it was given in.", graphql_type=str
    )
    title = _of_section("title", str, "The heading.")
    visible_from = Field(
        resolver=lambda root: getattr(root, "visible_from", None),
        description="Visitors see it from then on.",
        graphql_type=datetime | None,
    )
    visible_until = Field(
        resolver=lambda root: getattr(root, "visible_until", None),
        description="Visitors see it until then.",
        graphql_type=datetime | None,
    )
    collection = _of_section("collection", str, "The handle of the collection of a shelf.")
    menu = _of_section("menu", str, "The handle of the menu.")
    size = _of_section("size", int, "How many products at most.")
    categories = _of_section("categories", int, "How many categories.")
    sold_out = _of_section("sold_out", HomepageSoldOut, "What is done with products that are sold out.")
    product_ids = Field(
        resolver=_product_ids, description="The products chosen by hand.", graphql_type=list[strawberry.ID] | None
    )
    sale_id = Field(resolver=_sale_id, description="The flash sale that is named.", graphql_type=strawberry.ID | None)
    banners = _of_section("banners", list[HomepageBanner], "The banners.")
    html = _of_section("html", HTML, "The text.")
