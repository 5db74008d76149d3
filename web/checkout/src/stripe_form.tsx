// The place of Stripe's form on the page, and of what it asks for after the submit.

import { useEffect, useRef, useState } from "preact/hooks"

import { locale, words } from "./language"
import { recall, remember } from "./memory"
import type { Payer } from "./payer"
import type { Money, Order } from "./records"
import type { CardForm } from "./stripe"

/** The form that is on the page, or on its way. */
export interface FormPlace {
  current: Promise<CardForm> | null
}

export function StripeForm({ publishableKey, money, payer, form, problem }: {
  publishableKey: string
  money: Money
  payer: Payer
  form: FormPlace
  problem: string | undefined
}) {
  const place = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<"loading" | "ready" | "blocked">("loading")
  const [turn, again] = useState(0)

  useEffect(() => {
    const element = place.current
    if (!element) return
    let current = true
    setState("loading")
    const opening = import("./stripe").then(({ openForm }) => openForm({ key: publishableKey, locale }, element, money, payer))
    form.current = opening
    opening.then(
      () => current && setState("ready"),
      () => current && setState("blocked"),
    )
    return () => {
      current = false
      form.current = null
      opening.then((opened) => opened.close(), () => undefined)
    }
  }, [publishableKey, turn])
  useEffect(() => {
    form.current?.then((opened) => opened.update(money), () => undefined)
  }, [money.amount, money.currencyCode])

  return (
    <div class="field" role="group" aria-label={words.card} aria-busy={state === "loading"}>
      <div id="card" tabIndex={-1} ref={place} />
      {state === "loading" && <p class="wait" role="status">{words.cardLoading}</p>}
      {state === "blocked" && (
        <div role="alert">
          <p class="problem">{words.CARD_FORM_BLOCKED}</p>
          <p><button type="button" class="link" onClick={() => again(turn + 1)}>{words.tryAgain}</button></p>
        </div>
      )}
      {problem && state === "ready" && <small class="problem" id="card-problem">{problem}</small>}
    </div>
  )
}

const begin = (id: string) => `confirm:${id}`

/** Has the next page of the order begin at once with what the bank asks for; a page that is opened later offers it. */
export function confirmNext(orderId: string): void {
  remember(begin(orderId), "1")
}

/** What the bank of the buyer asks for, in a window of Stripe over this page. */
export function BankStep({ order, publishableKey, clientSecret, returnUrl }: {
  order: Order
  publishableKey: string
  clientSecret: string
  returnUrl: string | null
}) {
  const [state, setState] = useState<"offered" | "open" | "blocked">("offered")

  async function open(): Promise<void> {
    setState("open")
    try {
      const { confirm } = await import("./stripe")
      await confirm({ key: publishableKey, locale }, clientSecret)
      location.replace(returnUrl ?? location.href)
    } catch {
      setState("blocked")
    }
  }

  useEffect(() => {
    if (!recall(begin(order.id))) return
    remember(begin(order.id), null)
    void open()
  }, [])

  return (
    <div>
      {state === "blocked" && <p class="problem" role="alert">{words.confirmBlocked}</p>}
      <p>
        <button type="button" disabled={state === "open"} onClick={() => void open()}>{words.goOn}</button>
      </p>
      <p role="status">{state === "open" && words.confirming}</p>
    </div>
  )
}
