// The whole life of a cart by Hydrogen's own handler, and its choice of options.

import assert from "node:assert/strict"
import {
  createCartHandler,
  createStorefrontClient,
  getProductOptions,
  getShopAnalytics,
  getSitemap,
  getSitemapIndex,
  storefrontRedirect,
} from "@shopify/hydrogen"
import { DOMAIN, fetchFromShop, trial } from "./trial.mjs"

globalThis.fetch = fetchFromShop
const { storefront } = createStorefrontClient({
  storeDomain: `https://${DOMAIN}`,
  publicStorefrontToken: "public",
  storefrontApiVersion: "2026-04",
  i18n: { language: "EN", country: "GB" },
})

const CART = `fragment CartApiQuery on Cart {
  id checkoutUrl totalQuantity note
  attributes { key value }
  buyerIdentity { email countryCode }
  discountCodes { code applicable }
  lines(first: $numCartLines) { nodes { id quantity merchandise { ... on ProductVariant { id title product { title } } } } }
  cost { totalAmount { amount currencyCode } }
  delivery { addresses { id selected address { ... on CartDeliveryAddress { city address1 } } } }
  gift: metafield(namespace: "custom", key: "gift") { value }
}`
const PRODUCTS = `query($country: CountryCode, $language: LanguageCode) @inContext(country: $country, language: $language) {
  products(first: 5, query: "available_for_sale:true") { nodes { variants(first: 1) { nodes { id availableForSale } } } }
}`
const GROUPS = `query($id: ID!) { cart(id: $id) {
  deliveryGroups(first: 5) { nodes { id deliveryOptions { handle } selectedDeliveryOption { handle } } }
} }`
const VARIANT = `fragment V on ProductVariant {
  id availableForSale title selectedOptions { name value } product { handle title } price { amount currencyCode }
  compareAtPrice { amount currencyCode } image { url } sku unitPrice { amount } quantityAvailable
}`
const OPTIONS = `query($handle: String!, $selected: [SelectedOptionInput!]!) { product(handle: $handle) {
  id handle encodedVariantExistence encodedVariantAvailability
  options { name optionValues { name firstSelectableVariant { ...V } swatch { color image { previewImage { url } } } } }
  selectedOrFirstAvailableVariant(selectedOptions: $selected, ignoreUnknownOptions: true, caseInsensitiveMatch: true) { ...V }
  adjacentVariants(selectedOptions: $selected) { ...V }
  variants(first: 100) { nodes { ...V } }
} } ${VARIANT}`

let id
const handler = createCartHandler({
  storefront,
  getCartId: () => id,
  setCartId: (found) => {
    id = found
    return new Headers()
  },
  cartQueryFragment: CART,
})

const address = (street) => ({
  selected: true,
  address: {
    deliveryAddress: { firstName: "Ada", lastName: "Byron", address1: street, city: "London", zip: "SW1Y 4JH", countryCode: "GB" },
  },
})

async function changed(result) {
  const { cart, errors, userErrors } = await result
  assert.deepEqual([errors ?? [], userErrors ?? []], [[], []])
  id = cart.id
  return handler.get()
}

async function refused(result) {
  const { userErrors } = await result
  assert.match(userErrors[0].message, /gift cards/)
}

const { products } = await storefront.query(PRODUCTS)
const [one, other] = products.nodes.flatMap((product) => product.variants.nodes).filter((variant) => variant.availableForSale)

let cart
await trial("create", async () => {
  cart = await changed(handler.create({ lines: [{ merchandiseId: one.id, quantity: 1 }] }))
  assert.equal(cart.totalQuantity, 1)
})
await trial("get", async () => assert.equal((await handler.get()).lines.nodes[0].merchandise.id, one.id))
await trial("addLines", async () => {
  cart = await changed(handler.addLines([{ merchandiseId: other.id, quantity: 2 }]))
  assert.equal(cart.totalQuantity, 3)
})
const line = (variant) => cart.lines.nodes.find((each) => each.merchandise.id === variant.id)
await trial("updateLines", async () => {
  cart = await changed(handler.updateLines([{ id: line(one).id, quantity: 3 }]))
  assert.equal(line(one).quantity, 3)
})
await trial("removeLines", async () => {
  cart = await changed(handler.removeLines([line(other).id]))
  assert.deepEqual(cart.lines.nodes.map((each) => each.merchandise.id), [one.id])
})
await trial("updateBuyerIdentity", async () => {
  cart = await changed(handler.updateBuyerIdentity({ email: "ada@example.com", countryCode: "GB" }))
  assert.deepEqual(cart.buyerIdentity, { email: "ada@example.com", countryCode: "GB" })
})
await trial("updateDiscountCodes", async () => {
  cart = await changed(handler.updateDiscountCodes(["WELCOME10"]))
  assert.deepEqual(cart.discountCodes, [{ code: "WELCOME10", applicable: true }])
})
await trial("updateNote", async () => assert.equal((await changed(handler.updateNote("by the door"))).note, "by the door"))
await trial("updateAttributes", async () => {
  const attributes = [{ key: "wrap", value: "yes" }]
  assert.deepEqual((await changed(handler.updateAttributes(attributes))).attributes, attributes)
})
await trial("setMetafields", async () => {
  const { userErrors } = await handler.setMetafields([{ key: "custom.gift", value: "true", type: "boolean" }])
  assert.deepEqual(userErrors, [])
  assert.equal((await handler.get()).gift.value, "true")
})
await trial("deleteMetafield", async () => {
  const { userErrors } = await handler.deleteMetafield("custom.gift")
  assert.deepEqual(userErrors, [])
  assert.equal((await handler.get()).gift, null)
})
await trial("updateGiftCardCodes", () => refused(handler.updateGiftCardCodes(["GIFT"])))
await trial("addGiftCardCodes", () => refused(handler.addGiftCardCodes(["GIFT"])))
await trial("removeGiftCardCodes", () => refused(handler.removeGiftCardCodes(["gid://shopify/AppliedGiftCard/1"])))
await trial("addDeliveryAddresses", async () => {
  cart = await changed(handler.addDeliveryAddresses([address("1 High Street")]))
  assert.equal(cart.delivery.addresses[0].address.address1, "1 High Street")
})
await trial("updateDeliveryAddresses", async () => {
  const { id: known } = cart.delivery.addresses[0]
  cart = await changed(handler.updateDeliveryAddresses([{ id: known, ...address("2 High Street") }]))
  assert.equal(cart.delivery.addresses[0].address.address1, "2 High Street")
})
await trial("updateSelectedDeliveryOption", async () => {
  const group = (await storefront.query(GROUPS, { variables: { id } })).cart.deliveryGroups.nodes[0]
  const { handle } = group.deliveryOptions.at(-1)
  await changed(handler.updateSelectedDeliveryOption([{ deliveryGroupId: group.id, deliveryOptionHandle: handle }]))
  const [after] = (await storefront.query(GROUPS, { variables: { id } })).cart.deliveryGroups.nodes
  assert.equal(after.selectedDeliveryOption.handle, handle)
})
await trial("replaceDeliveryAddresses", async () => {
  cart = await changed(handler.replaceDeliveryAddresses([address("3 High Street")]))
  assert.deepEqual(cart.delivery.addresses.map((each) => each.address.address1), ["3 High Street"])
})
await trial("removeDeliveryAddresses", async () => {
  cart = await changed(handler.removeDeliveryAddresses([cart.delivery.addresses[0].id]))
  assert.deepEqual(cart.delivery.addresses, [])
})
await trial("getCartId", async () => assert.equal(handler.getCartId(), id))
await trial("setCartId", async () => assert.ok(handler.setCartId(id) instanceof Headers))

// What Hydrogen says can be bought is what the variants say.
await trial("getProductOptions", async () => {
  const found = await storefront.query("query { products(first: 250) { nodes { handle options { name optionValues { name } } } } }")
  const several = found.products.nodes.filter((each) => each.options.some((option) => option.optionValues.length > 1))
  assert.ok(several.length > 3)
  for (const { handle } of several.slice(0, 10)) {
    const { product } = await storefront.query(OPTIONS, { variables: { handle, selected: [] } })
    const selected = product.selectedOrFirstAvailableVariant.selectedOptions
    const { product: chosen } = await storefront.query(OPTIONS, { variables: { handle, selected } })
    for (const option of getProductOptions(chosen)) {
      for (const value of option.optionValues) {
        const wanted = selected.map((each) => (each.name === option.name ? { name: option.name, value: value.name } : each))
        const variant = chosen.variants.nodes.find((each) => wanted.every((want) => each.selectedOptions.some((has) => has.name === want.name && has.value === want.value)))
        const told = [handle, option.name, value.name]
        assert.deepEqual([...told, value.exists], [...told, variant !== undefined])
        assert.deepEqual([...told, value.available], [...told, variant?.availableForSale ?? false])
      }
    }
  }
})
await trial("every operation of the handler", async () => assert.equal(Object.keys(handler).length, 21))

// What Hydrogen's own loaders answer on a storefront at https://www.test.
const page = (path) => new Request(`https://www.test${path}`)
const KINDS = ["products", "pages", "collections", "metaObjects", "articles", "blogs"]

await trial("getSitemapIndex", async () => {
  const found = await getSitemapIndex({ storefront, request: page("/sitemap.xml"), types: KINDS })
  const listed = [...(await found.text()).matchAll(/<loc>(.*?)<\/loc>/g)].map((each) => each[1])
  assert.deepEqual(listed, KINDS.map((kind) => `https://www.test/sitemap/${kind}/1.xml`))
})
await trial("getSitemap", async () => {
  const getLink = ({ type, handle, locale }) => `https://www.test${locale ? `/${locale}` : ""}/${type}/${handle}`
  const wanted = { products: "harbour-mug", pages: "about", collections: "kitchen", blogs: "news", metaObjects: "hobb-larkin" }
  for (const [type, handle] of Object.entries(wanted)) {
    const params = { type, page: "1" }
    const found = await getSitemap({ storefront, request: page(`/sitemap/${type}/1.xml`), params, getLink, locales: ["de-DE"] })
    const kind = type === "metaObjects" ? "maker" : type
    const text = await found.text()
    assert.ok(text.includes(`<loc>https://www.test/${kind}/${handle}</loc>`), type)
    assert.ok(text.includes(`hreflang="de-DE" href="https://www.test/de-DE/${kind}/${handle}"`), type)
    const times = [...text.matchAll(/<lastmod>(.*?)<\/lastmod>/g)].map((each) => Date.parse(each[1]))
    assert.ok(times.length > 0 && times.every((time) => time > 0), type)
  }
  const { products } = await storefront.query("query { products(first: 250) { nodes { handle } } }")
  const all = await getSitemap({ storefront, request: page("/sitemap/products/1.xml"), params: { type: "products", page: "1" }, getLink })
  const listed = [...(await all.text()).matchAll(/<loc>https:\/\/www.test\/products\/(.*?)<\/loc>/g)].map((each) => each[1])
  assert.deepEqual(listed.toSorted(), products.nodes.map((each) => each.handle).toSorted())
})
await trial("storefrontRedirect", async () => {
  const led = async (path) => {
    const found = await storefrontRedirect({ storefront, request: page(path) })
    return [found.status, found.headers.get("location")]
  }
  assert.deepEqual(await led("/products/old-harbour-mug"), [301, "/products/harbour-mug"])
  assert.deepEqual(await led("/About-Us/?from=mail"), [301, "/pages/about?from=mail"])
  assert.deepEqual(await led("/products"), [404, null])
  const soft = await storefrontRedirect({ storefront, request: page("/about-us.data") })
  assert.deepEqual([soft.status, soft.headers.get("x-remix-redirect")], [204, "/pages/about"])
})
await trial("getShopAnalytics", async () => {
  const { shop } = await storefront.query("query { shop { id } }")
  const expected = { shopId: shop.id, acceptedLanguage: "EN", currency: "GBP", hydrogenSubchannelId: "7" }
  assert.deepEqual(await getShopAnalytics({ storefront, publicStorefrontId: "7" }), expected)
})
await trial("forward", async () => {
  // Browsers send to the storefront's own server, which passes on.
  for (const version of ["2026-04", "unstable"]) {
    const body = JSON.stringify({ query: "{ shop { name } }" })
    const headers = { "content-type": "application/json" }
    const request = new Request(`https://www.test/api/${version}/graphql.json`, { method: "POST", headers, body })
    assert.ok(storefront.isStorefrontApiUrl(request))
    const answer = await storefront.forward(request)
    assert.deepEqual([version, answer.status, await answer.json()], [version, 200, { data: { shop: { name: "Storefront Demo" } } }])
  }
})
