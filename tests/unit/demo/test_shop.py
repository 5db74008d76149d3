"""The demo shop is complete and identical on every machine."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from bff.settings.variables import Settings
from demo.accounts import demo_accounts, shoppers
from demo.catalog.collections import listings
from demo.catalog.products import drafts
from demo.content.menus import menus
from demo.content.pages import pages
from demo.content.shop import policies
from demo.orders import ORDERS, past_orders
from domain.accounts import Permission
from domain.catalog.drafts import ProductDraft
from domain.orders.life import OrderStatus
from services.kit.html import plain_text, sanitised
from tests.unit.demo.fingerprint import TODAY, fingerprint


@pytest.fixture(scope="module")
def products() -> tuple[ProductDraft, ...]:
    """Every product of the demo shop."""
    return drafts(Settings().markets())


@pytest.mark.slow
def test_the_shop_is_the_same_in_another_process_with_other_hashes() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-m", "tests.unit.demo.fingerprint"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.strip() == fingerprint()


def test_there_are_two_hundred_products_with_handles_skus_and_first_pictures_of_their_own(
    products: tuple[ProductDraft, ...],
) -> None:
    skus = [variant.sku for product in products for variant in product.variants]
    assert len({product.handle for product in products}) == len(products) == 200
    assert len(set(skus)) == len(skus)
    assert len({product.images[0].url for product in products}) == 200


def test_every_text_is_safe_and_every_variant_has_all_options_and_a_picture_of_its_product(
    products: tuple[ProductDraft, ...],
) -> None:
    for product in products:
        assert sanitised(product.html) == product.html
        assert plain_text(product.html) == product.description
        assert len({variant.option_values for variant in product.variants}) == len(product.variants)
        for variant in product.variants:
            assert len(variant.option_values) == len(product.option_names)
            assert variant.image_url in {image.url for image in product.images}


def test_reductions_reduce_in_every_territory(products: tuple[ProductDraft, ...]) -> None:
    on_sale = [product for product in products if "sale" in product.tags]
    assert len(on_sale) > 20
    for variant in chain.from_iterable(product.variants for product in on_sale):
        assert variant.compare_at_minor is not None
        assert variant.compare_at_minor > variant.price_minor
        for _, price in variant.prices:
            assert price.compare_at is not None
            assert price.compare_at.minor > price.price.minor


def test_some_products_are_priced_for_the_other_territories_in_whole_units(products: tuple[ProductDraft, ...]) -> None:
    abroad = [price for product in products for variant in product.variants for _, price in variant.prices]
    assert {price.price.currency for price in abroad} == {"USD", "EUR"}
    assert all(price.price.minor % 100 == 0 for price in abroad)
    assert any(not product.variants[0].prices for product in products)


def test_stock_has_sold_out_products_huge_ones_and_one_of_twenty_units(products: tuple[ProductDraft, ...]) -> None:
    stock = {product.handle: sum(variant.inventory for variant in product.variants) for product in products}
    limited = [product.handle for product in products if "limited" in product.tags]
    assert limited == ["numbered-tide-clock"]
    assert stock["numbered-tide-clock"] == 20
    assert sum(units == 0 for units in stock.values()) == 5
    assert sum(units >= 100_000 for units in stock.values()) == 5


def test_every_collection_has_products_and_the_hidden_ones_fill_a_homepage(products: tuple[ProductDraft, ...]) -> None:
    sizes = Counter(handle for product in products for handle, _ in product.collections)
    assert set(sizes) == {listing.handle for listing in listings()}
    assert sizes["hidden-homepage-featured-items"] >= 3
    assert sizes["hidden-homepage-carousel"] >= 3


def test_menus_lead_to_collections_pages_and_policies_that_exist() -> None:
    known = {f"/collections/{listing.handle}" for listing in listings()} | {"/search"}
    known |= {f"/pages/{page.handle}" for page in pages()} | {policy.url for policy in policies()}
    found = menus({listing.handle: number for number, listing in enumerate(listings())})
    expected = {"main-menu", "footer", "next-js-frontend-header-menu", "next-js-frontend-footer-menu"}
    assert expected <= {menu.handle for menu in found}
    for menu in found:
        items = [*menu.items, *chain.from_iterable(item.items for item in menu.items)]
        assert {item.url for item in items} <= known


def test_menus_lead_to_pages_that_their_storefront_has() -> None:
    """One makes `/search/HANDLE` of collections and `/HANDLE` of pages, and has nothing else besides `/search`."""
    found = {menu.handle: menu for menu in menus({listing.handle: 1 for listing in listings()})}
    for handle in ("next-js-frontend-header-menu", "next-js-frontend-footer-menu"):
        folders = {item.url.split("/")[1] for item in found[handle].items}
        assert folders <= {"search", "collections", "pages"}
    linked = {item.url for item in found["next-js-frontend-footer-menu"].items}
    assert {f"/pages/{policy.handle}" for policy in policies()} <= linked


def test_texts_of_pages_and_policies_are_safe() -> None:
    for html in [page.html for page in pages()] + [policy.html for policy in policies()]:
        assert sanitised(html).replace(' rel="noopener noreferrer"', "") == html


def test_past_orders_are_named_once_lie_in_the_last_year_and_sell_what_the_shop_has(
    products: tuple[ProductDraft, ...],
) -> None:
    orders = past_orders(products, Settings().markets(), TODAY)
    skus = {variant.sku for product in products for variant in product.variants}
    end = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    assert len({order.name for order in orders}) == len(orders) == ORDERS
    assert all(end - timedelta(days=366) < order.created_at < end for order in orders)
    assert {line.sku for order in orders for line in order.lines} <= skus
    assert {order.currency for order in orders} == {"GBP", "USD", "EUR"}
    assert {order.status for order in orders} == {
        OrderStatus.PAID,
        OrderStatus.FULFILLED,
        OrderStatus.CANCELLED,
        OrderStatus.REFUNDED,
    }


def test_the_demo_shopper_has_past_orders_and_everybody_else_is_somebody(products: tuple[ProductDraft, ...]) -> None:
    orders = past_orders(products, Settings().markets(), TODAY)
    emails = {shopper.email for shopper in shoppers()}
    assert len(emails) == 80
    assert sum(order.email == "shopper@example.com" for order in orders) == 9
    assert {order.email for order in orders} <= emails


def test_only_the_first_of_the_demo_accounts_may_do_everything() -> None:
    granted = {demo.account.email: demo.permissions for demo in demo_accounts()}
    assert granted == {
        "staff@example.com": frozenset(Permission),
        "stock@example.com": frozenset({Permission.INVENTORY}),
        "shopper@example.com": frozenset(),
    }
