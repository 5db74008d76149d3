// Shopify's own API client: versions, answers, errors, and a cart.

import assert from "node:assert/strict"
import { createStorefrontApiClient } from "@shopify/storefront-api-client"
import { DOMAIN, fetchFromShop, trial } from "./trial.mjs"

const client = createStorefrontApiClient({
  storeDomain: `https://${DOMAIN}`,
  apiVersion: "2026-04",
  publicAccessToken: "public",
  customFetchApi: fetchFromShop,
})

await trial("request", async () => {
  const { data, errors } = await client.request("query($handle: String!) { product(handle: $handle) { title } }", {
    variables: { handle: "harbour-mug" },
  })
  assert.deepEqual([data.product.title, errors], ["Harbour Mug", undefined])
})
await trial("request with errors", async () => {
  const { errors } = await client.request("{ nonsense }")
  assert.match(errors.graphQLErrors[0].message, /nonsense/)
})
await trial("fetch", async () => {
  const answer = await client.fetch("{ shop { name } }")
  assert.deepEqual([answer.status, (await answer.json()).data.shop.name], [200, "Storefront Demo"])
})
await trial("cartCreate", async () => {
  const { data } = await client.request("mutation { cartCreate { cart { id totalQuantity } userErrors { message } } }")
  assert.deepEqual([data.cartCreate.cart.totalQuantity, data.cartCreate.userErrors], [0, []])
})
await trial("localized", async () => {
  const { data } = await client.request(
    "query @inContext(country: US) { product(handle: \"harbour-mug\") { priceRange { minVariantPrice { currencyCode } } } }",
  )
  assert.equal(data.product.priceRange.minVariantPrice.currencyCode, "USD")
})
