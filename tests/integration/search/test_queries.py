"""Search and lists with a query through GraphQL."""

from itertools import chain
from typing import Any

import pytest
import sqlalchemy as sa

from datasources import tables
from datasources.content.writes import ContentStore
from domain.catalog.records import ProductContent, Seo
from domain.content import ContentPage
from domain.search import UnavailableProducts
from tests.kit.factories.catalog import NOW, add_collection
from tests.kit.fixtures.graphql import asking
from tests.kit.fixtures.graphql_api import Api
from workers.search import Indexer

PRODUCTS = """query($query: String!, $sort: ProductSortKeys, $reverse: Boolean) {
  products(first: 20, query: $query, sortKey: $sort, reverse: $reverse) { nodes { handle } } }"""
SEARCH = """query($query: String!, $types: [SearchType!], $first: Int, $last: Int, $after: String, $before: String,
    $sort: SearchSortKeys, $reverse: Boolean, $unavailable: SearchUnavailableProductsType) {
  search(query: $query, types: $types, first: $first, last: $last, after: $after, before: $before, sortKey: $sort,
    reverse: $reverse, unavailableProducts: $unavailable) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { ... on Product { handle } ... on Page { page: handle } } } } }"""
TITLES = {"lamp": "Lamp", "mug": "Blue mug", "cup": "Cups, two", "sieve": "Tea sieve", "tray": "Äsh tray"}
PAGES = {
    "returns": ("Returns", "<p>Send a mug back</p>"),
    "mug-care": ("How to care for a mug", "<p>No dishwasher.</p>"),
    "story": ("Our story", "<p>It began with a <b>Crème</b> brûlée.</p>"),
}


@pytest.fixture
async def shop(api: Api) -> Api:
    """Five products, the cup sold out; the description of the lamp, the cheapest, names a mug. Three pages."""
    prices = {"lamp": 100, "mug": 900, "cup": 500, "sieve": 700, "tray": 300}
    contents = {}
    for handle, title in TITLES.items():
        stock = 0 if handle == "cup" else 5
        added = await api.add_product(
            handle=handle, title=title, vendor=handle.title(), product_type="", price=prices[handle], stock=stock
        )
        tags = ("tableware", "sale") if handle in ("mug", "cup") else ("sale",)
        contents[added.product_id] = ProductContent(added.product_id, description="Shines on a mug", tags=tags)
        codes = {"sku": f"{handle}-1".upper(), "barcode": f"40063{added.product_id:04}"}
        mine = tables.variants.c.product_id == added.product_id
        await api.change(sa.update(tables.variants).where(mine).values(codes))
    store = ContentStore(api.stores.documents)
    await store.put_products(contents)
    for handle, texts in PAGES.items():
        await store.put_page(_page(handle, *texts))
    await index(api)
    return api


def _page(handle: str, title: str, html: str) -> ContentPage:
    return ContentPage(handle, handle, title, html, "", NOW, NOW, Seo())


async def index(api: Api) -> None:
    """Brings the search index up to date."""
    stores = api.stores
    await stores.search.prepare()
    await Indexer(stores.search, stores.catalog, stores.content, stores.territories.default).rebuild()


async def listed(api: Api, query: str, sort: str = "RELEVANCE", reverse: bool = False) -> list[str]:
    """Handles of a list with a query."""
    data = await api.data(PRODUCTS, {"query": query, "sort": sort, "reverse": reverse})
    return [node["handle"] for node in data["products"]["nodes"]]


async def found(api: Api, query: str, **more: Any) -> list[str]:
    """Handles of a search, those of pages with a slash before them."""
    data = await api.data(SEARCH, {"query": query, "first": 20, **more})
    return [_handle(edge["node"]) for edge in data["search"]["edges"]]


def _handle(node: dict[str, str]) -> str:
    return f"/{node['page']}" if "page" in node else node["handle"]


@pytest.mark.parametrize(
    ("query", "handles"),
    [
        ("available_for_sale:true", {"lamp", "mug", "sieve", "tray"}),
        ("available_for_sale:false", {"cup"}),
        ("NOT available_for_sale:true", {"cup"}),
        ("-available_for_sale:false tag:tableware", {"mug"}),
        ("tag:tableware", {"mug", "cup"}),
        ("-tag:tableware", {"lamp", "sieve", "tray"}),
        ("NOT tag:tableware", {"lamp", "sieve", "tray"}),
        ("tag_not:tableware", {"lamp", "sieve", "tray"}),
        ("tag:sale AND NOT vendor:Lamp AND -handle:mug", {"cup", "sieve", "tray"}),
        ("sku:mug-1", {"mug"}),
        ("sku:mug", set()),
        ("-sku:MUG-1", {"lamp", "cup", "sieve", "tray"}),
        ("(tag:tableware)", {"mug", "cup"}),
        ('vendor:"mug"', {"mug"}),
        ("title:mug", {"lamp", "mug", "cup", "sieve", "tray"}),
        ("blue - mug", {"mug"}),
        ("(NOT tag:tableware)", {"lamp", "sieve", "tray"}),
        ("tag:sale AND (NOT tag:tableware)", {"lamp", "sieve", "tray"}),
        ("(tag:sale) AND (-tag:tableware)", {"lamp", "sieve", "tray"}),
        ("NOT(tag:tableware)", {"lamp", "sieve", "tray"}),
        ("-((tag:tableware))", {"lamp", "sieve", "tray"}),
        ("(tag:tableware AND (vendor:mug))", {"mug"}),
    ],
)
async def test_filters_narrow_and_leave_out(shop: Api, query: str, handles: set[str]) -> None:
    """Each filter of the syntax, alone and with others."""
    assert set(await listed(shop, query)) == handles


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("tag:tableware OR tag:garden", ["OR"]),
        ("-mug", ["-mug"]),
        ("lamp NOT mug", ["NOT mug"]),
        ("NOT (tag:a AND tag:b)", ["NOT ("]),
        ("variants.price:<50", ["variants.price"]),
        ("price:>=10", ["price"]),
        ("created_at:>2020-01-01", ["created_at"]),
        ("created_at:>'2020-01-01' updated_at:<2021", ["created_at", "updated_at"]),
        ("tag:table*", ["tag:table*"]),
        ("vendor:>A", ["vendor:>A"]),
        ("available_for_sale:maybe", ["available_for_sale:maybe"]),
        ("-title:mug", ["-title:mug"]),
        ("metafields.custom.color:red", ["metafields.custom.color"]),
        ("colour:red", ["colour"]),
        ("(tag:tableware) (OR) (tag:garden)", ["OR"]),
        ("tag:tableware OR(tag:garden)", ["OR"]),
        ("NOT(tag:a tag:b)", ["NOT ("]),
        ("-(tag:a tag:b)", ["-("]),
        ("NOT -(tag:a tag:b)", ["NOT -("]),
        ("-(-tag:a)", ["-("]),
        ("tag:(tableware garden)", ["tag:(tableware"]),
        ("tag:(tableware)", ["tag:(tableware)"]),
        ("tag:table(ware", ["tag:table(ware"]),
        ("tag: tableware", ["tag:"]),
        ("mug NOT", ["NOT"]),
        ("(mug NOT) lamp", ["NOT"]),
        ("NOT AND tag:a", ["AND"]),
        ("a b c d e f g h i j k", ["more than 10 words"]),
        ("mug " * 300 + "-tag:sale", ["more than 1,000 characters"]),
    ],
)
async def test_what_is_not_supported_is_named_and_finds_nothing(shop: Api, query: str, named: list[str]) -> None:
    """A filter that is ignored would show what the client wants to hide."""
    for sort in ("RELEVANCE", "PRICE"):
        answer = await shop(PRODUCTS, {"query": query, "sort": sort})
        assert answer["data"]["products"]["nodes"] == []
        (warning,) = answer["extensions"]["warnings"]
        assert (warning["code"], warning["unsupported"], warning["paths"]) == ("NOT_SUPPORTED", named, [["products"]])
        assert all(f"`{name}`" in warning["message"] for name in named)


async def test_colons_of_shoppers_are_no_filters(shop: Api) -> None:
    """Unknown fields of a search are words, but those that the Storefront API has are named."""
    assert await found(shop, "blue:mug") == ["mug"]
    answer = await shop(SEARCH, {"query": "mug -blue", "first": 5})
    assert answer["data"]["search"]["edges"] == []
    assert answer["extensions"]["warnings"][0]["unsupported"] == ["-blue"]
    assert (await shop(SEARCH, {"query": "variants.price:<5", "first": 5}))["extensions"]["warnings"]


@pytest.mark.parametrize(
    ("sort", "handles"),
    [
        ("PRICE", ["tray", "cup", "sieve", "mug"]),
        ("TITLE", ["tray", "mug", "cup", "sieve"]),
        ("VENDOR", ["cup", "mug", "sieve", "tray"]),
        ("CREATED_AT", ["mug", "cup", "sieve", "tray"]),
        ("UPDATED_AT", ["mug", "cup", "sieve", "tray"]),
        ("ID", ["mug", "cup", "sieve", "tray"]),
        ("PRODUCT_TYPE", ["mug", "cup", "sieve", "tray"]),
    ],
)
async def test_every_sort_key_works_with_a_query(shop: Api, sort: str, handles: list[str]) -> None:
    """In the order that lists without a query have."""
    for reverse in (False, True):
        assert await listed(shop, "-vendor:lamp", sort, reverse) == (handles[::-1] if reverse else handles)


async def test_another_order_has_good_matches_only(shop: Api) -> None:
    """The lamp is the cheapest, and its description names a mug."""
    assert await listed(shop, "mug", "PRICE") == ["mug"]
    assert (await listed(shop, "mug"))[0] == "mug"
    assert set(await listed(shop, "mug")) == set(TITLES)
    assert await found(shop, "mug", sort="PRICE") == ["mug"]
    assert await listed(shop, "shines", "PRICE") == ["lamp", "tray", "cup", "sieve", "mug"]


async def test_sold_out_products_are_left_out_unless_their_code_is_exact(shop: Api) -> None:
    """By default; clients may show them or put them last."""
    assert "cup" not in await found(shop, "mug")
    assert await found(shop, "shines", sort="PRICE") == ["lamp", "tray", "sieve", "mug"]
    assert (await found(shop, "shines", sort="PRICE", unavailable="LAST")) == ["lamp", "tray", "sieve", "mug", "cup"]
    assert (await found(shop, "shines", sort="PRICE", unavailable="SHOW"))[2] == "cup"
    (cup,) = [row for row in await shop.rows(tables.variants) if row.sku == "CUP-1"]
    for text in ("cup", "Cup-1", cup.barcode):
        assert (await found(shop, text))[0] == "cup"
        assert (await found(shop, text, unavailable="LAST"))[0] == "cup"
        assert (await found(shop, text, sort="PRICE")) == ["cup"]


async def test_a_setting_decides_what_becomes_of_sold_out_products(shop: Api) -> None:
    """Where the client does not."""
    for unavailable, last in (("LAST", "cup"), ("HIDE", "mug")):
        settings = shop.stores.settings.model_copy(update={"search_unavailable": UnavailableProducts(unavailable)})
        async with asking(settings) as other:
            assert (await found(other, "shines", sort="PRICE"))[-1] == last


async def test_pages_are_found_by_their_full_text(shop: Api) -> None:
    """Folded like products; a page whose name is searched for comes first, also before products."""
    assert await found(shop, "creme brulee", types=["PAGE"]) == ["/story"]
    assert await found(shop, "dishw", types=["PAGE"]) == ["/mug-care"]
    assert await found(shop, "mug", types=["PAGE"]) == ["/mug-care", "/returns"]
    assert await found(shop, "b", types=["PAGE"]) == ["/returns", "/story"]
    both = await found(shop, "mug", types=["PRODUCT", "PAGE"])
    assert both[0] == "mug"
    assert both[-2:] == ["/mug-care", "/returns"]
    assert await found(shop, "RETURNS", types=["PRODUCT", "PAGE"]) == ["/returns"]
    assert await found(shop, "mug", types=["PRODUCT", "PAGE"], reverse=True) == both[::-1]


@pytest.mark.parametrize("sort", ["RELEVANCE", "PRICE"])
@pytest.mark.parametrize("unavailable", ["HIDE", "LAST", "SHOW"])
@pytest.mark.parametrize("types", [["PRODUCT"], ["PAGE"], ["PRODUCT", "PAGE"]])
async def test_pages_of_a_search_make_up_the_whole(shop: Api, types: list[str], unavailable: str, sort: str) -> None:
    """By two, forward and backward, with the same count on each; products and pages in one list."""
    terms = {"query": "mug" if sort == "RELEVANCE" else "i", "types": types, "unavailable": unavailable, "sort": sort}
    terms["query"] = "s"
    whole = await found(shop, **terms)  # type: ignore[arg-type]
    for size, edge, on in (("first", "after", "endCursor"), ("last", "before", "startCursor")):
        pages: list[list[str]] = []
        cursor, more = None, True
        while more:
            answer = (await shop.data(SEARCH, terms | {size: 2, edge: cursor}))["search"]
            pages.append([_handle(each["node"]) for each in answer["edges"]])
            assert answer["totalCount"] == len(whole)
            info = answer["pageInfo"]
            cursor, more = info[on], info["hasNextPage" if size == "first" else "hasPreviousPage"]
        if size == "last":
            pages.reverse()
        assert list(chain.from_iterable(pages)) == whole


@pytest.mark.slow
async def test_suggestions_see_all_collections_folded(shop: Api) -> None:
    """Without case and accents, by beginnings, and with typos where nothing has the words; hidden ones stay hidden."""
    for number in range(260):
        await shop.transact(lambda tx, n=number: add_collection(tx, (), title=f"A{n:03}"))  # type: ignore[misc]
    titles = {"creme": "Crème & Brûlée", "cups": "Zebra cups", "hidden-cups": "Cups", "tea": "Чай и кофе"}
    for handle, title in titles.items():
        await shop.transact(lambda tx, h=handle, t=title: add_collection(tx, (), handle=h, title=t))  # type: ignore[misc]
    query = "query($query: String!) { predictiveSearch(query: $query, types: [COLLECTION]) { collections { handle } } }"

    async def suggested(text: str) -> list[str]:
        data = await shop.data(query, {"query": text})
        return [each["handle"] for each in data["predictiveSearch"]["collections"]]

    assert await suggested("brulee CREM") == ["creme"]
    assert await suggested("zeb") == ["cups"]
    assert await suggested("cu") == ["cups"]
    assert await suggested("zebar cups") == ["cups"]
    assert await suggested("КОФЕ") == ["tea"]
    assert await suggested("bra cups") == []
    assert await suggested("☕") == []
    assert await suggested("%") == []


async def test_typos_are_looked_for_in_a_bounded_number_of_titles(shop: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first by title. Words as they are written are found in any."""
    monkeypatch.setattr("resolvers.search.texts.MAX_RESEMBLING", 1)
    for title in ("Lamps", "Zebras"):
        await shop.transact(lambda tx, t=title: add_collection(tx, (), handle=t, title=t))  # type: ignore[misc]
    query = "query($query: String!) { predictiveSearch(query: $query, types: [COLLECTION]) { collections { handle } } }"
    found = {}
    for text in ("lapms", "zebars", "zebras"):
        found[text] = (await shop.data(query, {"query": text}))["predictiveSearch"]["collections"]
    assert found == {"lapms": [{"handle": "Lamps"}], "zebars": [], "zebras": [{"handle": "Zebras"}]}


async def test_suggestions_leave_sold_out_products_out(shop: Api) -> None:
    """As searches do."""
    query = '{ predictiveSearch(query: "c", types: [PRODUCT, PAGE]) { products { handle } pages { handle } } }'
    data = (await shop.data(query))["predictiveSearch"]
    assert data["products"] == []
    assert [page["handle"] for page in data["pages"]] == ["mug-care", "story"]
