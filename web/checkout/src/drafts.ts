// What the buyer has typed and the cart does not have yet. It outlives a reload, and nothing is bought while any is left.

import { useRef, useState } from "preact/hooks"

import type { CartPage, Change } from "./cart"
import { ADD_ADDRESS, SET_BUYER, UPDATE_ADDRESS } from "./documents"
import type { UserError } from "./graphql"
import { recall, remember } from "./memory"
import { ADDRESS_FIELDS, type Address, type Cart, type Localization, type Shop } from "./records"

export type Field = "email" | keyof Address
export type Part = "contact" | "address"
type Draft = Partial<Record<Field, string | null>>

/** The fields of a part that were sent with a text, and what the shop says against it. */
export interface Saved {
  part: Part
  fields: Field[]
  errors: UserError[]
}

export interface Drafts {
  /** What a field shows: what was typed, else what the cart has. */
  value(field: Field): string
  /** The fields whose text the cart does not have. */
  open(): Field[]
  type(changes: Draft): void
  /** Sends what was typed into these fields, and earlier refused fields of the same part. */
  save(part: Part, fields: Field[]): Promise<Saved>
  /** Sends everything that is still open, also of fields that the buyer has not left. */
  saveAll(): Promise<Saved[]>
}

const FIELDS: Record<Part, readonly Field[]> = { contact: ["email"], address: ADDRESS_FIELDS }

export function useDrafts(page: CartPage, id: string): Drafts {
  const key = `draft:${id}`
  const [draft, show] = useState(() => JSON.parse(recall(key) ?? "{}") as Draft)
  const newest = useRef(draft)
  // A save does not send what the buyer is still typing elsewhere.
  const left = useRef(new Set<Field>())

  function keep(next: Draft): void {
    newest.current = next
    remember(key, Object.keys(next).length > 0 ? JSON.stringify(next) : null)
    show(next)
  }

  async function save(part: Part, fields: Field[]): Promise<Saved> {
    fields.forEach((field) => left.current.add(field))
    let sent: Draft = {}
    const errors = await page.change((cart) => {
      sent = picked(newest.current, FIELDS[part].filter((field) => left.current.has(field)))
      const change = Object.keys(sent).length > 0 ? changeOf(part, sent, cart, page.state) : null
      if (!change) sent = {}
      return change
    })
    const now = newest.current
    const saved = (field: Field) => errors.length === 0 && field in sent && sent[field] === now[field]
    keep(picked(now, fieldsOf(now).filter((field) => !saved(field))))
    return { part, fields: fieldsOf(sent).filter((field) => sent[field]?.trim()), errors }
  }

  return {
    value(field) {
      if (field in draft) return draft[field] ?? ""
      const { cart } = page.state
      if (!cart) return ""
      return (field === "email" ? cart.buyerIdentity.email : addressOf(cart, page.state)[field]) ?? ""
    },
    open: () => fieldsOf(newest.current),
    type(changes) {
      fieldsOf(changes).forEach((field) => left.current.delete(field))
      keep({ ...newest.current, ...changes })
    },
    save,
    saveAll: () => Promise.all([save("contact", [...FIELDS.contact]), save("address", [...FIELDS.address])]),
  }
}

interface Known {
  shop: Shop | null
  localization: Localization | null
}

/** The address of the cart; before there is one, its country: the only one of the shop, else that of the buyer. */
function addressOf(cart: Cart, { shop, localization }: Known): Partial<Address> {
  const selected = cart.delivery.addresses.find((each) => each.selected)
  if (selected) return selected.address
  const [first, ...more] = shop?.shipsToCountries ?? []
  const here = cart.buyerIdentity.countryCode ?? localization?.country.isoCode ?? ""
  const known = more.length === 0 ? first : shop?.shipsToCountries.find((code) => code === here)
  return known ? { countryCode: known } : {}
}

/** Null while it cannot be sent: an address without a country. */
function changeOf(part: Part, sent: Draft, cart: Cart, known: Known): Change | null {
  if (part === "contact") return [SET_BUYER, { buyer: { email: sent.email?.trim() || null } }]
  const address: Partial<Address> = { ...addressOf(cart, known), ...sent }
  if (!address.countryCode) return null
  const deliveryAddress = Object.fromEntries(ADDRESS_FIELDS.map((name) => [name, address[name] || null]))
  const value = { address: { deliveryAddress }, selected: true }
  const old = cart.delivery.addresses.find((each) => each.selected)
  return old ? [UPDATE_ADDRESS, { addresses: [{ id: old.id, ...value }] }] : [ADD_ADDRESS, { addresses: [value] }]
}

function fieldsOf(draft: Draft): Field[] {
  return Object.keys(draft) as Field[]
}

function picked(draft: Draft, fields: readonly Field[]): Draft {
  return Object.fromEntries(fields.filter((field) => field in draft).map((field) => [field, draft[field] ?? null]))
}
