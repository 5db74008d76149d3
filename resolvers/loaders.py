"""All dataloaders. They are created on first use and live as long as one request."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

from aiodataloader import DataLoader

from datasources.accounts.addresses import CustomerAddresses
from datasources.accounts.customers import Accounts
from datasources.cart import Carts
from datasources.catalog.products import CollectionPage
from datasources.catalog.reads import Catalog
from datasources.content.reads import Content
from datasources.discounts.codes import Discounts
from datasources.discounts.usages import Usages
from datasources.flash_sales.sales import FlashSales
from datasources.inventory.locations import Locations
from datasources.kit.database import Database
from datasources.orders.fulfillments import Fulfillments
from datasources.orders.lives import OrderLives
from datasources.orders.reads import Orders
from datasources.payments import disputes
from datasources.wishlist import Wishlists
from domain.accounts import Customer, CustomerAddress
from domain.cart import Cart
from domain.catalog.metafields import Metafield, MetafieldKey
from domain.catalog.records import Collection, CollectionContent, Product, ProductContent, Variant
from domain.content import Article, Blog, ContentPage, Menu, Metaobject
from domain.discounts.rules import Discount
from domain.discounts.usages import UsageKey
from domain.flash_sales import FlashSale, FlashSaleItem
from domain.homepage.keys import Platform
from domain.inventory import Location
from domain.kit.paging import Page
from domain.kit.refusals import Unavailable
from domain.orders.after_payment import Fulfillment, OrderEvent, OrderLife
from domain.orders.records import Order, OrderLine
from domain.payments.disputes import Dispute
from domain.payments.records import OpenPayment
from domain.territories.markets import Territory
from resolvers.kit.loaders import loader_of
from resolvers.wishlist.loaders import WishlistLoaders

K = TypeVar("K")
V = TypeVar("V")


class Sources(Protocol):
    """The batch reads behind the loaders."""

    @property
    def accounts(self) -> Accounts:
        """Accounts."""

    @property
    def carts(self) -> Carts:
        """Carts."""

    @property
    def catalog(self) -> Catalog:
        """Products, variants and collections."""

    @property
    def content(self) -> Content:
        """Documents."""

    @property
    def database(self) -> Database:
        """The relational store."""

    @property
    def discounts(self) -> Discounts:
        """Discounts."""

    @property
    def flash_sales(self) -> FlashSales:
        """Flash sales."""

    @property
    def fulfillments(self) -> Fulfillments:
        """Parcels."""

    @property
    def locations(self) -> Locations:
        """Warehouses and pools."""

    @property
    def order_lives(self) -> OrderLives:
        """Lives of orders."""

    @property
    def orders(self) -> Orders:
        """Orders."""

    @property
    def usages(self) -> Usages:
        """Counted uses of limited things."""

    @property
    def wishlists(self) -> Wishlists:
        """Wishlists."""


class Loaders:
    """Batches the reads of all fields of one request."""

    def __init__(self, sources: Sources, territory: Territory) -> None:
        self._sources = sources
        self._territory = territory
        self._outage: Unavailable | None = None

    @cached_property
    def product(self) -> DataLoader[int, Product | None]:
        """Products that shoppers of the visitor's territory see, by key."""
        return loader_of(lambda ids: self._sources.catalog.products.by_id(ids, self._territory))

    @cached_property
    def product_elsewhere(self) -> DataLoader[int, Product | None]:
        """Products that shoppers of any territory see, by key: carts show what their own territory sells."""
        return loader_of(self._sources.catalog.products.by_id)

    @cached_property
    def product_by_handle(self) -> DataLoader[str, Product | None]:
        """The same by handle."""
        return loader_of(lambda handles: self._sources.catalog.products.by_handle(handles, self._territory))

    @cached_property
    def product_content(self) -> DataLoader[int, ProductContent]:
        """Descriptions, images and tags by product."""
        return self._content_loader(self._sources.content.products)

    @cached_property
    def metafield(self) -> DataLoader[MetafieldKey, Metafield | None]:
        """Metafields of products and variants."""
        return loader_of(self._sources.catalog.metafields.by_key)

    @cached_property
    def product_variants(self) -> DataLoader[int, tuple[Variant, ...]]:
        """Variants by product, with prices of the visitor's territory."""
        return loader_of(lambda ids: self._sources.catalog.variants.by_product(ids, self._territory))

    @cached_property
    def product_collections(self) -> DataLoader[int, tuple[Collection, ...]]:
        """Collections by product."""
        return loader_of(self._sources.catalog.collections.by_product)

    @cached_property
    def variant(self) -> DataLoader[tuple[int, Territory], Variant | None]:
        """Variants by key and the territory of their prices."""
        return loader_of(self._sources.catalog.variants.each_in_its_territory)

    @cached_property
    def collection(self) -> DataLoader[int, Collection | None]:
        """Collections by key."""
        return loader_of(self._sources.catalog.collections.by_id)

    @cached_property
    def collection_by_handle(self) -> DataLoader[str, Collection | None]:
        """Collections by handle."""
        return loader_of(self._sources.catalog.collections.by_handle)

    @cached_property
    def collection_content(self) -> DataLoader[int, CollectionContent]:
        """Descriptions and images by collection."""
        return self._content_loader(self._sources.content.collections)

    @cached_property
    def collection_products(self) -> DataLoader[CollectionPage, Page[Product]]:
        """Pages of products of collections."""
        return loader_of(self._sources.catalog.products.in_collections)

    @cached_property
    def menu(self) -> DataLoader[tuple[str, Platform | None], Menu | None]:
        """Menus by handle and platform."""
        return self._content_loader(self._sources.content.platform_menus)

    @cached_property
    def page(self) -> DataLoader[str, ContentPage | None]:
        """Pages by handle."""
        return self._content_loader(self._sources.content.pages)

    @cached_property
    def blog(self) -> DataLoader[str, Blog | None]:
        """Blogs by handle."""
        return self._content_loader(self._sources.content.blogs.by_handle)

    @cached_property
    def article(self) -> DataLoader[str, Article | None]:
        """Articles by the handles of blog and article."""
        return self._content_loader(self._sources.content.blogs.articles)

    @cached_property
    def blog_articles(self) -> DataLoader[str, tuple[Article, ...]]:
        """Articles by the handle of their blog, the newest first."""
        return self._content_loader(self._sources.content.blogs.articles_of)

    @cached_property
    def metaobject(self) -> DataLoader[str, Metaobject | None]:
        """Metaobjects by type and handle."""
        return self._content_loader(self._sources.content.metaobjects.by_id)

    @cached_property
    def cart(self) -> DataLoader[str, Cart | None]:
        """Carts with their lines by secret id."""
        return loader_of(self._sources.carts.carts_by_id)

    @cached_property
    def discount(self) -> DataLoader[str, Discount | None]:
        """Discounts by normal code, in any state."""
        return loader_of(self._sources.discounts.discounts_by_code)

    @cached_property
    def order(self) -> DataLoader[int, Order | None]:
        """Orders by key, for any viewer: the resolver checks access."""
        return loader_of(self._sources.orders.orders_by_id)

    @cached_property
    def order_disputes(self) -> DataLoader[int, tuple[Dispute, ...]]:
        """Disputes by order."""
        return loader_of(lambda ids: disputes.by_order(self._sources.database, ids))

    @cached_property
    def open_payment(self) -> DataLoader[int, OpenPayment | None]:
        """Payments of orders that wait for them, by order."""
        return loader_of(self._sources.orders.open_payments)

    @cached_property
    def order_lines(self) -> DataLoader[int, tuple[OrderLine, ...]]:
        """Lines by order."""
        return loader_of(self._sources.orders.lines_by_order)

    @cached_property
    def customer(self) -> DataLoader[int, Customer | None]:
        """Accounts by key, for any viewer: the resolver checks access."""
        return loader_of(self._sources.accounts.customers_by_id)

    @cached_property
    def addresses(self) -> DataLoader[int, tuple[CustomerAddress, ...]]:
        """Address books by the key of the account; as `customer`."""
        return loader_of(CustomerAddresses(self._sources.database).by_customer)

    @cached_property
    def order_life(self) -> DataLoader[int, OrderLife | None]:
        """Lives of orders."""
        return loader_of(self._sources.order_lives.by_order)

    @cached_property
    def order_events(self) -> DataLoader[int, tuple[OrderEvent, ...]]:
        """Steps by order."""
        return loader_of(self._sources.order_lives.events_by_order)

    @cached_property
    def order_fulfillments(self) -> DataLoader[int, tuple[Fulfillment, ...]]:
        """Parcels by order."""
        return loader_of(self._sources.fulfillments.by_order)

    @cached_property
    def used(self) -> DataLoader[UsageKey, int]:
        """Counted uses of limited things."""
        return loader_of(self._sources.usages.used)

    @cached_property
    def wishlists(self) -> WishlistLoaders:
        """Wishlists and their items."""
        return WishlistLoaders(self._sources.wishlists)

    @cached_property
    def location(self) -> DataLoader[int, Location | None]:
        """Locations by key, for any viewer: the resolver checks access."""
        return loader_of(self._sources.locations.by_id)

    @cached_property
    def flash_sale(self) -> DataLoader[int, FlashSale | None]:
        """Flash sales by key."""
        return loader_of(self._sources.flash_sales.by_id)

    @cached_property
    def flash_sale_items(self) -> DataLoader[int, tuple[FlashSaleItem, ...]]:
        """Items by sale, with prices of the visitor's territory."""
        return loader_of(lambda ids: self._sources.flash_sales.items_by_sale(ids, self._territory))

    def _content_loader(self, read: Callable[[Sequence[K]], Awaitable[list[V]]]) -> DataLoader[K, V]:
        """A loader of documents: after one timeout of the store, the request does not wait for it again."""

        async def batch(keys: Sequence[K]) -> list[V]:
            if self._outage is not None:
                raise self._outage
            try:
                return await read(keys)
            except Unavailable as outage:
                self._outage = outage
                raise

        return loader_of(batch)
