// Buying. One attempt has one token until the shop has answered it: a reload, a second press or a lost answer buys nothing twice.

import type { CartPage } from "./cart"
import { SUBMIT } from "./documents"
import { ask, Busy, patiently } from "./graphql"
import { recall, remember } from "./memory"
import { tokenOf, type Wallet } from "./payment"
import type { Refusal } from "./problems"
import type { Cart, Money, OrderLink } from "./records"

interface Attempt {
  token: string
  payment: string
  total: Money
}

interface Submission {
  __typename: string
  order?: OrderLink
  errors?: Refusal[]
  totalAmount?: Money | null
  pollAfter?: number
  action?: { redirectUrl: string | null }
}

export interface Outcome {
  /** Where the buyer goes now; null when the errors say why there is no order. */
  go: string | null
  errors: Refusal[]
  total?: Money | null
}

export function statusUrl(order: OrderLink): string {
  return `/orders/${order.id.split("/").pop()}/${order.token}`
}

export async function buy(page: CartPage, cart: Cart, wallet: Wallet): Promise<Outcome> {
  const attempt = await attemptOf(cart, wallet)
  if (!attempt) return { go: null, errors: [{ code: "REQUIRED", field: ["card"], message: "" }] }
  const variables = { id: cart.id, attempt: attempt.token, token: attempt.payment, total: attempt.total }
  const submit = async () => {
    const { result } = await ask<{ result: Submission }>(SUBMIT, variables)
    if (result.__typename === "SubmitThrottled") throw new Busy(result.pollAfter ?? 1)
    return result
  }
  const result = await patiently(submit, page.waiting)
  // The shop has answered: whatever comes next is another attempt.
  remember(`attempt:${cart.id}`, null)
  if (!result.order) return { go: null, errors: result.errors ?? [], total: result.totalAmount ?? null }
  remember(`cart-of:${result.order.id}`, cart.id.split("/").pop() ?? "")
  return { go: result.action?.redirectUrl ?? statusUrl(result.order), errors: [] }
}

/** The open attempt of this tab if it is for the same total, else a new one. Null without a payment token. */
async function attemptOf(cart: Cart, wallet: Wallet): Promise<Attempt | null> {
  const open = JSON.parse(recall(`attempt:${cart.id}`) ?? "null") as Attempt | null
  const total = cart.cost.totalAmount
  if (open && open.total.amount === total.amount && open.total.currencyCode === total.currencyCode) return open
  const payment = await tokenOf(wallet)
  if (!payment) return null
  const attempt = { token: crypto.randomUUID?.() ?? random(), payment, total }
  remember(`attempt:${cart.id}`, JSON.stringify(attempt))
  return attempt
}

/** For pages without TLS, where browsers have no `randomUUID`. */
function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
