// A storefront of a few lines that relies on the types that were generated from the shop's schema.

import type { TypedDocumentNode } from "@graphql-typed-document-node/core"
import { print } from "graphql"
import { type FragmentType, useFragment } from "./generated"
import {
  DrawerAddDocument,
  DrawerCartFragmentDoc,
  DrawerMoneyFragmentDoc,
  ServerCollectionsDocument,
  ServerProductDocument,
  ServerVariantFragmentDoc,
} from "./generated/graphql"

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const body = JSON.stringify({ query: print(document), variables })
  const answer = await fetch("https://shop.example.com/api/2026-10/graphql.json", { method: "POST", body })
  return ((await answer.json()) as { data: Data }).data
}

function price(money: FragmentType<typeof DrawerMoneyFragmentDoc>): string {
  const { amount, currencyCode } = useFragment(DrawerMoneyFragmentDoc, money)
  return `${amount} ${currencyCode}`
}

export async function add(cart: string, handle: string): Promise<string> {
  const { product } = await ask(ServerProductDocument, { handle, options: [{ name: "Colour", value: "Navy" }] })
  const variant = useFragment(ServerVariantFragmentDoc, product?.selectedOrFirstAvailableVariant)
  if (!variant?.availableForSale) return "sold out"
  const { cartLinesAdd } = await ask(DrawerAddDocument, { cart, lines: [{ merchandiseId: variant.id, quantity: 1 }] })
  const [refusal] = cartLinesAdd?.userErrors ?? []
  if (refusal) return refusal.message
  const changed = useFragment(DrawerCartFragmentDoc, cartLinesAdd?.cart)
  return changed ? price(changed.cost.totalAmount) : "no cart"
}

export async function newest(): Promise<string[]> {
  const { collections } = await ask(ServerCollectionsDocument, { first: 3, sortKey: "UPDATED_AT" })
  return collections.nodes.map((each) => each.title)
}

// What the schema does not have is an error.
export const wrong = [
  // @ts-expect-error -- a variable is missing
  () => ask(ServerProductDocument, { handle: "harbour-mug" }),
  // @ts-expect-error -- a value that the enum does not have
  () => ask(ServerCollectionsDocument, { sortKey: "SIZE" }),
  // @ts-expect-error -- a field that was not selected
  async () => (await ask(ServerCollectionsDocument, {})).collections.totalCount,
  // @ts-expect-error -- a product may be missing
  async () => (await ask(ServerProductDocument, { handle: "x", options: [] })).product.title,
]
