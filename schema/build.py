"""The one schema of the shop, from its parts."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema.accounts.changes import ProfileMutation, RecoveryMutation
from schema.accounts.mutations import AccountsMutation, AccountsQuery
from schema.cart.delivery_mutations import CartDeliveryMutation
from schema.cart.discounts import DISCOUNT_TYPES
from schema.cart.gift_cards import GiftCardMutation
from schema.cart.lines import CartLine, CartLineComponent, ComponentizableCartLine
from schema.cart.metafields import CartMetafieldsMutation
from schema.cart.mutations import CartMutation, CartQuery
from schema.catalog.mutations import AdminMutation
from schema.catalog.queries import CatalogQuery
from schema.catalog.variant_mutations import VariantsAdminMutation
from schema.checkout import CheckoutMutation
from schema.content.blogs import BlogsQuery
from schema.content.localization import LocalizationQuery
from schema.content.media import MEDIA_TYPES
from schema.content.metaobjects import MetaobjectsQuery
from schema.content.mutations import MenuMutation, MenuQuery
from schema.content.queries import ContentQuery
from schema.content.sitemap import SITEMAP_TYPES, SitemapQuery
from schema.discounts.mutations import DiscountsMutation, DiscountsQuery
from schema.flash_sales import FlashSalesMutation, FlashSalesQuery
from schema.homepage.mutations import HomepageEditingQuery, HomepageMutation
from schema.homepage.types import SECTION_TYPES, HomepageQuery
from schema.inventory.levels import InventoryMutation
from schema.inventory.locations import LocationsMutation, LocationsQuery
from schema.kit.api_versions import ApiVersionsQuery
from schema.kit.directives import defer, in_context
from schema.kit.scalars import SCALARS
from schema.mail.mutations import MailMutation
from schema.mail.types import MailQuery
from schema.node import NodeQuery
from schema.orders.mutations import OrdersAdminMutation, OrdersAdminQuery
from schema.orders.types import OrdersQuery
from schema.personal import PersonalMutation, PersonalQuery
from schema.search import SearchQueries
from schema.territories import TerritoriesQuery
from schema.webhooks.mutations import WebhooksMutation
from schema.webhooks.types import WebhooksQuery
from schema.wishlist.mutations import WishlistMutation, WishlistQuery

Query = merge_types(
    "QueryRoot",
    (
        HomepageQuery,
        HomepageEditingQuery,
        CatalogQuery,
        SearchQueries,
        ContentQuery,
        BlogsQuery,
        MetaobjectsQuery,
        LocalizationQuery,
        ApiVersionsQuery,
        SitemapQuery,
        MenuQuery,
        CartQuery,
        WishlistQuery,
        OrdersQuery,
        OrdersAdminQuery,
        DiscountsQuery,
        LocationsQuery,
        FlashSalesQuery,
        AccountsQuery,
        PersonalQuery,
        TerritoriesQuery,
        WebhooksQuery,
        MailQuery,
        NodeQuery,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        CartMutation,
        CartDeliveryMutation,
        CartMetafieldsMutation,
        GiftCardMutation,
        WishlistMutation,
        CheckoutMutation,
        AccountsMutation,
        RecoveryMutation,
        ProfileMutation,
        PersonalMutation,
        AdminMutation,
        VariantsAdminMutation,
        InventoryMutation,
        LocationsMutation,
        FlashSalesMutation,
        OrdersAdminMutation,
        DiscountsMutation,
        HomepageMutation,
        MenuMutation,
        WebhooksMutation,
        MailMutation,
    ),
)

_ROOTS = {Query: "All queries.", Mutation: "All mutations."}
for _root, _description in _ROOTS.items():
    # merge_types has no parameter for a description.
    _root.__strawberry_definition__.description = _description  # type: ignore[attr-defined]

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    directives=[in_context, defer],
    # Types that clients reach only through an interface.
    types=[
        CartLine,
        CartLineComponent,
        ComponentizableCartLine,
        *DISCOUNT_TYPES,
        *MEDIA_TYPES,
        *SITEMAP_TYPES,
        *SECTION_TYPES,
    ],
    config=StrawberryConfig(scalar_map=SCALARS),
)
