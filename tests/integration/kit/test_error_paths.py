"""The path of every user error leads into the arguments of the mutation that answered it."""

from collections.abc import Mapping
from typing import Any

import pytest

from datasources.content.writes import ContentStore
from domain.accounts import Permission
from domain.content import Menu
from domain.discounts.rules import DiscountKind
from domain.homepage.keys import HomepageKey, Platform
from domain.homepage.sources import TextSection
from domain.inventory import DEFAULT_LOCATION
from domain.kit.ids import global_id
from tests.kit.bad_inputs import Inputs, document
from tests.kit.carts import line, new_cart
from tests.kit.delivery import ADD_ADDRESSES
from tests.kit.error_paths import MUTATIONS, check_error_paths, error_paths, is_argument_path
from tests.kit.factories.discounts import a_discount, add_discount
from tests.kit.factories.orders import add_paid_order
from tests.kit.fixtures.graphql_api import Api

REMOVE = "cartLinesRemove"


@pytest.fixture
async def good(api: Api) -> Mapping[str, Any]:
    """Good values by the names of arguments and fields, of a shop with one of everything."""
    mug = await api.add_product()
    variant, text = global_id("ProductVariant", mug.variant_id), (TextSection("a", "Hello", ""),)
    cart = await new_cart(api, line(mug.variant_id))
    address = {"address": {"deliveryAddress": {"countryCode": "GB", "city": "Leeds"}}}
    placed = await api.data(ADD_ADDRESSES, {"cart": cart["id"], "addresses": [address]})
    (kept,) = placed["cartDeliveryAddressesAdd"]["cart"]["delivery"]["addresses"]
    sent = await api.transact(lambda tx: add_paid_order(tx, mug.variant_id, sent=1))
    ten = await api.transact(lambda tx: add_discount(tx, a_discount()))
    free = a_discount(code="FREE", kind=DiscountKind.FREE_SHIPPING, basis_points=0)
    shipping = await api.transact(lambda tx: add_discount(tx, free))
    await ContentStore(api.stores.documents).put_menu(Menu("main", "main", "Main", ()))
    await api.stores.homepage_documents.save_draft(HomepageKey("GB", Platform.WEB), 0, "main", text, "test")
    (line_id,) = [each["id"] for each in cart["lines"]["nodes"]]
    discount = {"discountCodeFreeShippingUpdate.id": global_id("DiscountCodeNode", shipping.id)}
    for name in ("discountCodeBasicUpdate", "discountCodeActivate", "discountCodeDeactivate"):
        discount[f"{name}.id"] = global_id("DiscountCodeNode", ten.id)
    return discount | {
        "CartLineUpdateInput.id": line_id,
        "CartSelectableAddressUpdateInput.id": kept["id"],
        "HomepageProductsInput.products": global_id("Product", mug.product_id),
        "HomepageSectionInput.id": "a",
        "HomepageSectionInput.menu": "main",
        "ProductUpdateInput.id": global_id("Product", mug.product_id),
        "ProductVariantsBulkInput.id": variant,
        "addressIds": kept["id"],
        "cartId": cart["id"],
        "countryCode": "GB",
        "currencyCode": "GBP",
        "customerAccessToken": (await api.add_account()).token,
        "deliveryGroupId": cart["id"].replace("Cart", "CartDeliveryGroup"),
        "email": "ada@example.com",
        "homepageDraftSave.menu": "main",
        "homepagePublish.menu": "main",
        "lineIds": line_id,
        "lineItemId": global_id("OrderLineItem", f"{sent}-0"),
        "locationEdit.id": global_id("Location", DEFAULT_LOCATION),
        "locationId": global_id("Location", DEFAULT_LOCATION),
        "menuUpdate.id": global_id("Menu", "main"),
        "merchandiseId": variant,
        "orderId": global_id("Order", sent),
        "password": "long enough",
        "productId": global_id("Product", mug.product_id),
        "territory": "GB",
        "variantId": variant,
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
async def test_every_path_leads_into_the_arguments(api: Api, good: Mapping[str, Any], name: str) -> None:
    """For every bad input and every sender, `field` is null or a path into these arguments."""
    staff = await api.add_account(*Permission)
    found: set[tuple[str, ...]] = set()
    for token in (staff.token, None):
        for variables in Inputs(good).all(name, MUTATIONS[name]):
            answer = await api(document(name, MUTATIONS[name]), variables, token)
            codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
            assert "INTERNAL_SERVER_ERROR" not in codes, answer
            found |= {tuple(path) for _, path in error_paths(document(name, MUTATIONS[name]), answer)}
            if codes == ["UNAUTHENTICATED"]:
                break
    assert all(is_argument_path(MUTATIONS[name], list(path)) for path in found)
    assert found, "no bad input was refused with a path"


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        (["cartId"], True),
        (["lineIds"], True),
        (["lineIds", "3"], True),
        (["lines", "id"], False),
        (["lineIds", "id"], False),
        (["lineIds", "3", "id"], False),
        ([], False),
    ],
)
def test_a_path_is_followed_through_the_arguments(path: list[str], leads: bool) -> None:
    """Only what the mutation takes can be to blame."""
    assert is_argument_path(MUTATIONS[REMOVE], path) is leads


def test_answers_with_a_path_to_nowhere_are_found() -> None:
    """The check that every answer of the tests goes through finds errors below aliases and fragments."""
    query = (
        "mutation { gone: cartLinesRemove(cartId: 1, lineIds: []) { ...Errors } } "
        "fragment Errors on CartLinesRemovePayload { problems: userErrors { field } }"
    )
    answer = {"data": {"gone": {"problems": [{"field": None}, {"field": ["lines", "id"]}]}}}
    with pytest.raises(AssertionError, match="no path into the arguments of cartLinesRemove"):
        check_error_paths(query, answer)
