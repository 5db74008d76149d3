// What a buyer can do while an order waits for its payment: go on, pay by another method, or give it up.

import { useState } from "preact/hooks"

import { ABANDON } from "./documents"
import { ask, patiently, type UserError } from "./graphql"
import { amount, meaning, say, words } from "./language"
import { recall } from "./memory"
import { payerOfOrder } from "./payer"
import { lackOf, PaymentPart, useWallet, type Wallet } from "./payment"
import type { Order } from "./records"
import { BankStep } from "./stripe_form"
import { retry } from "./submit"

interface Abandoned {
  order: { status: string } | null
  userErrors: UserError[]
}

/** Fields that show their own problems. */
const IN_PLACE = new Set(["card", "bankCode"])

/** The address of the cart that an order came of; only the tab in which it was bought knows it. */
export function cartOf(order: Order): string | null {
  const cart = recall(`cart-of:${order.id}`)?.split("/").pop()
  return cart ? `/cart/${cart}` : null
}

/** `isSlow`: the payment provider has had time enough to answer. */
export function OpenPayment({ order, action, isSlow, waiting, changed }: {
  order: Order
  action: NonNullable<Order["paymentAction"]>
  isSlow: boolean
  waiting(seconds: number): void
  changed(): void
}) {
  const [wallet, setWallet] = useWallet(action.availableMethods)
  const [busy, setBusy] = useState(false)
  const [touched, touch] = useState(false)
  const [problem, setProblem] = useState<{ place: string; text: string }>()
  const key = action.availableMethods.find((method) => method.publishableKey)?.publishableKey

  async function attempt(work: () => Promise<UserError[]>): Promise<void> {
    setBusy(true)
    try {
      const [error] = await work()
      setProblem(error && { place: placeOf(error), text: meaning(error.code, error.message) })
      if (error) document.getElementById(placeOf(error))?.focus()
    } catch {
      setProblem({ place: "", text: words.failed })
    }
    setBusy(false)
    changed()
  }

  async function payOtherwise(): Promise<UserError[]> {
    const { go, errors } = await retry(order, wallet, waiting)
    if (go && errors.length === 0) location.assign(go)
    return errors
  }

  async function abandon(): Promise<UserError[]> {
    const variables = { id: order.id, secret: order.token }
    const { payload } = await patiently(() => ask<{ payload: Abandoned }>(ABANDON, variables), waiting)
    const cart = cartOf(order)
    // A payment that came through just before has bought: the page then shows that.
    if (payload.order?.status === "PAYMENT_FAILED" && cart) location.replace(cart)
    return payload.userErrors
  }

  function choose(next: Wallet): void {
    setWallet(next)
    if (problem && IN_PLACE.has(problem.place) && lackOf(next)?.field?.[0] !== problem.place) setProblem(undefined)
  }

  const giveUp = (
    <p><button type="button" class="link" disabled={busy} onClick={() => void attempt(abandon)}>{words.giveUp}</button></p>
  )
  const elsewhere = problem && !IN_PLACE.has(problem.place) && <p class="problem" role="alert">{problem.text}</p>
  const isStuck = isSlow && !action.mayRetry && !action.redirectUrl && !action.clientSecret
  return (
    <section>
      {action.redirectUrl && <p><a class="button" href={action.redirectUrl}>{words.goOn}</a></p>}
      {action.clientSecret && !action.redirectUrl && key && (
        <BankStep key={action.clientSecret} order={order} publishableKey={key} clientSecret={action.clientSecret} returnUrl={action.returnUrl} />
      )}
      {action.mayRetry && !action.isDeclined && !action.redirectUrl && !action.clientSecret && <p>{words.inApp}</p>}
      {isStuck && (
        <>
          <p>{words.stuck}</p>
          {elsewhere}
          <p><button type="button" disabled={busy} onClick={changed}>{words.tryAgain}</button></p>
          {giveUp}
        </>
      )}
      {action.mayRetry && (
        <form noValidate onSubmit={(event) => { event.preventDefault(); void attempt(payOtherwise) }}
          onFocusIn={() => touch(true)} onPointerDown={() => touch(true)}>
          <PaymentPart methods={action.availableMethods} wallet={wallet} choose={choose} money={order.totalPrice}
            problems={problem ? { [problem.place]: problem.text } : {}} payer={payerOfOrder(order)} reached={touched || action.isDeclined} />
          {elsewhere}
          <button class="pay" type="submit" disabled={busy}>{busy ? words.paying : say(words.pay, { amount: amount(order.totalPrice) })}</button>
          {giveUp}
        </form>
      )}
    </section>
  )
}

function placeOf({ field }: UserError): string {
  const last = field?.at(-1) ?? ""
  return field?.[0] === "payment" && last === "code" ? "bankCode" : last
}
