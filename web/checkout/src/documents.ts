// The operations of the page, as GraphQL.

import { POLICIES, type Policies } from "./records"

const MONEY = "{ amount currencyCode }"
const METHOD = "{ handle title kind provider tokenUrl token publishableKey }"

const CART = `fragment Cart on Cart {
  id buyerIdentity { email countryCode }
  delivery { addresses { id selected address { ... on CartDeliveryAddress {
    firstName lastName company address1 address2 city provinceCode countryCode zip phone } } } }
  deliveryGroups(first: 1) { nodes { id
    deliveryOptions { handle title description estimatedCost ${MONEY} } selectedDeliveryOption { handle } } }
  availablePaymentMethods ${METHOD}
  discountCodes { code applicable }
  warnings { code message target }
  cost { subtotalAmount ${MONEY} totalAmount ${MONEY} totalDiscountAmount ${MONEY} totalShippingAmount ${MONEY}
    totalTaxAmount ${MONEY} taxesIncluded }
  lines(first: 100) { nodes { id quantity cost { totalAmount ${MONEY} }
    merchandise { ... on ProductVariant { title image { url altText } product { title } } } } }
  order { id token status }
}`

const SHOP = `fragment Shop on Shop {
  name shipsToCountries brand { logo { image { url altText } }
    colors { primary { background foreground } secondary { background foreground } } }
  ${POLICIES.map((name) => `${name} { title }`).join(" ")}
}`

export function policyOf(name: Policies): string {
  return `{ shop { policy: ${name} { title body } } }`
}

export const CHECKOUT = `query Checkout($id: ID!) {
  shop { ...Shop } localization { country { isoCode } } cart(id: $id) { ...Cart } order(cartId: $id) { id token status }
} ${SHOP} ${CART}`

export const ADDRESS_FORM = `query AddressForm($country: CountryCode!) {
  addressForm(country: $country) { fields { name label required } provinces { code name } zipExample }
}`

function change(field: string, variables: string, values: string): string {
  return `mutation Change($id: ID!, ${variables}) {
    payload: ${field}(cartId: $id, ${values}) { cart { ...Cart } userErrors { code field message } } } ${CART}`
}

export const SET_BUYER = change(
  "cartBuyerIdentityUpdate",
  "$buyer: CartBuyerIdentityInput!",
  "buyerIdentity: $buyer",
)
export const ADD_ADDRESS = change(
  "cartDeliveryAddressesAdd",
  "$addresses: [CartSelectableAddressInput!]!",
  "addresses: $addresses",
)
export const UPDATE_ADDRESS = change(
  "cartDeliveryAddressesUpdate",
  "$addresses: [CartSelectableAddressUpdateInput!]!",
  "addresses: $addresses",
)
export const CHOOSE_DELIVERY = change(
  "cartSelectedDeliveryOptionsUpdate",
  "$options: [CartSelectedDeliveryOptionInput!]!",
  "selectedDeliveryOptions: $options",
)
export const SET_CODES = change("cartDiscountCodesUpdate", "$codes: [String!]!", "discountCodes: $codes")

export const REMOVE_LINES = change("cartLinesRemove", "$lines: [ID!]!", "lineIds: $lines")
export const UPDATE_LINES = change("cartLinesUpdate", "$lines: [CartLineUpdateInput!]!", "lines: $lines")

export const PREPARE = `mutation Prepare($id: ID!) {
  payload: cartPrepareForCompletion(cartId: $id) {
    result { __typename ... on CartStatusNotReady { errors { code field recordField message } } ... on CartThrottled { pollAfter } }
    userErrors { code field message } }
}`

const SUBMISSION = `fragment Submission on CartSubmitForCompletionResult {
  __typename
  ... on SubmitSuccess { order { id token status } }
  ... on SubmitActionRequired { order { id token status } action { redirectUrl clientSecret } }
  ... on SubmitAlreadyAccepted { order { id token status } }
  ... on SubmitFailed { errors { code field recordField message } totalAmount ${MONEY} waitingOrder { id token status } }
  ... on SubmitThrottled { pollAfter }
}`

export const SUBMIT = `mutation Submit($id: ID!, $attempt: String!, $token: String!, $method: String!, $code: String, $total: MoneyInput!) {
  result: cartSubmitForCompletion(cartId: $id, attemptToken: $attempt, payment: { token: $token, method: $method, code: $code }, expectedTotal: $total) {
    ...Submission }
} ${SUBMISSION}`

export const RETRY = `mutation Retry($id: ID!, $attempt: String!, $token: String!, $method: String!, $code: String, $secret: String!) {
  result: orderPaymentRetry(orderId: $id, attemptToken: $attempt, payment: { token: $token, method: $method, code: $code }, orderToken: $secret) {
    ...Submission }
} ${SUBMISSION}`

export const ABANDON = `mutation Abandon($id: ID!, $secret: String!) {
  payload: orderPaymentAbandon(orderId: $id, orderToken: $secret) { order { status } userErrors { code field message } }
}`

export const ORDER = `query Order($id: ID!, $token: String!) {
  shop { ...Shop }
  order(id: $id, token: $token) {
    id token name status email processedAt financialStatus
    subtotalPrice ${MONEY} totalDiscounts ${MONEY} totalShippingPrice ${MONEY} totalTax ${MONEY} taxesIncluded
    totalPrice ${MONEY} totalRefunded ${MONEY} shippingTitle shippingAddress { formatted }
    lineItems(first: 250) { nodes { id title variantTitle quantity discountedTotalPrice ${MONEY} } }
    paymentAction { redirectUrl clientSecret returnUrl isDeclined mayRetry availableMethods ${METHOD} }
    successfulFulfillments { id trackingCompany trackingInfo { number url } }
  }
} ${SHOP}`
