"""How many statements a page costs is a number, the same whatever the page's size."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datasources.content.reads import Content
from datasources.content.writes import ContentStore
from domain.accounts import Permission, Viewer
from domain.catalog.records import CollectionContent, Image, ProductContent
from domain.content import Article, Author, Blog
from domain.flash_sales import NewFlashSale, NewFlashSaleItem
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.records import HomepageRecord, MenuEntry, ProductCard, Shelf
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import key_of
from domain.kit.money import Money
from services.flash_sales.planning import FlashSaleService
from tests.kit.factories.catalog import add_collection
from tests.kit.fixtures.graphql_api import Api

pytestmark = pytest.mark.slow

PRODUCTS = 30

LISTING = """query($first: Int!) { products(first: $first, sortKey: TITLE) {
  pageInfo { hasNextPage endCursor }
  nodes {
    id handle title description tags availableForSale totalInventory
    seo { title } options { name optionValues { name firstSelectableVariant { id } } }
    featuredImage { url } images(first: 5) { nodes { url altText } }
    priceRange { minVariantPrice { amount currencyCode } }
    variants(first: 10) { nodes { id sku price { amount } quantityAvailable image { url } product { handle } } }
    collections(first: 5) { nodes { handle title image { url } } }
  }
} }"""
STOREFRONT = """query($first: Int!) { products(first: $first) { nodes {
  onlineStoreUrl encodedVariantExistence encodedVariantAvailability
  media(first: 5) { nodes { id alt previewImage { url } } }
  variants(first: 10) { nodes { priceV2 { amount } unitPrice { amount } unitPriceMeasurement { quantityUnit } } }
} } }"""
BLOGS = "{ blogs(first: 10) { nodes { authors { name } articles(first: 3) { nodes { title blog { handle } } } } } }"
COLLECTIONS = """query($first: Int!) { collections(first: $first) { nodes {
  handle title description
  products(first: 8, sortKey: BEST_SELLING) { nodes { handle title featuredImage { url } availableForSale
    priceRange { minVariantPrice { amount } } } }
} } }"""
CART = """query($id: ID!) { cart(id: $id) { totalQuantity cost { totalAmount { amount } }
  lines(first: 100) { nodes { quantity cost { totalAmount { amount } }
    merchandise { ... on ProductVariant { title image { url } product { title featuredImage { url } } } } } } } }"""
SALES = "{ flashSales(first: 5) { nodes { title items { unitsLeft price { amount } variant { title } } } } }"
HOMEPAGE = """{ homepage(platform: WEB) { version builtAt territory platform menu { title url items { title } }
  sections { __typename id title ... on HomepageShelf { handle products {
    id handle title availableForSale price { amount currencyCode } compareAtPrice { amount } image { url } } } } } }"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What an operation sent: statements to the database, commands to the document store."""

    statements: int
    commands: int


async def spent(api: Api, query: str, **variables: Any) -> tuple[Spent, dict[str, Any]]:
    """What an operation cost, and its data."""
    database, documents = api.stores.database, api.stores.documents
    statements, commands = database.statements, documents.commands
    data = await api.data(query, variables)
    return Spent(database.statements - statements, documents.commands - commands), data


@pytest.fixture
async def filled(api: Api) -> Api:
    """A shop of thirty products of three variants with content, in six collections."""
    products = [
        await api.add_product(title=f"Mug {n:02}", variants=("S", "M", "L"), stock=n, price=1_000 + n)
        for n in range(PRODUCTS)
    ]
    keys = [product.product_id for product in products]
    collections = [await api.transact(lambda tx: add_collection(tx, keys)) for _ in range(6)]
    store = ContentStore(api.stores.documents)
    picture = Image("one", "/media/one.svg", "A mug")
    await store.put_products({key: ProductContent(key, "<p>A mug</p>", "A mug", ("mug",), (picture,)) for key in keys})
    await store.put_collections({key: CollectionContent(key, description="Mugs") for key in collections})
    return api


@pytest.mark.parametrize("first", [1, 2, 24, PRODUCTS])
async def test_a_listing_takes_four_reads_whatever_its_size(filled: Api, first: int) -> None:
    """Products, variants with prices and stock, the variants' products, collections; content of both in two."""
    cost, data = await spent(filled, LISTING, first=first)
    assert cost == Spent(statements=4, commands=2)
    assert len(data["products"]["nodes"]) == first
    assert all(len(node["variants"]["nodes"]) == 3 for node in data["products"]["nodes"])
    assert all(len(node["collections"]["nodes"]) == 5 for node in data["products"]["nodes"])


@pytest.mark.parametrize("first", [1, PRODUCTS])
async def test_what_storefronts_add_to_a_listing_takes_one_read_more(filled: Api, first: int) -> None:
    """The metafields with the units of measure; media and encoded variants come with what is read anyway."""
    cost, data = await spent(filled, STOREFRONT, first=first)
    assert cost == Spent(statements=3, commands=1)
    assert len(data["products"]["nodes"]) == first
    for node in data["products"]["nodes"]:
        assert node["encodedVariantExistence"] == "v1_0-2"
        assert [each["alt"] for each in node["media"]["nodes"]] == ["A mug"]


@pytest.mark.parametrize("blogs", [1, 6])
async def test_blogs_with_their_articles_take_three_commands(filled: Api, blogs: int) -> None:
    """Blogs, the articles of all, and the blogs that these name."""
    author, now = Author("Ada"), datetime.now(UTC)
    handles = [f"blog-{n}" for n in range(blogs)]
    articles = [Article(f"{each}/one", each, "one", "One", "<p>1</p>", "1", author, now) for each in handles]
    store = Content(filled.stores.documents).blogs
    await store.put([Blog(each, each, each) for each in handles], articles)
    cost, data = await spent(filled, BLOGS)
    assert cost == Spent(statements=0, commands=3)
    found = [node["articles"]["nodes"][0]["blog"]["handle"] for node in data["blogs"]["nodes"]]
    assert found == handles


@pytest.mark.parametrize("first", [1, 24])
async def test_a_live_flash_sale_costs_a_listing_nothing(filled: Api, first: int) -> None:
    """Its price and units come with the variants; a page of sales takes three reads: sales, items and variants."""
    listed = await filled.data("{ products(first: 30) { nodes { variants(first: 1) { nodes { id } } } } }")
    ids = [node["variants"]["nodes"][0]["id"] for node in listed["products"]["nodes"]]
    items = [
        NewFlashSaleItem(key_of(gid, "ProductVariant") or 0, "1.00", 1, None, DEFAULT_LOCATION) for gid in ids[-first:]
    ]
    staff = Viewer((await filled.add_account(Permission.FLASH_SALES)).customer_id, 0, frozenset(Permission))
    now = datetime.now(UTC)
    plan = FlashSaleService(filled.stores.database, "GBP").create
    await plan(staff, NewFlashSale("Hour", now, now + timedelta(hours=1), tuple(items)))
    cost, data = await spent(filled, LISTING, first=PRODUCTS)
    assert cost == Spent(statements=4, commands=2)
    prices = [node["priceRange"]["minVariantPrice"]["amount"] for node in data["products"]["nodes"]]
    assert prices.count("1.0") == first
    cost, data = await spent(filled, SALES)
    assert cost == Spent(statements=3, commands=0)
    assert [len(sale["items"]) for sale in data["flashSales"]["nodes"]] == [first]


@pytest.mark.parametrize("first", [1, 5, 6])
async def test_collections_with_their_products_take_three_statements(filled: Api, first: int) -> None:
    """Collections, one page of products of each, and the variants of all."""
    cost, data = await spent(filled, COLLECTIONS, first=first)
    assert cost == Spent(statements=3, commands=2)
    assert [len(node["products"]["nodes"]) for node in data["collections"]["nodes"]] == [8] * first


@pytest.mark.parametrize("lines", [1, 7, 40])
async def test_a_cart_takes_four_statements_whatever_its_lines(filled: Api, lines: int) -> None:
    """The cart, its lines, their variants and their products."""
    data = await filled.data("{ products(first: 30) { nodes { variants(first: 3) { nodes { id } } } } }")
    ids = [variant["id"] for node in data["products"]["nodes"] for variant in node["variants"]["nodes"]]
    made = await filled.data(
        "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code } } }",
        {"input": {"lines": [{"merchandiseId": variant, "quantity": 2} for variant in ids[:lines]]}},
    )
    cost, shown = await spent(filled, CART, id=made["cartCreate"]["cart"]["id"])
    assert cost == Spent(statements=4, commands=1)
    assert len(shown["cart"]["lines"]["nodes"]) == lines


async def test_the_homepage_reaches_neither_database(filled: Api) -> None:
    """Every field of it is answered from its Redis record."""
    card = ProductCard("gid://storefront/Product/1", "mug", "Mug", None, Money(1_000, "GBP"), None, True)
    record = HomepageRecord(
        territory="GB",
        platform=Platform.WEB,
        version=3,
        built_at=datetime(2026, 1, 1, tzinfo=UTC),
        menu=(MenuEntry("Mugs", "/collections/mugs"),),
        sections=(Shelf("mugs", "Mugs", "mugs", (card,) * 12),),
    )
    await filled.stores.homepage_records.replace(HomepageKey("GB", Platform.WEB), record)
    cost, data = await spent(filled, HOMEPAGE)
    assert cost == Spent(statements=0, commands=0)
    assert len(data["homepage"]["sections"][0]["products"]) == 12


async def test_a_missing_homepage_reaches_neither_database_and_is_asked_for_once(filled: Api) -> None:
    """A storm on an emptied Redis answers HOMEPAGE_UNAVAILABLE and leaves one event on the stream."""
    database, documents = filled.stores.database, filled.stores.documents
    before = (database.statements, documents.commands)
    answers = [await filled(HOMEPAGE) for _ in range(50)]
    assert (database.statements, documents.commands) == before
    for answer in answers:
        extensions = answer["errors"][0]["extensions"]
        assert (answer["data"], extensions["code"]) == ({"homepage": None}, "HOMEPAGE_UNAVAILABLE")
        assert extensions["retryAfter"] == filled.stores.settings.homepage_missing_seconds
    assert await filled.stores.redis.xlen(filled.stores.stream.key) == 1
