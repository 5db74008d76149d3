"""What fields declare about their scope is what their resolvers do: whoever asks, nobody looks at more."""

import pytest

from bff.edge.visits import DEVICE_HEADER
from resolvers.context import Context
from resolvers.kit.scopes import Scope
from schema.scopes import FIELDS
from tests.kit.fixtures.graphql_api import Api
from tests.kit.homepages import KEY, full_page
from tests.kit.waiting import until

_PRODUCT = """{ id title description collections(first: 3) { nodes { handle products(first: 3) { nodes { id } } } }
  variants(first: 3) { nodes { price { amount } quantityAvailable product { id } } } }"""
# Every query that is not private, with the fields that lead on from it.
QUERIES = {
    "article": '{ article(id: "gid://storefront/Article/news/x") { title blog { title } } }',
    "addressForm": "{ addressForm(country: JP) { zipExample } }",
    "articles": "{ articles(first: 3) { nodes { id } } }",
    "blogByHandle": '{ blogByHandle(handle: "news") { articles(first: 3) { nodes { id } } } }',
    "metaobject": '{ metaobject(handle: {type: "maker", handle: "x"}) { fields { value } } }',
    "metaobjects": '{ metaobjects(type: "maker", first: 3) { nodes { id } } }',
    "paymentSettings": "{ paymentSettings { countryCode enabledPresentmentCurrencies } }",
    "productTags": "{ productTags(first: 3) { nodes } }",
    "publicApiVersions": "{ publicApiVersions { handle } }",
    "urlRedirects": "{ urlRedirects(first: 3) { nodes { target } } }",
    "collectionByHandle": '{ collectionByHandle(handle: "all") { title onlineStoreUrl } }',
    "productByHandle": '{ productByHandle(handle: "mug") { title media(first: 3) { nodes { alt } } } }',
    "productTypes": "{ productTypes(first: 3) { nodes } }",
    "sitemap": "{ sitemap(type: PRODUCT) { pagesCount { count } resources(page: 1) { items { handle } } } }",
    "blog": '{ blog(handle: "news") { title } }',
    "blogs": "{ blogs(first: 3) { nodes { id } } }",
    "menu": '{ menu(handle: "main") { items { url } } }',
    "page": '{ page(handle: "about") { title } }',
    "pageByHandle": '{ pageByHandle(handle: "about") { title } }',
    "pages": "{ pages(first: 3) { nodes { id } } }",
    "shop": "{ shop { name primaryDomain { url } shipsToCountries } }",
    "collection": '{ collection(handle: "all") { title description } }',
    "flashSale": '{ flashSale(id: "x") { title items { unitsLeft variant { title } } } }',
    "flashSales": "{ flashSales(first: 3) { nodes { title items { unitsLeft variant { title } } } } }",
    "product": f'{{ product(handle: "mug") {_PRODUCT} }}',
    "collections": f"{{ collections(first: 3) {{ nodes {{ title products(first: 3) {{ nodes {_PRODUCT} }} }} }} }}",
    "homepage": '{ homepage(platform: WEB) { territory personalized } __type(name: "Shop") { name } }',
    "predictiveSearch": f'{{ predictiveSearch(query: "mug") {{ products {_PRODUCT} collections {{ id }} }} }}',
    "productRecommendations": f'{{ productRecommendations(productId: "ID") {_PRODUCT} }}',
    "products": f"{{ products(first: 3) {{ nodes {_PRODUCT} }} }}",
    "search": f'{{ search(query: "mug", first: 3) {{ nodes {{ ... on Product {_PRODUCT} }} }} }}',
}


def test_every_query_that_caches_may_keep_is_here() -> None:
    """A new one needs a line above."""
    kept = {field for (kind, field), scope in FIELDS.items() if kind == "QueryRoot" and scope < Scope.PRIVATE}
    assert kept == QUERIES.keys()


@pytest.mark.parametrize("name", QUERIES)
async def test_no_resolver_looks_at_more_than_its_field_declares(
    api: Api, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an account on a known device, for whom there is most to find."""
    looked: list[Scope] = []
    monkeypatch.setattr(Context, "scope", property(lambda _: Scope.PUBLIC, lambda _, scope: looked.append(scope)))
    mug = await api.add_product(handle="mug")
    await api.stores.homepage_records.replace(KEY, full_page())
    await until(lambda: api.stores.homepage_copies.is_settled(KEY))
    account = await api.add_account()
    query = QUERIES[name].replace("ID", f"gid://storefront/Product/{mug.product_id}")
    await api(query, token=account.token, headers={DEVICE_HEADER: "an-app-install"})
    declared = FIELDS["QueryRoot", name]
    nested = {"product": Scope.VIEWER}  # leads to `Product.collections`
    assert max(looked, default=Scope.PUBLIC) <= nested.get(name, declared)
