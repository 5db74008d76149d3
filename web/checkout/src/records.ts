// What the page reads, in the words of the schema.

import type { UserError } from "./graphql"

export interface Money {
  amount: string
  currencyCode: string
}

export interface Picture {
  url: string
  altText: string | null
}

export interface Address {
  firstName: string | null
  lastName: string | null
  company: string | null
  address1: string | null
  address2: string | null
  city: string | null
  provinceCode: string | null
  countryCode: string | null
  zip: string | null
  phone: string | null
}

export const ADDRESS_FIELDS = [
  "firstName", "lastName", "company", "address1", "address2", "city", "provinceCode", "countryCode", "zip", "phone",
] as const satisfies readonly (keyof Address)[]

export interface DeliveryOption {
  handle: string
  title: string | null
  description: string | null
  estimatedCost: Money
}

export interface CartLine {
  id: string
  quantity: number
  cost: { totalAmount: Money }
  merchandise: { title: string; image: Picture | null; product: { title: string } }
}

export interface Cart {
  id: string
  buyerIdentity: { email: string | null; countryCode: string | null }
  delivery: { addresses: { id: string; selected: boolean; address: Address }[] }
  deliveryGroups: {
    nodes: { id: string; deliveryOptions: DeliveryOption[]; selectedDeliveryOption: { handle: string } | null }[]
  }
  discountCodes: { code: string; applicable: boolean }[]
  warnings: { code: string; message: string; target: string }[]
  cost: {
    subtotalAmount: Money
    totalAmount: Money
    totalDiscountAmount: Money
    totalShippingAmount: Money | null
    totalTaxAmount: Money | null
    taxesIncluded: boolean
  }
  lines: { nodes: CartLine[] }
  availablePaymentMethods: PaymentMethod[]
  order: OrderLink | null
}

/** `CARD`: `tokenUrl` or the form of Stripe makes a token of the card. Others have their `token` already; `CODE` needs a code, too. */
export interface PaymentMethod {
  handle: string
  title: string
  kind: string
  provider: string
  tokenUrl: string | null
  token: string | null
  publishableKey: string | null
}

export interface OrderLink {
  id: string
  token: string
  status: string
}

/** The texts that the page shows, by their fields, in the order of their links. */
export const POLICIES = [
  "termsOfService", "privacyPolicy", "refundPolicy", "shippingPolicy", "legalNotice", "contactInformation",
] as const

export type Policies = (typeof POLICIES)[number]

export interface Shop extends Record<Policies, { title: string } | null> {
  name: string
  shipsToCountries: string[]
  brand: Brand | null
}

/** What the shop knows of the visitor. */
export interface Localization {
  country: { isoCode: string }
}

/** Colors as the shop wrote them down; they may be anything. */
export interface BrandColors {
  background: string | null
  foreground: string | null
}

export interface Brand {
  logo: { image: Picture | null } | null
  colors: { primary: BrandColors[]; secondary: BrandColors[] }
}

export interface AddressForm {
  fields: { name: keyof Address; label: string; required: boolean }[]
  provinces: { code: string; name: string }[]
  zipExample: string | null
}

export interface CartPayload {
  cart: Cart | null
  userErrors: UserError[]
}

export interface Order extends OrderLink {
  name: string
  email: string | null
  processedAt: string
  financialStatus: string
  subtotalPrice: Money
  totalDiscounts: Money
  totalShippingPrice: Money
  totalTax: Money
  taxesIncluded: boolean
  totalPrice: Money
  totalRefunded: Money
  paymentAction: {
    redirectUrl: string | null
    clientSecret: string | null
    returnUrl: string | null
    isDeclined: boolean
    mayRetry: boolean
    availableMethods: PaymentMethod[]
  } | null
  shippingTitle: string | null
  shippingAddress: { formatted: string[] } | null
  lineItems: { nodes: { id: string; title: string; variantTitle: string; quantity: number; discountedTotalPrice: Money }[] }
  successfulFulfillments: {
    id: string
    trackingCompany: string | null
    trackingInfo: { number: string | null; url: string | null }[]
  }[]
}
