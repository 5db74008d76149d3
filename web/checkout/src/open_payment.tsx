// What a buyer can do while an order waits for its payment: go on, pay by another method, or give it up.

import { useState } from "preact/hooks"

import { ABANDON } from "./documents"
import { ask, patiently, type UserError } from "./graphql"
import { amount, meaning, say, words } from "./language"
import { payerOfOrder } from "./payer"
import { PaymentPart, useWallet } from "./payment"
import type { Order } from "./records"
import { BankStep } from "./stripe_form"
import { retry } from "./submit"

/** Fields that show their own problems. */
const IN_PLACE = new Set(["card", "bankCode"])

export function OpenPayment({ order, action, waiting, changed }: {
  order: Order
  action: NonNullable<Order["paymentAction"]>
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
    return (await patiently(() => ask<{ payload: { userErrors: UserError[] } }>(ABANDON, variables), waiting)).payload.userErrors
  }

  return (
    <section>
      {action.redirectUrl && <p><a class="button" href={action.redirectUrl}>{words.goOn}</a></p>}
      {action.clientSecret && !action.redirectUrl && key && (
        <BankStep key={action.clientSecret} order={order} publishableKey={key} clientSecret={action.clientSecret} returnUrl={action.returnUrl} />
      )}
      {action.mayRetry && !action.isDeclined && !action.redirectUrl && !action.clientSecret && <p>{words.inApp}</p>}
      {action.mayRetry && (
        <form noValidate onSubmit={(event) => { event.preventDefault(); void attempt(payOtherwise) }}
          onFocusIn={() => touch(true)} onPointerDown={() => touch(true)}>
          <PaymentPart methods={action.availableMethods} wallet={wallet} choose={setWallet} money={order.totalPrice}
            problems={problem ? { [problem.place]: problem.text } : {}} payer={payerOfOrder(order)} reached={touched || action.isDeclined} />
          {problem && !IN_PLACE.has(problem.place) && <p class="problem" role="alert">{problem.text}</p>}
          <button class="pay" type="submit" disabled={busy}>{busy ? words.paying : say(words.pay, { amount: amount(order.totalPrice) })}</button>
          <p><button type="button" class="link" disabled={busy} onClick={() => void attempt(abandon)}>{words.giveUp}</button></p>
        </form>
      )}
    </section>
  )
}

function placeOf({ field }: UserError): string {
  const last = field?.at(-1) ?? ""
  return field?.[0] === "payment" && last === "code" ? "bankCode" : last
}
