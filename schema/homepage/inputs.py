"""Sections of homepages as staff enter them and read them back."""

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
    chosen: HomepageSoldOut = Field(default=stored.SoldOut.HIDE, description="What to do with sold-out products.")
    return chosen


@strawberry.input(description="A banner.")
class HomepageBannerInput:
    """Becomes `domain.homepage.records.Banner`."""

    title: str = Field(description="The headline.")
    subtitle: str = Field(default="", description="The subtitle.")
    image_url: URL = Field(description="The URL of the picture.")
    alt_text: str | None = Field(default=None, description="A description of the picture.")
    url: URL = Field(description="The target URL.")

    def record(self, number: int) -> stored.Banner:
        """The banner as the domain knows it."""
        picture = Picture(f"banner-{number}", self.image_url, self.alt_text)
        return stored.Banner(self.title, self.subtitle, picture, self.url)


@strawberry.input(description="A row of the best sellers of a collection.")
class HomepageShelfInput:
    """Becomes `domain.homepage.records.ShelfSource`."""

    collection: str = Field(description="The handle of the collection.")
    size: int = Field(default=12, description="The maximum number of products.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        return stored.ShelfSource(key, title, self.collection, self.size, self.sold_out)


@strawberry.input(description="A row of products chosen by hand.")
class HomepageProductsInput:
    """Becomes `domain.homepage.records.ProductsSource`."""

    products: list[str] = Field(description="Ids or handles of the products, in order.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        """Keys for ids; handles stay as they are."""
        return stored.ProductsSource(key, title, tuple(map(_name, self.products)), self.sold_out)


def _name(product: str) -> int | str:
    return product if split_global_id(product) is None else key_of(product, "Product") or UNKNOWN


@strawberry.input(description="A row of the best sellers of the territory.")
class HomepageTrendingInput:
    """Becomes `domain.homepage.records.TrendingSource`."""

    size: int = Field(default=12, description="The maximum number of products.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        return stored.TrendingSource(key, title, self.size, self.sold_out)


@strawberry.input(description="The best-selling categories.")
class HomepageTopCategoriesInput:
    """Becomes `domain.homepage.records.TopCategoriesSource`."""

    categories: int = Field(default=5, description="The number of categories.")
    size: int = Field(default=8, description="The number of products in each category.")
    sold_out: HomepageSoldOut = _sold_out()

    def source(self, key: str, title: str) -> PlainSource:
        return stored.TopCategoriesSource(key, title, self.categories, self.size, self.sold_out)


@strawberry.input(description="Products chosen for the visitor.")
class HomepageRecommendationsInput:
    """Becomes `domain.homepage.records.RecommendationsSource`."""

    size: int = Field(default=12, description="The maximum number of products.")

    def source(self, key: str, title: str) -> PlainSource:
        return stored.RecommendationsSource(key, title, self.size)


@strawberry.input(description="A flash sale with its countdown.")
class HomepageFlashSaleInput:
    """Becomes `domain.homepage.records.FlashSaleSource`."""

    sale_id: strawberry.ID | None = Field(
        default=None, description="The sale; by default the live sale, or else the next that is announced."
    )
    size: int = Field(default=12, description="The maximum number of products.")

    def source(self, key: str, title: str) -> PlainSource:
        sale = None if self.sale_id is None else key_of(self.sale_id, "FlashSale") or UNKNOWN
        return stored.FlashSaleSource(key, title, sale, self.size)


def _banners(key: str, title: str, banners: list[HomepageBannerInput]) -> PlainSource:
    return stored.BannerSection(key, title, tuple(banner.record(number) for number, banner in enumerate(banners)))


# For kinds that editors enter as a plain value. The inputs of all other kinds have a `source`.
_SOURCES: dict[str, Callable[[str, str, Any], PlainSource]] = {
    "banners": _banners,
    "menu": stored.MenuSource,
    "html": stored.TextSection,
}


@strawberry.input(description=f"A section of the page: exactly one of {_KINDS}.")
class HomepageSectionInput:
    """Becomes `domain.homepage.editing.GivenSection`."""

    id: strawberry.ID = Field(description="Unique on the page. Use the same id on all platforms.")
    title: str = Field(default="", description="The heading.")
    visible_from: datetime | None = Field(default=None, description="When visitors begin to see it.")
    visible_until: datetime | None = Field(default=None, description="When visitors stop seeing it.")
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
    """A field of the section without its times; null if its kind has no such field."""

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


@strawberry.type(description="A section of a page as editors wrote it. Fields that its kind does not have are null.")
class HomepageDocumentSection:
    """A view over the sources of `domain.homepage.records`."""

    id = Field(resolver=lambda root: root.id, description="Unique on the page.", graphql_type=strawberry.ID)
    kind = Field(resolver=_kind, description="The field of `HomepageSectionInput` that holds it.", graphql_type=str)
    title = _of_section("title", str, "The heading.")
    visible_from = Field(
        resolver=lambda root: getattr(root, "visible_from", None),
        description="When visitors begin to see it.",
        graphql_type=datetime | None,
    )
    visible_until = Field(
        resolver=lambda root: getattr(root, "visible_until", None),
        description="When visitors stop seeing it.",
        graphql_type=datetime | None,
    )
    collection = _of_section("collection", str, "The handle of the collection of a shelf.")
    menu = _of_section("menu", str, "The handle of the menu.")
    size = _of_section("size", int, "The maximum number of products.")
    categories = _of_section("categories", int, "The number of categories.")
    sold_out = _of_section("sold_out", HomepageSoldOut, "What to do with sold-out products.")
    product_ids = Field(
        resolver=_product_ids, description="The products chosen by hand.", graphql_type=list[strawberry.ID] | None
    )
    sale_id = Field(
        resolver=_sale_id, description="The flash sale that the section names.", graphql_type=strawberry.ID | None
    )
    banners = _of_section("banners", list[HomepageBanner], "The banners.")
    html = _of_section("html", HTML, "The text.")
