// Buying. One attempt has one token until the shop has answered it: a reload, a second press or a lost answer buys nothing twice.

import { RETRY, SUBMIT } from "./documents"
import { ask, Busy, patiently, type UserError } from "./graphql"
import { recall, remember } from "./memory"
import { type Payer, payerOf, payerOfOrder } from "./payer"
import { tokenOf, type Wallet } from "./payment"
import type { Refusal } from "./problems"
import type { Cart, Money, Order, OrderLink } from "./records"
import { confirmNext } from "./stripe_form"

interface Attempt {
  /** What is paid: the same attempt is never sent for anything else. */
  subject: string
  token: string
  payment: string
  method: string
  code: string | null
}

interface Submission {
  __typename: string
  order?: OrderLink
  action?: { redirectUrl: string | null; clientSecret: string | null } | null
  errors?: Refusal[]
  totalAmount?: Money | null
  waitingOrder?: OrderLink | null
  pollAfter?: string
}

export interface Outcome {
  /** Where the buyer goes now; null when the errors say why there is no order. */
  go: string | null
  errors: Refusal[]
  total?: Money | null
}

type Waiting = (seconds: number) => void

/** What is paid, and by whom. */
interface Bill {
  subject: string
  wallet: Wallet
  payer: Payer
  money: Money
}

export function statusUrl(order: OrderLink): string {
  return `/orders/${order.id.split("/").pop()}/${order.token}`
}

/** Turns the cart into an order for the total that the page shows. */
export function buy(cart: Cart, wallet: Wallet, waiting: Waiting): Promise<Outcome> {
  const total = cart.cost.totalAmount
  const subject = `${cart.id} ${total.amount} ${total.currencyCode}`
  return submit(SUBMIT, { id: cart.id, total }, { subject, wallet, payer: payerOf(cart), money: total }, waiting, cart.id)
}

/** Pays an order that waits for its payment by another method. */
export function retry(order: Order, wallet: Wallet, waiting: Waiting): Promise<Outcome> {
  const bill = { subject: order.id, wallet, payer: payerOfOrder(order), money: order.totalPrice }
  return submit(RETRY, { id: order.id, secret: order.token }, bill, waiting, recall(`cart-of:${order.id}`))
}

// The clock of this device may be wrong: a wait is never shorter than half a second and never longer than half a minute.
export function secondsUntil(moment: string | undefined): number {
  const seconds = moment ? (Date.parse(moment) - Date.now()) / 1000 : 1
  return Math.min(Math.max(seconds, 0.5), 30)
}

async function submit(
  document: string,
  variables: Record<string, unknown>,
  bill: Bill,
  waiting: Waiting,
  cartId: string | null,
): Promise<Outcome> {
  const attempt = await attemptFor(bill)
  if ("problem" in attempt) return { go: null, errors: [attempt.problem] }
  const send = async () => {
    const { result } = await ask<{ result: Submission }>(document, {
      ...variables,
      attempt: attempt.token,
      token: attempt.payment,
      method: attempt.method,
      code: attempt.code,
    })
    if (result.__typename === "SubmitThrottled") throw new Busy(secondsUntil(result.pollAfter))
    return result
  }
  const result = await patiently(send, waiting)
  // The shop has answered: whatever comes next is another attempt.
  remember("attempt", null)
  const order = result.order ?? result.waitingOrder
  if (!order) return { go: null, errors: result.errors ?? [], total: result.totalAmount ?? null }
  if (cartId) remember(`cart-of:${order.id}`, cartId)
  if (result.action?.clientSecret && !result.action.redirectUrl) confirmNext(order.id)
  return { go: result.action?.redirectUrl ?? statusUrl(order), errors: result.errors ?? [] }
}

/** The open attempt of this tab if it is for the same, else a new one; or why there is no payment token for it. */
async function attemptFor({ subject, wallet, payer, money }: Bill): Promise<Attempt | { problem: UserError }> {
  const open = JSON.parse(recall("attempt") ?? "null") as Attempt | null
  if (open?.subject === subject) return open
  const made = await tokenOf(wallet, payer, money)
  if ("problem" in made) return made
  const [token, method, code] = [crypto.randomUUID?.() ?? random(), wallet.method?.handle ?? "", made.code ?? null]
  const attempt = { subject, token, payment: made.token, method, code }
  remember("attempt", JSON.stringify(attempt))
  return attempt
}

/** For pages without TLS, where browsers have no `randomUUID`. */
function random(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
