"""For whom each field of the schema has the same value: the only place that says so.

A field has the scope of its type, unless `FIELDS` names it. The query type has no scope: each of its fields is in
`FIELDS`. What is missing here is private to the viewer, and fails `tests/contracts/test_scopes.py`.

A resolver that finds out more than this file says, by looking at the viewer, raises the scope of its own answer:
`Context.depends_on`.
"""

from resolvers.kit.scopes import Scope

# Parts of other types: they say no more than the field above them.
_PARTS = """
  Attribute Count Image ImageConnection ImageEdge MoneyV2 PageInfo ProductOptionValueSwatch SEO SelectedOption
  Media MediaImage Metafield UserError
"""
_TEXTS = """
  Article ArticleAuthor ArticleConnection ArticleEdge Blog BlogConnection BlogEdge Brand Domain Menu MenuItem Page
  AddressForm AddressFormField AddressProvince PageConnection PageEdge PaymentSettings Shop
  ShopPolicy ShopPolicyWithDefault
"""
# Prices, stock and what is for sale at all depend on the territory.
_CATALOG = """
  Collection CollectionConnection CollectionEdge FlashSale FlashSaleConnection FlashSaleEdge FlashSaleItem HasMetafields
  Product ProductConnection ProductEdge ProductOption ProductOptionValue ProductPriceRange ProductVariant
  ProductVariantConnection ProductVariantEdge QuantityRule VariantFlashSale
  PredictiveSearchResult SearchQuerySuggestion SearchResultItemConnection SearchResultItemEdge
"""
_HOMEPAGE = """
  Homepage HomepageBanner HomepageBanners HomepageFlashSale HomepageFlashSaleItem HomepageMenu HomepageMenuItem
  HomepageProductCard HomepageRecommendations HomepageSection HomepageShelf HomepageText HomepageTopCategories
"""
_CARTS = """
  BaseCartLine BaseCartLineConnection BaseCartLineEdge Cart CartBuyerIdentity CartCost CartDelivery CartDeliveryAddress
  CartDeliveryGroup CartDeliveryGroupConnection CartDeliveryGroupEdge CartDeliveryOption CartDiscountAllocation
  CartDiscountCode CartLine CartLineComponent CartLineCost CartSelectableAddress CartWarning
  CartStatusNotReady CartStatusReady CartThrottled PaymentAction PaymentMethod SubmitActionRequired
  SubmitAlreadyAccepted SubmitFailed SubmitSuccess SubmitThrottled
"""
_PEOPLE = """
  Customer CustomerAccessToken Fulfillment FulfillmentLineItem FulfillmentLineItemConnection FulfillmentLineItemEdge
  FulfillmentTrackingInfo HiddenItem MailingAddress Order OrderConnection OrderDisputeSummary OrderEdge OrderEvent
  OrderEventConnection
  OrderEventEdge OrderLineItem OrderLineItemConnection OrderLineItemEdge Refund
"""
_STAFF = """
  DiscountAmount DiscountCodeBasic DiscountCodeFreeShipping DiscountCodeNode DiscountCodeNodeConnection
  DiscountCodeNodeEdge DiscountCustomerGets DiscountMinimumSubtotal DiscountPercentage DiscountRedeemCode
  DiscountRedeemCodeConnection DiscountRedeemCodeEdge HomepageDocument HomepageDocumentSection HomepageDraft
  HomepageHistoryEntry HomepageSchedule HomepageVersion InventoryLevel Location LocationConnection LocationEdge
  LocationPriority MenuVersion ApiVersion WebhookDelivery WebhookDeliveryConnection WebhookDeliveryEdge
  WebhookHttpEndpoint WebhookSubscription WebhookSubscriptionConnection WebhookSubscriptionEdge
"""
_OUTCOMES = """
  Mutation CartAttributesUpdatePayload CartBuyerIdentityUpdatePayload CartCreatePayload CartDeliveryAddressesAddPayload
  CartDeliveryAddressesRemovePayload CartDeliveryAddressesUpdatePayload CartDiscountCodesUpdatePayload
  CartLinesAddPayload CartLinesRemovePayload CartLinesUpdatePayload CartNoteUpdatePayload
  CartPrepareForCompletionPayload CartSelectedDeliveryOptionsUpdatePayload CustomerAccessTokenCreatePayload
  CustomerAccessTokenDeletePayload CustomerActivatePayload CustomerCreatePayload
  DiscountCodeActivatePayload DiscountCodeBasicCreatePayload
  DiscountCodeBasicUpdatePayload DiscountCodeDeactivatePayload DiscountCodeFreeShippingCreatePayload
  DiscountCodeFreeShippingUpdatePayload FlashSaleCancelPayload FlashSaleCreatePayload FlashSaleUpdatePayload
  FulfillmentCreatePayload HomepageDraftSavePayload HomepagePublishPayload HomepageSchedulePayload
  InventoryAdjustQuantitiesPayload InventoryMoveQuantitiesPayload LocationAddPayload LocationEditPayload
  MenuUpdatePayload OrderCancelPayload OrderPaymentAbandonPayload PersonalPayload ProductUpdatePayload
  ProductVariantsBulkUpdatePayload RefundCreatePayload ReturnCreatePayload WebhookDeliveriesReplayPayload
  WebhookSubscriptionCreatePayload WebhookSubscriptionDeletePayload WebhookSubscriptionTestPayload
  WebhookSubscriptionUpdatePayload
"""

TYPES: dict[str, Scope] = {
    name: scope
    for names, scope in (
        (_PARTS + _TEXTS, Scope.PUBLIC),
        (_CATALOG + _HOMEPAGE, Scope.TERRITORY),
        # An object by its id may be somebody's cart or order.
        (_CARTS + _PEOPLE + _STAFF + "Node", Scope.PRIVATE),
        (_OUTCOMES, Scope.NEVER),
    )
    for name in names.split()
}

FIELDS: dict[tuple[str, str], Scope] = {
    ("QueryRoot", "addressForm"): Scope.PUBLIC,
    ("QueryRoot", "blog"): Scope.PUBLIC,
    ("QueryRoot", "blogs"): Scope.PUBLIC,
    ("QueryRoot", "menu"): Scope.PUBLIC,
    ("QueryRoot", "page"): Scope.PUBLIC,
    ("QueryRoot", "pageByHandle"): Scope.PUBLIC,
    ("QueryRoot", "pages"): Scope.PUBLIC,
    ("QueryRoot", "shop"): Scope.PUBLIC,
    ("QueryRoot", "collection"): Scope.TERRITORY,
    ("QueryRoot", "flashSale"): Scope.TERRITORY,
    ("QueryRoot", "flashSales"): Scope.TERRITORY,
    ("QueryRoot", "product"): Scope.TERRITORY,
    # Without what the viewer has hidden, or in the order that the viewer likes.
    ("Collection", "products"): Scope.VIEWER,
    ("Product", "collections"): Scope.VIEWER,
    ("QueryRoot", "collections"): Scope.VIEWER,
    ("QueryRoot", "homepage"): Scope.VIEWER,
    ("QueryRoot", "predictiveSearch"): Scope.VIEWER,
    ("QueryRoot", "productRecommendations"): Scope.VIEWER,
    ("QueryRoot", "products"): Scope.VIEWER,
    ("QueryRoot", "search"): Scope.VIEWER,
    # For whoever has the secret id, the token or the permission.
    ("QueryRoot", "cart"): Scope.PRIVATE,
    ("QueryRoot", "codeDiscountNode"): Scope.PRIVATE,
    ("QueryRoot", "codeDiscountNodeByCode"): Scope.PRIVATE,
    ("QueryRoot", "codeDiscountNodes"): Scope.PRIVATE,
    ("QueryRoot", "customer"): Scope.PRIVATE,
    ("QueryRoot", "hiddenItems"): Scope.PRIVATE,
    ("QueryRoot", "homepageDocument"): Scope.PRIVATE,
    ("QueryRoot", "homepageHistory"): Scope.PRIVATE,
    ("QueryRoot", "homepagePreview"): Scope.PRIVATE,
    ("QueryRoot", "locations"): Scope.PRIVATE,
    ("QueryRoot", "menuHistory"): Scope.PRIVATE,
    ("QueryRoot", "node"): Scope.PRIVATE,
    ("QueryRoot", "nodes"): Scope.PRIVATE,
    ("QueryRoot", "order"): Scope.PRIVATE,
    ("QueryRoot", "orders"): Scope.PRIVATE,
    ("QueryRoot", "webhookDeliveries"): Scope.PRIVATE,
    ("QueryRoot", "webhookSubscription"): Scope.PRIVATE,
    ("QueryRoot", "webhookSubscriptions"): Scope.PRIVATE,
}


def declared_scope(type_name: str, field_name: str) -> Scope | None:
    """The scope of a field of an object or interface type; None when nothing here declares it."""
    return FIELDS.get((type_name, field_name)) or TYPES.get(type_name)
