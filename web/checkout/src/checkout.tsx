// The checkout of a cart: contact, address, delivery, codes, payment, and the order that comes of it.

import { useEffect, useRef, useState } from "preact/hooks"

import { AddressPart } from "./address"
import { type Problem, useCart } from "./cart"
import { CodesPart } from "./codes"
import { DeliveryPart } from "./delivery"
import { REMOVE_LINES, SET_BUYER } from "./documents"
import { Input } from "./fields"
import { Frame } from "./frame"
import type { UserError } from "./graphql"
import { amount, say, words } from "./language"
import { recall, remember } from "./memory"
import { payerOf } from "./payer"
import { PaymentPart, useWallet } from "./payment"
import { problemsOf } from "./problems"
import type { AddressForm, OrderLink } from "./records"
import { buy, statusUrl } from "./submit"
import { Summary } from "./summary"

export function CheckoutPage({ id }: { id: string }) {
  const page = useCart(id)
  const { shop, cart, order, loaded, saving, wait } = page.state
  const [problems, setProblems] = useState<Problem[]>([])
  const [paying, setPaying] = useState(false)
  const [email, setEmail] = useState<string | null>(recall(`email:${id}`))
  const [wallet, setWallet] = useWallet(cart?.availablePaymentMethods ?? [])
  const [form, showForm] = useState<AddressForm | null>(null)
  const [touched, touch] = useState(false)
  const summary = useRef<HTMLDivElement>(null)

  const open = cart && !cart.order
  useEffect(() => {
    // The browser shows the page again as it was when the buyer left it for the provider's page.
    const back = () => setPaying(false)
    addEventListener("pageshow", back)
    return () => removeEventListener("pageshow", back)
  }, [])
  useEffect(() => {
    if (cart?.order) location.replace(statusUrl(cart.order))
  }, [cart?.order?.id])

  if (!loaded) return <p class="wait" role="status">{wait > 0 ? say(words.wait, { seconds: wait }) : "…"}</p>
  if (!open) return <Gone page={page} order={order} />
  if (cart.lines.nodes.length === 0) return <Frame shop={shop} title={words.cartEmpty} wait={wait} />

  const places = Object.fromEntries(problems.map(({ place, text }) => [place, text]))
  const current = cart

  /** Shows the problems of one part; those of other parts stay. */
  function report(errors: UserError[], part?: string): void {
    const found = errors
      .flatMap((error) => problemsOf(error, current, form))
      .map((problem) => (part && problem.place === "payment" ? { ...problem, place: part } : problem))
    setProblems((now) => [...now.filter(({ place }) => isElsewhere(place, part)), ...found])
  }

  function isElsewhere(place: string, part: string | undefined): boolean {
    return part !== undefined && place !== part && place !== "payment"
  }

  function typeEmail(text: string): void {
    setEmail(text)
    remember(`email:${id}`, text)
  }

  async function saveEmail(text: string): Promise<void> {
    typeEmail(text)
    if (!text.trim()) return
    const errors = await page.change(() => [SET_BUYER, { buyer: { email: text.trim() } }])
    if (errors.length === 0) remember(`email:${id}`, null)
    report(errors.map((error) => ({ ...error, field: ["email"] })), "email")
  }

  async function pay(event: Event): Promise<void> {
    event.preventDefault()
    if (paying) return
    setPaying(true)
    try {
      const { go, errors, total } = await buy(current, wallet, page.waiting)
      if (go) return void location.assign(go)
      const found = errors.flatMap((error) => problemsOf(error, current, form))
      setProblems(found.map((each) => (total ? { ...each, text: say(each.text, { amount: amount(total) }) } : each)))
      await page.reload()
    } catch {
      setProblems([{ place: "payment", text: words.failed }])
    }
    setPaying(false)
    requestAnimationFrame(() => summary.current?.focus())
  }

  const delivers = cart.deliveryGroups.nodes.every((group) => group.selectedDeliveryOption)
  const reached = touched || (delivers && Boolean(cart.buyerIdentity.email))
  const shared = { page, cart, problems: places }
  return (
    <Frame shop={shop} title={words.checkout} wait={wait}>
      <div>
        {problems.length > 0 && (
          <div class="errors" role="alert" tabIndex={-1} ref={summary}>
            <p>{words.errors}</p>
            <ul>{problems.map((each) => <li key={each.place}><a href={`#${anchor(each.place)}`}>{each.text}</a></li>)}</ul>
          </div>
        )}
        <section aria-labelledby="contact-title">
          <h2 id="contact-title">{words.contact}</h2>
          <Input name="email" type="email" label={words.email} autoComplete="email" inputMode="email" problem={places.email}
            value={email ?? cart.buyerIdentity.email ?? ""} onInput={typeEmail}
            onChange={(text) => void saveEmail(text)} />
        </section>
        <AddressPart {...shared} form={form} showForm={showForm} report={(errors) => report(errors, "address")} />
        <DeliveryPart {...shared} report={(errors) => report(errors, "delivery")} />
        <form onSubmit={(event) => void pay(event)} noValidate onFocusIn={() => touch(true)} onPointerDown={() => touch(true)}>
          <PaymentPart methods={cart.availablePaymentMethods} wallet={wallet} choose={setWallet} problems={places}
            money={cart.cost.totalAmount} payer={payerOf(cart)} reached={reached} />
          {places.payment && <p class="problem" id="payment">{places.payment}</p>}
          <button class="pay" type="submit" disabled={paying || saving > 0}>
            {paying ? words.paying : saving > 0 ? words.saving : say(words.pay, { amount: amount(cart.cost.totalAmount) })}
          </button>
        </form>
      </div>
      <div>
        <Summary {...shared} remove={(line) => void page.change(() => [REMOVE_LINES, { lines: [line] }]).then(report)} />
        <CodesPart {...shared} report={(errors) => report(errors, "discount")} />
      </div>
    </Frame>
  )
}

/** A place on the page that a link can lead to: a field, or the part that has the problem. */
function anchor(place: string): string {
  return document.getElementById(place) ? place : place === "delivery" ? "delivery-title" : "summary-title"
}

function Gone({ page, order }: { page: ReturnType<typeof useCart>; order: OrderLink | null }) {
  return (
    <Frame shop={page.state.shop} title={order ? words.ordered : words.cartMissing} wait={page.state.wait}>
      {order && <p><a class="button" href={statusUrl(order)}>{words.showOrder}</a></p>}
    </Frame>
  )
}
