"""Homepages as editors see them."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from domain.homepage import editing
from domain.homepage import sources as stored
from domain.kit.ids import global_id
from resolvers.context import Info
from resolvers.homepage import editing as resolve
from schema.enums import HomepageAction, HomepageSoldOut, Platform
from schema.homepage.types import HomepageBanner
from schema.kit.scalars import HTML

Field = strawberry.field


def _of_section(name: str, type_: Any, description: str) -> Any:
    """A field of the section inside its times; null for kinds of sections that do not have it."""

    def value(root: Parent[stored.SectionSource]) -> Any:
        source = root.section if isinstance(root, stored.Timed) else root
        return getattr(source, name, None)

    return Field(resolver=value, description=description, graphql_type=type_ | None)


def _product_ids(root: Parent[stored.SectionSource]) -> list[strawberry.ID] | None:
    source = root.section if isinstance(root, stored.Timed) else root
    if not isinstance(source, stored.ProductsSource):
        return None
    return [strawberry.ID(global_id("Product", key)) for key in source.keys]


def _sale_id(root: Parent[stored.SectionSource]) -> strawberry.ID | None:
    source = root.section if isinstance(root, stored.Timed) else root
    if not isinstance(source, stored.FlashSaleSource) or source.sale is None:
        return None
    return strawberry.ID(global_id("FlashSale", source.sale))


def _kind(root: Parent[stored.SectionSource]) -> str:
    source = root.section if isinstance(root, stored.Timed) else root
    return KINDS[type(source)]


KINDS: dict[type, str] = {
    stored.BannerSection: "banners",
    stored.MenuSource: "menu",
    stored.ShelfSource: "shelf",
    stored.ProductsSource: "products",
    stored.TrendingSource: "trending",
    stored.TopCategoriesSource: "topCategories",
    stored.RecommendationsSource: "recommendations",
    stored.FlashSaleSource: "flashSale",
    stored.TextSection: "html",
}


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


@strawberry.type(description="A page that is not published.")
class HomepageDraft:
    """A view over `domain.homepage.editing.HomepageDraft`."""

    revision: int = Field(description="Grows with every save; the next save names it.")
    menu: str = Field(description="The handle of the main menu.")
    sections: list[HomepageDocumentSection] = Field(description="The parts in order.")
    saved_at: datetime = Field(description="When it was saved.")
    saved_by: str = Field(description="Who saved it.")


@strawberry.type(description="When a draft will be published.")
class HomepageSchedule:
    """A view over `domain.homepage.editing.HomepageSchedule`."""

    at: datetime = Field(description="The time.")
    scheduled_by: str = Field(description="Who scheduled it.")


@strawberry.type(description="A version that was published and can be published again.")
class HomepageVersion:
    """A view over `domain.homepage.editing.HomepageVersion`."""

    version: int = Field(description="Its number.")
    published_at: datetime = Field(description="When it was published.")
    published_by: str = Field(description="Who published it.")


def _preview_token(root: Parent[editing.EditedHomepage], info: Info) -> str:
    return resolve.preview_token(info.context, root.key)


@strawberry.type(description="A homepage as editors see it.")
class HomepageDocument:
    """A view over `domain.homepage.editing.EditedHomepage`."""

    territory = Field(resolver=lambda root: root.key.territory, description="Its territory.", graphql_type=str)
    platform = Field(resolver=lambda root: root.key.platform, description="Its client.", graphql_type=Platform)
    version: int = Field(description="The published version; 0 when there is none.")
    menu: str = Field(description="The handle of the main menu of the published page.")
    sections: list[HomepageDocumentSection] = Field(description="The parts of the published page in order.")
    draft: HomepageDraft | None = Field(description="The draft, if there is one.")
    draft_revision: int = Field(description="The last saved revision of the draft; 0 when none was ever saved.")
    schedule: HomepageSchedule | None = Field(description="What is scheduled, if anything.")
    versions: list[HomepageVersion] = Field(description="The last 50 versions, newest first.")
    preview_token = Field(
        resolver=_preview_token, description="For `homepagePreview`; good for an hour.", graphql_type=str
    )


@strawberry.type(description="Who did what to a page, and when.")
class HomepageHistoryEntry:
    """A view over `domain.homepage.editing.HomepageStep`."""

    at: datetime = Field(description="When.")
    actor: str = Field(description="Who: `staff:` and the number of an account.")
    action: HomepageAction = Field(description="What.")
    version: int = Field(description="The published version after it.")
    detail: str = Field(description="The version that was rolled back to, or the time of the schedule.")
