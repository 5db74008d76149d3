"""Documents in the style of ten storefronts, with everything that public storefronts select."""

import pytest
from graphql import GraphQLEnumType, concat_ast, validate

from tests.kit.storefront_documents import (
    committed_schema,
    documents,
    list_of_clients,
    listed_coordinates,
    listed_enums,
    operations,
    used_coordinates,
    variables,
)

# What clients use besides, by its place in the schema.
BESIDES = (
    "CartUserError.code CartUserError.field CartUserError.message CustomerUserError.code DisplayableError.field "
    "CartDiscountAllocation.discountedAmount CartDiscountAllocation.discountApplication "
    "CartCodeDiscountAllocation.code CartAutomaticDiscountAllocation.title CartCustomDiscountAllocation.title "
    "Node.id Trackable.trackingParameters OnlineStorePublishable.onlineStoreUrl HasMetafields.metafields "
    "CartThrottled.pollAfter ComponentizableCartLine.lineComponents CartLine.parentRelationship "
    "Cart.appliedGiftCards CartCost.totalDutyAmount ProductVariant.unitPriceMeasurement "
    "CartBuyerIdentity.deliveryAddressPreferences MailingAddress.address1 MailingAddress.address2 "
    "MailingAddress.city MailingAddress.company MailingAddress.country MailingAddress.countryCodeV2 "
    "MailingAddress.firstName MailingAddress.formatted MailingAddress.formattedArea MailingAddress.lastName "
    "MailingAddress.latitude MailingAddress.longitude MailingAddress.name MailingAddress.phone "
    "MailingAddress.province MailingAddress.provinceCode MailingAddress.zip Product.media MediaImage.image "
    "Video.sources ExternalVideo.embedUrl Model3d.sources Product.onlineStoreUrl Product.encodedVariantExistence "
    "Product.encodedVariantAvailability QueryRoot.localization QueryRoot.sitemap QueryRoot.urlRedirects "
    "QueryRoot.productTags QueryRoot.productTypes QueryRoot.productByHandle QueryRoot.collectionByHandle "
    "QueryRoot.articles MenuItem.resource Shop.privacyPolicy Shop.refundPolicy Shop.shippingPolicy "
    "Shop.termsOfService Shop.subscriptionPolicy Shop.contactInformation Image.url(transform:) "
    "ImageTransformInput.maxWidth QueryRoot.collections(query:) Mutation.cartMetafieldsSet "
    "Mutation.cartMetafieldDelete Mutation.cartDeliveryAddressesReplace Mutation.cartGiftCardCodesAdd "
    "Mutation.cartGiftCardCodesUpdate Mutation.cartGiftCardCodesRemove Product.requiresSellingPlan "
    "Product.sellingPlanGroups BaseCartLine.sellingPlanAllocation"
)


def _used() -> set[str]:
    return set().union(*map(used_coordinates, documents().values()))


def test_the_documents_are_valid() -> None:
    """Also all together, as generators of code read them; every operation has its variables."""
    assert len(documents()) == 10
    assert [error.message for error in validate(committed_schema(), concat_ast(list(documents().values())))] == []
    named = [each.name.value for document in documents().values() for each in operations(document) if each.name]
    assert sorted(named) == sorted(variables())


def test_the_documents_select_what_clients_use() -> None:
    """Everything in the list above, and a deferred fragment."""
    assert set(BESIDES.split()) - _used() == set()
    assert "... @defer" in "".join(str(document.loc.source.body) for document in documents().values() if document.loc)


def test_the_documents_select_what_public_storefronts_select() -> None:
    """Every field, argument and input field of the list of storefronts; the schema has every value of its enums."""
    if (file := list_of_clients()) is None:
        pytest.skip("the list of what public storefronts select is not on this machine")
    lines = file.read_text().splitlines()
    listed = listed_coordinates(lines)
    assert len(listed) > 300
    assert listed - _used() == set()
    for name, values in listed_enums(lines).items():
        kind = committed_schema().type_map[name]
        assert isinstance(kind, GraphQLEnumType)
        assert values - kind.values.keys() == set(), name
