// Where the page shows what the shop refuses: the last name of a path is a field, the second one of `lines` a line.

import type { Problem } from "./cart"
import type { UserError } from "./graphql"
import { meaning, words } from "./language"
import type { AddressForm, Cart } from "./records"

const FIELDS = new Set([
  "firstName", "lastName", "company", "address1", "address2", "city", "provinceCode", "countryCode", "zip", "phone",
])
const PLACES: Record<string, string> = {
  BUYER_IDENTITY_REQUIRED: "email",
  DELIVERY_ADDRESS_REQUIRED: "countryCode",
  DELIVERY_NOT_AVAILABLE: "countryCode",
  DELIVERY_POSTAL_CODE_INVALID: "zip",
  DELIVERY_PROVINCE_INVALID: "provinceCode",
  INVALID_DELIVERY_OPTION: "delivery",
}

export interface Refusal extends UserError {
  recordField?: string[] | null
}

/** Of an address that lacks parts: each of them. Of any other refusal: one place. */
export function problemsOf(error: Refusal, cart: Cart, form: AddressForm | null): Problem[] {
  const address = cart.delivery.addresses.find((each) => each.selected)?.address
  if (error.code !== "DELIVERY_ADDRESS_INCOMPLETE" || !address || !form) return [problemOf(error, cart)]
  const missing = form.fields.filter((field) => field.required && !address[field.name]?.trim())
  return missing.map((field) => ({ place: field.name, text: words.REQUIRED }))
}

function problemOf(error: Refusal, cart: Cart): Problem {
  const path = error.recordField ?? error.field ?? []
  const last = path[path.length - 1] ?? ""
  const text = meaning(error.code, error.message)
  if (FIELDS.has(last)) return { place: last, text }
  if (last === "card" || last === "bankCode") return { place: last, text }
  if (path[0] === "payment" && last === "code") return { place: "bankCode", text }
  if (last === "email") return { place: "email", text: error.code === "INVALID" ? words.INVALID : text }
  if (last === "country") return { place: "countryCode", text }
  const line = path[0] === "lines" ? cart.lines.nodes[Number(path[1])] : undefined
  if (line) return { place: line.id, text }
  return { place: PLACES[error.code ?? ""] ?? "payment", text }
}
