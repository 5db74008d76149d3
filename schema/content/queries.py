"""Queries of menus, pages and the shop."""

import strawberry

from domain import content as records
from resolvers.content import reads as resolve
from resolvers.context import Info
from schema.content.shop import PaymentSettings, Shop
from schema.content.types import Menu, Page, PageConnection

Field = strawberry.field


@strawberry.type
class ContentQuery:
    """Queries of menus, pages and the shop."""

    menu = Field(
        resolver=resolve.menu,
        description="A menu by handle: that of the platform, if it has its own.",
        graphql_type=Menu | None,
    )
    page = Field(resolver=resolve.page, description="A page by id or handle.", graphql_type=Page | None)
    pages = Field(resolver=resolve.pages, description="All pages.", graphql_type=PageConnection)
    shop = Field(resolver=resolve.shop, description="The shop.", graphql_type=Shop)
    payment_settings = Field(resolver=resolve.shop, description="The payment settings.", graphql_type=PaymentSettings)

    @strawberry.field(
        description="A page by handle.", deprecation_reason="Use `page` instead.", graphql_type=Page | None
    )
    async def page_by_handle(self, info: Info, handle: str) -> records.ContentPage | None:
        """The same as `page`."""
        return await resolve.page(info, handle)
