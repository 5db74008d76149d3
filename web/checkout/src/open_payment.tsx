// What a buyer can do while an order waits for its payment: go on, pay by another method, or give it up.

import { useState } from "preact/hooks"

import { ABANDON } from "./documents"
import { ask, patiently, type UserError } from "./graphql"
import { amount, meaning, say, words } from "./language"
import { PaymentPart, useWallet } from "./payment"
import type { Order } from "./records"
import { retry } from "./submit"

export function OpenPayment({ order, action, waiting, changed }: {
  order: Order
  action: NonNullable<Order["paymentAction"]>
  waiting(seconds: number): void
  changed(): void
}) {
  const [wallet, setWallet] = useWallet(action.availableMethods)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function attempt(work: () => Promise<UserError[]>): Promise<void> {
    setBusy(true)
    try {
      const [error] = await work()
      setProblem(error && (error.code === "REQUIRED" ? words.REQUIRED : meaning(error.code, error.message)))
    } catch {
      setProblem(words.failed)
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
      {action.mayRetry && (
        <form noValidate onSubmit={(event) => { event.preventDefault(); void attempt(payOtherwise) }}>
          <PaymentPart methods={action.availableMethods} wallet={wallet} choose={setWallet} problem={problem} />
          {problem && wallet.method?.kind !== "CARD" && <p class="problem" role="alert">{problem}</p>}
          <button class="pay" type="submit" disabled={busy}>{busy ? words.paying : say(words.pay, { amount: amount(order.totalPrice) })}</button>
          <p><button type="button" class="link" disabled={busy} onClick={() => void attempt(abandon)}>{words.giveUp}</button></p>
        </form>
      )}
    </section>
  )
}
