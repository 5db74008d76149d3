"""For whom each field of the schema has the same value: the only place that says so.

A field has the scope of its type, unless `FIELDS` names it. The query type has no scope: each of its fields is in
`FIELDS`. What is missing here is private to the viewer, and fails `tests/contracts/test_scopes.py`.

A resolver that finds out more than this file says, by looking at the viewer, raises the scope of its own answer:
`Context.depends_on`.
"""

from resolvers.kit.scopes import Scope

# Parts of other types: they say no more than the field above them.
_PARTS = """
  ApiVersion Attribute Count Image ImageConnection ImageEdge MoneyV2 PageInfo ProductOptionValueSwatch SEO
  SelectedOption
  Media MediaConnection MediaEdge MediaImage MediaPresentation ExternalVideo Video VideoSource Model3d Model3dSource
  GenericFile
  Metafield UserError DisplayableError PricingPercentageValue StringConnection StringEdge Trackable
"""
_TEXTS = """
  Article ArticleAuthor ArticleConnection ArticleEdge Blog BlogConnection BlogEdge Brand Domain Menu MenuItem Page
  AddressForm AddressFormField AddressProvince
  PageConnection PageEdge PaymentSettings Shop ShopPolicy ShopPolicyWithDefault BrandColorGroup BrandColors
  Comment CommentAuthor CommentConnection CommentEdge Metaobject MetaobjectConnection MetaobjectEdge MetaobjectField
  MetaobjectSEO OnlineStorePublishable UrlRedirect UrlRedirectConnection UrlRedirectEdge
  Country Currency Language Localization Market
"""
# Prices, stock and what is for sale at all depend on the territory.
_CATALOG = """
  Collection CollectionConnection CollectionEdge FlashSale FlashSaleConnection FlashSaleEdge FlashSaleItem HasMetafields
  Product ProductConnection ProductEdge ProductOption ProductOptionValue ProductPriceRange ProductVariant
  ProductVariantConnection ProductVariantEdge QuantityRule VariantFlashSale
  PaginatedSitemapResources Sitemap SitemapImage SitemapResource SitemapResourceInterface SitemapResourceMetaobject
  SellingPlan SellingPlanAllocation SellingPlanAllocationConnection SellingPlanAllocationEdge
  SellingPlanAllocationPriceAdjustment SellingPlanConnection SellingPlanEdge SellingPlanGroup
  SellingPlanGroupConnection SellingPlanGroupEdge SellingPlanGroupOption SellingPlanOption UnitPriceMeasurement
  MetafieldReferenceConnection MetafieldReferenceEdge
  PredictiveSearchResult SearchQuerySuggestion SearchResultItemConnection SearchResultItemEdge
"""
_HOMEPAGE = """
  Homepage HomepageBanner HomepageBanners HomepageFlashSale HomepageFlashSaleItem HomepageMenu HomepageMenuItem
  HomepageProductCard HomepageRecommendations HomepageSection HomepageShelf HomepageText HomepageTopCategories
"""
_CARTS = """
  AppliedGiftCard BaseCartDiscountApplication CartAutomaticDiscountAllocation CartAutomaticDiscountApplication
  CartCodeDiscountAllocation CartCodeDiscountApplication CartCustomDiscountAllocation CartCustomDiscountApplication
  CartDeliveryCoordinatesPreference CartDeliveryPreference CartDiscountApplication CartEstimatedCost
  CartLineEstimatedCost CartLineInstructions CartLineParentRelationship CartPreferences CartUserError
  ComponentizableCartLine CustomerUserError MetafieldDeleteUserError MetafieldsSetUserError
  BaseCartLine BaseCartLineConnection BaseCartLineEdge Cart CartBuyerIdentity CartCost CartDelivery CartDeliveryAddress
  CartDeliveryGroup CartDeliveryGroupConnection CartDeliveryGroupEdge CartDeliveryOption CartDiscountAllocation
  CartDiscountCode CartLine CartLineComponent CartLineCost CartSelectableAddress CartWarning
  CartStatusNotReady CartStatusReady CartThrottled PaymentAction PaymentMethod SubmitActionRequired
  SubmitAlreadyAccepted SubmitFailed SubmitSuccess SubmitThrottled
"""
_PEOPLE = """
  Customer CustomerAccessToken Fulfillment FulfillmentLineItem FulfillmentLineItemConnection FulfillmentLineItemEdge
  FulfillmentTrackingInfo HiddenItem MailingAddress MailingAddressConnection MailingAddressEdge
  Order OrderConnection OrderDisputeSummary OrderEdge OrderEvent
  OrderEventConnection
  SharedWishlist SharedWishlistItem SharedWishlistItemConnection SharedWishlistItemEdge Wishlist WishlistConnection
  WishlistEdge WishlistItem WishlistItemConnection WishlistItemEdge WishlistWarning
  OrderEventEdge OrderLineItem OrderLineItemConnection OrderLineItemEdge Refund
"""
_STAFF = """
  DiscountAmount DiscountCodeBasic DiscountCodeFreeShipping DiscountCodeNode DiscountCodeNodeConnection
  DiscountCodeNodeEdge DiscountCustomerGets DiscountMinimumSubtotal DiscountPercentage DiscountRedeemCode
  DiscountRedeemCodeConnection DiscountRedeemCodeEdge HomepageDocument HomepageDocumentSection HomepageDraft
  HomepageHistoryEntry HomepageSchedule HomepageVersion InventoryLevel Location LocationConnection LocationEdge
  LocationPriority Mail MailConnection MailEdge MailPreview MailTemplate
  MenuVersion ApiVersion WebhookDelivery WebhookDeliveryConnection WebhookDeliveryEdge
  WebhookHttpEndpoint WebhookSubscription WebhookSubscriptionConnection WebhookSubscriptionEdge
"""
_OUTCOMES = """
  Mutation CartAttributesUpdatePayload CartBuyerIdentityUpdatePayload CartCreatePayload CartDeliveryAddressesAddPayload
  CartDeliveryAddressesRemovePayload CartDeliveryAddressesUpdatePayload CartDiscountCodesUpdatePayload
  CartDeliveryAddressesReplacePayload CartGiftCardCodesAddPayload CartGiftCardCodesRemovePayload
  CartGiftCardCodesUpdatePayload CartMetafieldDeletePayload CartMetafieldsSetPayload
  CartLinesAddPayload CartLinesRemovePayload CartLinesUpdatePayload CartNoteUpdatePayload
  CartPrepareForCompletionPayload CartSelectedDeliveryOptionsUpdatePayload CustomerAccessTokenCreatePayload
  CustomerAccessTokenDeletePayload CustomerAccessTokenRenewPayload CustomerActivateByUrlPayload
  CustomerActivatePayload CustomerAddressCreatePayload CustomerAddressDeletePayload CustomerAddressUpdatePayload
  CustomerCreatePayload CustomerDefaultAddressUpdatePayload CustomerRecoverPayload CustomerResetByUrlPayload
  CustomerResetPayload CustomerUpdatePayload CustomerVerifyEmailPayload
  DiscountCodeActivatePayload DiscountCodeBasicCreatePayload
  DiscountCodeBasicUpdatePayload DiscountCodeDeactivatePayload DiscountCodeFreeShippingCreatePayload
  DiscountCodeFreeShippingUpdatePayload FlashSaleCancelPayload FlashSaleCreatePayload FlashSaleUpdatePayload
  FulfillmentCreatePayload HomepageDraftSavePayload HomepagePublishPayload HomepageSchedulePayload
  InventoryAdjustQuantitiesPayload InventoryMoveQuantitiesPayload LocationAddPayload LocationEditPayload
  MailSendAgainPayload MailTemplatePreviewPayload MailTemplateResetPayload MailTemplateUpdatePayload
  MenuUpdatePayload OrderCancelPayload OrderPaymentAbandonPayload PersonalPayload ProductUpdatePayload
  ProductVariantsBulkUpdatePayload RefundCreatePayload ReturnCreatePayload WebhookDeliveriesReplayPayload
  WebhookSubscriptionCreatePayload WebhookSubscriptionDeletePayload WebhookSubscriptionTestPayload
  WebhookSubscriptionUpdatePayload CartLinesSaveForLaterPayload WishlistClaimPayload WishlistCreatePayload
  WishlistDeletePayload WishlistItemsAddPayload WishlistItemsMoveToCartPayload WishlistItemsRemovePayload
  WishlistItemsUpdatePayload WishlistSharePayload WishlistUnsharePayload WishlistUpdatePayload
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
    ("QueryRoot", "article"): Scope.PUBLIC,
    ("QueryRoot", "articles"): Scope.PUBLIC,
    ("QueryRoot", "blog"): Scope.PUBLIC,
    ("QueryRoot", "blogByHandle"): Scope.PUBLIC,
    ("QueryRoot", "blogs"): Scope.PUBLIC,
    ("QueryRoot", "menu"): Scope.PUBLIC,
    ("QueryRoot", "metaobject"): Scope.PUBLIC,
    ("QueryRoot", "metaobjects"): Scope.PUBLIC,
    ("QueryRoot", "page"): Scope.PUBLIC,
    ("QueryRoot", "pageByHandle"): Scope.PUBLIC,
    ("QueryRoot", "pages"): Scope.PUBLIC,
    ("QueryRoot", "paymentSettings"): Scope.PUBLIC,
    ("QueryRoot", "productTags"): Scope.PUBLIC,
    ("QueryRoot", "publicApiVersions"): Scope.PUBLIC,
    ("QueryRoot", "shop"): Scope.PUBLIC,
    ("QueryRoot", "urlRedirects"): Scope.PUBLIC,
    # A template for the currency of the territory.
    ("Shop", "moneyFormat"): Scope.TERRITORY,
    ("QueryRoot", "collection"): Scope.TERRITORY,
    ("QueryRoot", "collectionByHandle"): Scope.TERRITORY,
    ("QueryRoot", "flashSale"): Scope.TERRITORY,
    ("QueryRoot", "flashSales"): Scope.TERRITORY,
    ("QueryRoot", "product"): Scope.TERRITORY,
    ("QueryRoot", "productByHandle"): Scope.TERRITORY,
    ("QueryRoot", "productTypes"): Scope.TERRITORY,
    ("QueryRoot", "sitemap"): Scope.TERRITORY,
    # Without what the viewer has hidden, or in the order that the viewer likes.
    ("Collection", "products"): Scope.VIEWER,
    ("Product", "collections"): Scope.VIEWER,
    ("QueryRoot", "collections"): Scope.VIEWER,
    ("QueryRoot", "homepage"): Scope.VIEWER,
    ("QueryRoot", "predictiveSearch"): Scope.VIEWER,
    ("QueryRoot", "productRecommendations"): Scope.VIEWER,
    ("QueryRoot", "products"): Scope.VIEWER,
    ("QueryRoot", "search"): Scope.VIEWER,
    # The country of the visitor, of which a territory may have several.
    ("QueryRoot", "localization"): Scope.PRIVATE,
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
    ("QueryRoot", "mails"): Scope.PRIVATE,
    ("QueryRoot", "mailTemplate"): Scope.PRIVATE,
    ("QueryRoot", "webhookDeliveries"): Scope.PRIVATE,
    ("QueryRoot", "webhookSubscription"): Scope.PRIVATE,
    ("QueryRoot", "webhookSubscriptions"): Scope.PRIVATE,
    ("QueryRoot", "wishlist"): Scope.PRIVATE,
    # For whoever has the token, until the owner ends it.
    ("QueryRoot", "sharedWishlist"): Scope.PRIVATE,
    # For staff only.
    ("Product", "wishlistsCount"): Scope.PRIVATE,
}


def declared_scope(type_name: str, field_name: str) -> Scope | None:
    """The scope of a field of an object or interface type; None when nothing here declares it."""
    return FIELDS.get((type_name, field_name)) or TYPES.get(type_name)
