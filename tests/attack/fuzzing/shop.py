"""A shop with some of everything, so that requests reach every resolver."""

from collections import defaultdict
from functools import partial

from datasources.content.writes import ContentStore
from demo.content.menus import menus
from demo.content.pages import pages
from demo.content.shop import shop as demo_shop
from domain.accounts import Permission
from domain.kit.ids import global_id
from tests.attack.fuzzing.values import Loot
from tests.kit.carts import line, new_cart
from tests.kit.factories.catalog import add_collection
from tests.kit.factories.orders import add_paid_order
from tests.kit.fixtures.graphql_api import Api
from tests.kit.guarded_mutations import document
from tests.kit.homepages import KEY, full_page
from tests.kit.waiting import until
from workers.search import Indexer

PRODUCTS = 12


async def fill(api: Api) -> tuple[Loot, list[str | None]]:
    """What a client knows of it, and the tokens of its viewers: guests, shoppers, staff, and who has none."""
    mugs = [await api.add_product(handle=f"mug-{number}", stock=9) for number in range(PRODUCTS)]
    ids = [mug.product_id for mug in mugs]
    for handle in ("all", "mugs"):
        await api.transact(partial(add_collection, product_ids=ids, handle=handle))
    await document(api, "orderCancel", mugs[0])
    await _write_content(api)
    await Indexer(api.stores.search, api.stores.catalog, api.stores.content, api.stores.territories.default).rebuild()
    shopper, staff = await api.add_account(email="ada@example.com"), await api.add_account(*Permission)
    orders = [
        await api.transact(lambda tx: add_paid_order(tx, mugs[1].variant_id, customer_id=shopper.customer_id))
        for _ in range(3)
    ]
    carts = [await new_cart(api, line(mugs[number].variant_id, 2)) for number in range(3)]
    loot = Loot(handles=["mug-1", "all", "main", "GB", "TEN"], tokens=[shopper.token])
    loot.ids += [global_id("Product", mug.product_id) for mug in mugs]
    loot.ids += [global_id("ProductVariant", mug.variant_id) for mug in mugs]
    loot.ids += [global_id("Order", order) for order in orders] + [cart["id"] for cart in carts] * 3
    ended = api.token(999_999, *Permission)
    return loot, [None, None, shopper.token, staff.token, staff.token, ended, "x.y.z"]


async def _write_content(api: Api) -> None:
    content = ContentStore(api.stores.documents)
    await content.put_shop(demo_shop("Shop", "", "GBP"))
    for page in pages():
        await content.put_page(page)
    for menu in menus(defaultdict(lambda: 7)):
        await content.put_menu(menu)
    await api.stores.homepage_records.replace(KEY, full_page(key=KEY))
    await until(lambda: api.stores.homepage_copies.is_settled(KEY))
