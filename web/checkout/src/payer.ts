// What the page knows of whoever pays, so that forms of providers need not ask again.

import type { Cart, Order } from "./records"

export interface Payer {
  name: string
  email: string
  country: string
  zip: string
}

export function payerOf(cart: Cart): Payer {
  const address = cart.delivery.addresses.find((each) => each.selected)?.address
  return {
    name: [address?.firstName, address?.lastName].filter(Boolean).join(" "),
    email: cart.buyerIdentity.email ?? "",
    country: address?.countryCode ?? cart.buyerIdentity.countryCode ?? "",
    zip: address?.zip ?? "",
  }
}

export function payerOfOrder(order: Order): Payer {
  return { name: "", email: order.email ?? "", country: "", zip: "" }
}
