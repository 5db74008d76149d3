// A stand-in storefront of a few lines for each client library: puts two of a product into each cart and prints where
// to buy them, as a list of {id, checkoutUrl}. Arguments: shop, library, handle of the product, number of carts.

import { createCartHandler, createStorefrontClient } from "@shopify/hydrogen"
import { createStorefrontApiClient } from "@shopify/storefront-api-client"
import Client from "shopify-buy"
import { DOMAIN, fetchFromShop } from "./trial.mjs"

const CREATE = `mutation($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) { cart { id checkoutUrl } } }`
const PRODUCT = `query Product($handle: String!) { product(handle: $handle) { selectedOrFirstAvailableVariant { id } } }`
const [library, handle, count] = process.argv.slice(3)

const storefronts = {
  async "shopify-buy"() {
    const client = Client.buildClient({ domain: DOMAIN, storefrontAccessToken: "public", apiVersion: "2026-10" }, fetchFromShop)
    const product = await client.product.fetchByHandle(handle)
    const variantId = product.variants.find((variant) => variant.available).id
    const { id, webUrl } = await client.checkout.create({ lineItems: [{ variantId, quantity: 2 }] })
    return { id, checkoutUrl: webUrl }
  },

  async "@shopify/hydrogen"() {
    globalThis.fetch = fetchFromShop
    const i18n = { language: "EN", country: "GB" }
    const { storefront } = createStorefrontClient({ storeDomain: `https://${DOMAIN}`, publicStorefrontToken: "public", i18n })
    const { product } = await storefront.query(PRODUCT, { variables: { handle } })
    const handler = createCartHandler({ storefront, getCartId: () => undefined, setCartId: () => new Headers() })
    const { cart } = await handler.create({ lines: [{ merchandiseId: product.selectedOrFirstAvailableVariant.id, quantity: 2 }] })
    return { id: cart.id, checkoutUrl: cart.checkoutUrl }
  },

  async "@shopify/storefront-api-client"() {
    const options = { storeDomain: `https://${DOMAIN}`, apiVersion: "2026-04", publicAccessToken: "public" }
    const client = createStorefrontApiClient({ ...options, customFetchApi: fetchFromShop })
    const { product } = (await client.request(PRODUCT, { variables: { handle } })).data
    const lines = [{ merchandiseId: product.selectedOrFirstAvailableVariant.id, quantity: 2 }]
    return (await client.request(CREATE, { variables: { lines } })).data.cartCreate.cart
  },
}

const carts = []
while (carts.length < Number(count)) carts.push(await storefronts[library]())
process.stdout.write(JSON.stringify(carts))
