// Where the page shows what the shop refuses: the last name of a path is a field, the one after `lines` a line.

import { labelOf } from "./address"
import type { Problem } from "./cart"
import type { Drafts } from "./drafts"
import type { UserError } from "./graphql"
import { meaning, words } from "./language"
import { ADDRESS_FIELDS, type AddressForm, type Cart } from "./records"

const PLACES: Record<string, string> = {
  BUYER_IDENTITY_REQUIRED: "email",
  DELIVERY_ADDRESS_REQUIRED: "countryCode",
  DELIVERY_NOT_AVAILABLE: "countryCode",
  DELIVERY_POSTAL_CODE_INVALID: "zip",
  DELIVERY_PROVINCE_INVALID: "provinceCode",
  INVALID_DELIVERY_OPTION: "delivery",
}
const LACKS_ADDRESS = new Set<string | null>(["DELIVERY_ADDRESS_REQUIRED", "DELIVERY_ADDRESS_INCOMPLETE"])

export interface Refusal extends UserError {
  recordField?: string[] | null
}

/** What the refusals are about: the cart, the form that the page shows for its country, and the kind of delivery that is
    chosen, which the shop counts once it has the address. */
export interface Shown {
  cart: Cart
  form: AddressForm | null
  drafts: Drafts
  delivery: string | null
}

/** One for each place, in the order of the page. Of an address that lacks parts: each of them. */
export function problemsOf(errors: Refusal[], shown: Shown): Problem[] {
  return inOrder(errors.flatMap((error) => (LACKS_ADDRESS.has(error.code) ? lacksOf(error, shown) : [problemOf(error, shown.cart)])), shown)
}

export function inOrder(problems: Problem[], { cart, form }: Shown): Problem[] {
  const order = ["email", "countryCode", ...(form?.fields ?? []).map(({ name }) => name as string), "phone", "delivery", "card", "bankCode", "payment"]
  order.push(...cart.lines.nodes.map(({ id }) => id), "discount")
  const found = new Map([...problems].reverse().map((each) => [each.place, each]))
  return [...found.values()].sort((a, b) => order.indexOf(a.place) - order.indexOf(b.place))
}

/** What the buyer sees at the place, to find it by; null for what is not about one place. */
export function nameOf(place: string, { cart, form }: Shown): string | null {
  const names: Record<string, string> = {
    email: words.email, countryCode: words.country, phone: words.phone, delivery: words.delivery, card: words.card,
    bankCode: words.bankCode, discount: words.code,
  }
  const field = form?.fields.find(({ name }) => name === place)
  const line = cart.lines.nodes.find(({ id }) => id === place)
  return names[place] ?? (field && labelOf(field.label)) ?? line?.merchandise.product.title ?? null
}

function lacksOf(error: Refusal, { cart, form, drafts, delivery }: Shown): Problem[] {
  const blank = (name: (typeof ADDRESS_FIELDS)[number]) => !drafts.value(name).trim()
  if (blank("countryCode") || !form) return [{ place: "countryCode", text: words.REQUIRED }]
  const missing = form.fields.filter((field) => field.required && blank(field.name))
  if (missing.length === 0) return [problemOf(error, cart)]
  const open = delivery ? [] : cart.deliveryGroups.nodes.filter((group) => !group.selectedDeliveryOption)
  return [
    ...missing.map((field) => ({ place: field.name, text: words.REQUIRED })),
    ...open.map((group) => ({ place: "delivery", text: group.deliveryOptions.length > 0 ? words.choose : words.deliveryLater })),
  ]
}

function problemOf(error: Refusal, cart: Cart): Problem {
  const path = error.recordField ?? error.field ?? []
  const last = path[path.length - 1] ?? ""
  const text = meaning(error.code, error.message)
  if ((ADDRESS_FIELDS as readonly string[]).includes(last)) return { place: last, text }
  if (last === "card" || last === "bankCode") return { place: last, text }
  if (path[0] === "payment" && last === "code") return { place: "bankCode", text }
  if (last === "email") return { place: "email", text: error.code === "INVALID" ? words.INVALID : text }
  if (last === "country") return { place: "countryCode", text }
  const line = path[0] === "lines" ? cart.lines.nodes[Number(path[1])] : undefined
  if (line) return { place: line.id, text }
  return { place: PLACES[error.code ?? ""] ?? "payment", text }
}
