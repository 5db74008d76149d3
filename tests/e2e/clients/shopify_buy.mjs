// Every method in the published typings of the JS Buy SDK (@types/shopify-buy 3).

import assert from "node:assert/strict"
import Client from "shopify-buy"
import { DOMAIN, fetchFromShop, trial } from "./trial.mjs"

const client = Client.buildClient(
  { domain: DOMAIN, storefrontAccessToken: "public", apiVersion: "2026-10", language: "en" },
  fetchFromShop,
)
const { product, collection, checkout, shop, image } = client

const products = (await trial("product.fetchAll", async () => {
  const found = await product.fetchAll(5)
  assert.equal(found.length, 5)
  return found
})) ?? []
const [first, second] = products
await trial("product.fetch", async () => assert.equal((await product.fetch(first.id)).title, first.title))
await trial("product.fetchMultiple", async () => {
  const found = await product.fetchMultiple([first.id, second.id])
  assert.deepEqual(found.map((each) => each.handle), [first.handle, second.handle])
})
await trial("product.fetchByHandle", async () => assert.equal((await product.fetchByHandle(first.handle)).id, first.id))
await trial("product.fetchQuery", async () => {
  const found = await product.fetchQuery({ first: 3, query: "mug", sortKey: "TITLE", reverse: true })
  assert.ok(found.length > 0)
  assert.deepEqual(found.map((each) => each.title), found.map((each) => each.title).toSorted().toReversed())
})
await trial("product.fetchRecommendations", async () => assert.ok((await product.fetchRecommendations(first.id)).length > 0))
await trial("product.helpers.variantForOptions", async () => {
  const [wanted] = first.variants
  const options = Object.fromEntries(wanted.selectedOptions.map((option) => [option.name, option.value]))
  assert.equal(product.helpers.variantForOptions(first, options).id, wanted.id)
})
await trial("fetchNextPage", async () => {
  const next = (await client.fetchNextPage(products)).model
  assert.equal(next.length, 5)
  assert.ok(next.every((each) => products.every((known) => known.id !== each.id)))
})
await trial("image.helpers.imageForSize", async () => {
  const url = image.helpers.imageForSize(first.images[0], { maxWidth: 50, maxHeight: 50 })
  assert.equal((await fetch(url)).status, 200)
})

const collections = (await trial("collection.fetchAll", async () => {
  const found = await collection.fetchAll(3)
  assert.equal(found.length, 3)
  return found
})) ?? []
const [kitchen] = collections
await trial("collection.fetchAllWithProducts", async () => {
  const found = await collection.fetchAllWithProducts({ first: 3, productsFirst: 2 })
  assert.ok(found.some((each) => each.products.length === 2))
  // Without arguments, and a page as long as it may be.
  const every = await collection.fetchAllWithProducts()
  assert.ok(every.length > 10 && every.some((each) => each.products.length === 20))
  assert.ok((await product.fetchAll(250)).length >= 200)
})
await trial("collection.fetch", async () => assert.equal((await collection.fetch(kitchen.id)).title, kitchen.title))
await trial("collection.fetchWithProducts", async () => {
  assert.equal((await collection.fetchWithProducts(kitchen.id, { productsFirst: 3 })).products.length, 3)
})
await trial("collection.fetchByHandle", async () => assert.equal((await collection.fetchByHandle(kitchen.handle)).id, kitchen.id))
await trial("collection.fetchQuery", async () => {
  const found = await collection.fetchQuery({ first: 3, sortKey: "TITLE", query: `title:${kitchen.title}` })
  assert.deepEqual(found.map((each) => each.id), [kitchen.id])
})
await trial("shop.fetchInfo", async () => assert.equal((await shop.fetchInfo()).name, "Storefront Demo"))
await trial("shop.fetchPolicies", async () => assert.equal((await shop.fetchPolicies()).privacyPolicy.title, "Privacy policy"))

const variants = products.flatMap((each) => each.variants).filter((each) => each.available)
const quantities = (made) => made.lineItems.map((each) => each.quantity)
const address = { firstName: "Ada", lastName: "Byron", address1: "1 High St", city: "London", country: "United Kingdom", zip: "SW1Y 4JH" }
let made
await trial("checkout.create", async () => {
  const lineItems = [{ variantId: variants[0].id, quantity: 1 }]
  made = await checkout.create({ email: "ada@example.com", lineItems, shippingAddress: address })
  assert.deepEqual([made.email, quantities(made)], ["ada@example.com", [1]])
  assert.equal((await fetch(made.webUrl)).status, 200)
})
await trial("checkout.fetch", async () => assert.equal((await checkout.fetch(made.id)).id, made.id))
await trial("checkout.updateAttributes", async () => {
  const found = await checkout.updateAttributes(made.id, { note: "hello", customAttributes: [{ key: "x", value: "y" }] })
  assert.deepEqual([found.note, found.customAttributes[0].value], ["hello", "y"])
})
await trial("checkout.updateEmail", async () => {
  assert.equal((await checkout.updateEmail(made.id, "bob@example.com")).email, "bob@example.com")
})
await trial("checkout.addLineItems", async () => {
  for (const variant of variants.slice(1, 6)) {
    made = await checkout.addLineItems(made.id, [{ variantId: variant.id, quantity: 2 }])
  }
  assert.deepEqual(quantities(made), [1, 2, 2, 2, 2, 2])
})
await trial("checkout.updateLineItems", async () => {
  made = await checkout.updateLineItems(made.id, [{ id: made.lineItems[0].id, quantity: 4 }])
  assert.equal(quantities(made)[0], 4)
})
await trial("checkout.removeLineItems", async () => {
  made = await checkout.removeLineItems(made.id, [made.lineItems[1].id])
  assert.equal(made.lineItems.length, 5)
})
await trial("checkout.replaceLineItems", async () => {
  made = await checkout.replaceLineItems(made.id, [{ variantId: variants[2].id, quantity: 1 }])
  assert.deepEqual(quantities(made), [1])
})
await trial("checkout.addDiscount", async () => {
  made = await checkout.addDiscount(made.id, "WELCOME10")
  assert.equal(made.discountApplications[0].code, "WELCOME10")
})
await trial("checkout.removeDiscount", async () => {
  assert.deepEqual((await checkout.removeDiscount(made.id)).discountApplications, [])
})
const refused = (found) => assert.match(found.userErrors[0].message, /gift cards/)
await trial("checkout.addGiftCards", async () => refused(await checkout.addGiftCards(made.id, ["GIFT"])))
await trial("checkout.removeGiftCard", async () => refused(await checkout.removeGiftCard(made.id, "gid://shopify/AppliedGiftCard/1")))
await trial("checkout.updateShippingAddress", async () => {
  const found = await checkout.updateShippingAddress(made.id, { ...address, address1: "2 High St" })
  assert.equal(found.shippingAddress.address1, "2 High St")
})
