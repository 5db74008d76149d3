"""Pages of the demo shop. They are texts for a demonstration, and say so where it matters."""

from datetime import datetime

from demo.content.objects import metafields_of_page
from demo.content.shop import policies
from demo.kit.data import Data, read
from domain.catalog.records import Seo
from domain.content import ContentPage, Policy


class _Page(Data, frozen=True):
    """A page; its HTML is kept as a list of blocks."""

    handle: str
    title: str
    summary: str
    written_at: datetime
    html: tuple[str, ...]


def pages() -> tuple[ContentPage, ...]:
    """Every page of text; its handle is its key.

    The legal texts are pages too, for storefronts that have no `/policies`.
    """
    written = tuple(map(_content, read("pages.json", tuple[_Page, ...])))
    return (*written, *(_legal(policy, written[0].created_at) for policy in policies()))


def _legal(policy: Policy, written_at: datetime) -> ContentPage:
    seo = Seo(policy.title, f"The {policy.title.lower()} of this shop.")
    return ContentPage(
        policy.handle, policy.handle, policy.title, policy.html, seo.description or "", written_at, written_at, seo
    )


def _content(page: _Page) -> ContentPage:
    return ContentPage(
        id=page.handle,
        handle=page.handle,
        title=page.title,
        html="".join(page.html),
        summary=page.summary,
        created_at=page.written_at,
        updated_at=page.written_at,
        seo=Seo(page.title, page.summary),
        metafields=metafields_of_page(page.handle),
    )
