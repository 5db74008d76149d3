"""GraphQL operations that both the release of the fixture and this version understand."""

LOGIN = """mutation($email: String!, $password: String!) {
  customerAccessTokenCreate(input: { email: $email, password: $password }) {
    customerAccessToken { accessToken } customerUserErrors { code } } }"""
SIGN_UP = """mutation($email: String!, $password: String!) {
  customerCreate(input: { email: $email, password: $password, firstName: "Mary", acceptsMarketing: true }) {
    customer { id } customerUserErrors { code } } }"""
PRODUCT = """query($handle: String!) { product(handle: $handle) { id title descriptionHtml tags
  variants(first: 5) { nodes { id title availableForSale quantityAvailable price { amount currencyCode }
    flashSale { id unitsLeft } quantityRule { maximum } } } } }"""
CART_FIELDS = """id totalQuantity note discountCodes { code applicable }
  cost { totalAmount { amount currencyCode } }
  lines(first: 10) { nodes { quantity attributes { key value } merchandise { ... on ProductVariant { id } } } }"""
CREATE_CART = f"""mutation($input: CartInput) {{ cartCreate(input: $input) {{
  cart {{ {CART_FIELDS} }} userErrors {{ code field }} }} }}"""
CART = f"query($id: ID!) {{ cart(id: $id) {{ {CART_FIELDS} }} }}"
ADD_LINES = f"""mutation($cart: ID!, $lines: [CartLineInput!]!) {{ cartLinesAdd(cartId: $cart, lines: $lines) {{
  cart {{ {CART_FIELDS} }} userErrors {{ code }} }} }}"""
ORDER_FIELDS = """id name token status email totalPrice { amount currencyCode } financialStatus fulfillmentStatus
  totalRefunded { amount } lineItems(first: 10) { nodes { id title quantity } }"""
SUBMIT = f"""mutation($cart: ID!, $attempt: String!, $payment: String!) {{
  cartSubmitForCompletion(cartId: $cart, attemptToken: $attempt, payment: {{ token: $payment }}) {{
    __typename ... on SubmitSuccess {{ order {{ {ORDER_FIELDS} }} }}
    ... on SubmitAlreadyAccepted {{ order {{ id }} }} ... on SubmitFailed {{ errors {{ code }} }} }} }}"""
ORDER = f"query($id: ID!, $token: String) {{ order(id: $id, token: $token) {{ {ORDER_FIELDS} }} }}"
CUSTOMER = """query($token: String!) { customer(customerAccessToken: $token) { email firstName
  orders(first: 50) { nodes { id name status } } } }"""
CANCEL = """mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true, staffNote: "a friend") {
  order { id } userErrors { code } } }"""
REFUND = "mutation($input: RefundInput!) { refundCreate(input: $input) { refund { status } userErrors { code } } }"
FULFIL = """mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { id } userErrors { code } } }"""
RETURN = "mutation($input: ReturnInput!) { returnCreate(returnInput: $input) { order { id } userErrors { code } } }"
UPDATE_PRODUCT = """mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
  product { id } userErrors { code } } }"""
LIMIT = """mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { code } } }"""
ADD_LOCATION = """mutation($input: LocationAddInput!) { locationAdd(input: $input) {
  location { id } userErrors { code } } }"""
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) {
  userErrors { code } } }"""
MOVE = """mutation($input: InventoryMoveQuantitiesInput!) { inventoryMoveQuantities(input: $input) {
  userErrors { code } } }"""
CREATE_SALE = """mutation($input: FlashSaleCreateInput!) { flashSaleCreate(input: $input) {
  flashSale { id } userErrors { code field } } }"""
UPDATE_SALE = """mutation($id: ID!, $input: FlashSaleUpdateInput!) { flashSaleUpdate(id: $id, input: $input) {
  userErrors { code } } }"""
CANCEL_SALE = "mutation($id: ID!) { flashSaleCancel(id: $id) { userErrors { code } } }"
CREATE_DISCOUNT = """mutation($given: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $given) { userErrors { code } } }"""
UPDATE_MENU = """mutation($id: ID!, $title: String!, $items: [MenuItemUpdateInput!]!) {
  menuUpdate(id: $id, title: $title, items: $items) { userErrors { code } } }"""
SAVE_DRAFT = """mutation($revision: Int!, $menu: String!, $sections: [HomepageSectionInput!]!) {
  homepageDraftSave(territory: "US", platform: WEB, revision: $revision, menu: $menu, sections: $sections) {
    draft { revision } userErrors { code } } }"""
PUBLISH = """mutation($version: Int!) { homepagePublish(territory: "US", platform: WEB, version: $version) {
  version userErrors { code } } }"""
SCHEDULE = """mutation($revision: Int!, $at: DateTime!) {
  homepageSchedule(territory: "US", platform: WEB, revision: $revision, at: $at) { userErrors { code } } }"""
HISTORY = """{ homepageHistory(territory: "US", platform: WEB, first: 10) { action version } }"""
# What shops of the United Kingdom need before they remember a guest.
_CONSENT = "@inContext(visitorConsent: { analytics: true, preferences: true })"
HOMEPAGE = f"""query($country: CountryCode) {_CONSENT} {{ homepage(platform: WEB, country: $country) {{ version isStale
  personalized sections {{ __typename id title ... on HomepageText {{ html }}
    ... on HomepageShelf {{ products {{ handle }} }}
    ... on HomepageTopCategories {{ categories {{ handle products {{ handle }} }} }} }} }} }}"""
TRACK = f"""mutation($events: [ShopperEventInput!]!) {_CONSENT} {{
  trackEvents(events: $events) {{ accepted userErrors {{ code }} }} }}"""
HIDE = f"mutation($id: ID!) {_CONSENT} {{ hideProduct(productId: $id) {{ userErrors {{ code }} }} }}"
SEARCH = "query($text: String!) { search(query: $text, first: 5) { totalCount nodes { ... on Product { handle } } } }"
