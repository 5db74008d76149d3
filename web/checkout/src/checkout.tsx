// The checkout of a cart: contact, address, delivery, codes, payment, and the order that comes of it.

import { useEffect, useRef, useState } from "preact/hooks"

import { AddressPart } from "./address"
import { type Problem, useCart } from "./cart"
import { mayLack, refusalsOf } from "./checks"
import { CodesPart } from "./codes"
import { DeliveryPart } from "./delivery"
import { REMOVE_LINES, UPDATE_LINES } from "./documents"
import { type Field, type Part, type Saved, useDrafts } from "./drafts"
import { ErrorSummary, focusPlace } from "./errors"
import { Input } from "./fields"
import { Frame } from "./frame"
import { amount, meaning, say, words } from "./language"
import { payerOf } from "./payer"
import { lackOf, PaymentPart, useWallet, type Wallet } from "./payment"
import { inOrder, problemsOf, type Refusal, type Shown } from "./problems"
import type { AddressForm, Cart, Money, OrderLink } from "./records"
import { buy, statusUrl } from "./submit"
import { isComplete, Summary } from "./summary"

export function CheckoutPage({ id }: { id: string }) {
  const page = useCart(id)
  const { shop, cart, order, loaded, saving, wait } = page.state
  const [problems, setProblems] = useState<Problem[]>([])
  const [paying, setPaying] = useState(false)
  const drafts = useDrafts(page, id)
  const [code, setCode] = useState("")
  const [delivery, keepDelivery] = useState<string | null>(null)
  const [wallet, setWallet] = useWallet(cart?.availablePaymentMethods ?? [])
  const [form, showForm] = useState<AddressForm | null>(null)
  const [touched, touch] = useState(false)
  const summary = useRef<HTMLDivElement>(null)
  const [refused, refuse] = useState(0)

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

  useEffect(() => {
    const first = refused > 0 && problems[0]
    if (first && !focusPlace(first.place)) summary.current?.focus()
  }, [refused])

  if (!loaded) return <p class="wait" role="status">{wait > 0 ? say(words.wait, { seconds: wait }) : "…"}</p>
  if (!open) return <Gone page={page} order={order} />
  if (cart.lines.nodes.length === 0) return <Frame shop={shop} title={words.cartEmpty} wait={wait} />

  const places = Object.fromEntries(problems.map(({ place, text }) => [place, text]))
  const shown: Shown = { cart, form, drafts, delivery }

  /** What the shop now says of these places; problems of other places stay. */
  function report(settled: string[], found: Problem[]): void {
    const over = new Set([...settled, ...found.map(({ place }) => place), "payment"])
    setProblems((now) => inOrder([...now.filter(({ place }) => !over.has(place)), ...found], shown))
  }

  /** Problems without a place of their own are shown at the part that was changed. */
  function problemsAt(part: string, errors: Refusal[]): Problem[] {
    return problemsOf(errors, shown).map((each) => (each.place === "payment" ? { ...each, place: part } : each))
  }

  function problemsIn({ part, errors }: Saved): Problem[] {
    return part === "address" ? problemsAt("countryCode", errors) : problemsOf(errors.map((each) => ({ ...each, field: ["email"] })), shown)
  }

  async function save(part: Part, fields: Field[]): Promise<void> {
    const saved = await drafts.save(part, fields)
    const now = page.newest()
    report(now && isComplete(now) ? [...saved.fields, "delivery"] : saved.fields, problemsIn(saved))
  }

  async function setQuantity(line: string, quantity: number): Promise<void> {
    const errors = await page.change(() => (quantity > 0 ? [UPDATE_LINES, { lines: [{ id: line, quantity }] }] : [REMOVE_LINES, { lines: [line] }]))
    report([line], errors.map((error) => ({ place: line, text: meaning(error.code, error.message) })))
  }

  function choose(next: Wallet): void {
    setWallet(next)
    const lack = lackOf(next)?.field?.[0]
    if (["card", "bankCode"].some((place) => places[place] && place !== lack)) {
      setProblems((now) => now.filter(({ place }) => place === lack || (place !== "card" && place !== "bankCode")))
    }
  }

  function typeCode(text: string): void {
    setCode(text)
    if (!text.trim() && places.discount) report(["discount"], [])
  }

  async function pay(event: Event): Promise<void> {
    event.preventDefault()
    if (paying) return
    setPaying(true)
    try {
      const found = await payOrRefuse()
      if (!found) return
      setProblems(found)
      await page.reload()
    } catch {
      setProblems([{ place: "payment", text: words.failed }])
    }
    setPaying(false)
    refuse((times) => times + 1)
  }

  /** Buys what the page shows, or says why not: the buyer may have pressed the button with fields that are not saved. */
  async function payOrRefuse(): Promise<Problem[] | null> {
    const saved = await drafts.saveAll()
    const now = page.newest()
    if (!now || now.order) return []
    const current = { ...shown, cart: now }
    const local = [...saved.flatMap(problemsIn), ...unsaved(saved), ...lacks()]
    const wanting = local.length > 0 || mayLack(current) ? problemsOf(await refusalsOf(id, page.waiting), current) : []
    if (local.length + wanting.length > 0) return inOrder([...local, ...wanting], current)
    if (!isAgreed(now)) return [{ place: "payment", text: say(words.totalNow, { amount: amount(now.cost.totalAmount) }) }]
    const { go, errors, total } = await buy(now, wallet, page.waiting)
    if (go) {
      location.assign(go)
      return null
    }
    return problemsOf(errors, current).map((each) => (total ? { ...each, text: say(each.text, { amount: amount(total) }) } : each))
  }

  /** What the page shows and the cart does not have, although the shop has not refused it. */
  function unsaved(saved: Saved[]): Problem[] {
    const isRefused = (part: Part) => saved.some((each) => each.part === part && each.errors.length > 0)
    const open = drafts.open().filter((field) => !isRefused(field === "email" ? "contact" : "address"))
    const fields = open.includes("countryCode") ? (["countryCode"] as const) : open
    const found: Problem[] = fields.map((place) => ({ place, text: drafts.value(place).trim() ? words.INVALID : words.REQUIRED }))
    return code.trim() ? [...found, { place: "discount", text: words.codeOpen }] : found
  }

  function lacks(): Problem[] {
    const lack = lackOf(wallet)
    return lack ? problemsOf([lack], shown) : []
  }

  /** Whether the buyer has seen the total: fields that were saved just now may have changed it. */
  function isAgreed(now: Cart): boolean {
    return same(now.cost.totalAmount, shown.cart.cost.totalAmount)
  }

  const delivers = cart.deliveryGroups.nodes.every((group) => group.selectedDeliveryOption)
  const reached = touched || (delivers && Boolean(cart.buyerIdentity.email))
  const shared = { page, cart, problems: places }
  const label = isComplete(cart) ? say(words.pay, { amount: amount(cart.cost.totalAmount) }) : words.payLater
  return (
    <Frame shop={shop} title={words.checkout} wait={wait}>
      <div>
        <ErrorSummary problems={problems} shown={shown} box={summary} />
        <section aria-labelledby="contact-title">
          <h2 id="contact-title">{words.contact}</h2>
          <Input name="email" type="email" label={words.email} autoComplete="email" inputMode="email" problem={places.email}
            value={drafts.value("email")} onInput={(text) => drafts.type({ email: text })}
            onChange={(text) => {
              drafts.type({ email: text })
              void save("contact", ["email"])
            }} />
        </section>
        <AddressPart page={page} drafts={drafts} form={form} showForm={showForm} problems={places} save={(fields) => void save("address", fields)} />
        <DeliveryPart {...shared} chosen={delivery} keep={keepDelivery} report={(errors) => report(["delivery"], problemsAt("delivery", errors))} />
        <form onSubmit={(event) => void pay(event)} noValidate onFocusIn={() => touch(true)} onPointerDown={() => touch(true)}>
          <PaymentPart methods={cart.availablePaymentMethods} wallet={wallet} choose={choose} problems={places}
            money={cart.cost.totalAmount} payer={payerOf(cart)} reached={reached} />
          {places.payment && <p class="problem" id="payment" tabIndex={-1}>{places.payment}</p>}
          <button class="pay" type="submit" disabled={paying}>
            {paying ? words.paying : saving > 0 ? words.saving : label}
          </button>
        </form>
      </div>
      <div>
        <Summary {...shared} change={(line, quantity) => void setQuantity(line, quantity)} />
        <CodesPart {...shared} code={code} type={typeCode} report={(errors) => report(["discount"], problemsAt("discount", errors))} />
      </div>
    </Frame>
  )
}

function same(one: Money, other: Money): boolean {
  return one.amount === other.amount && one.currencyCode === other.currencyCode
}

function Gone({ page, order }: { page: ReturnType<typeof useCart>; order: OrderLink | null }) {
  return (
    <Frame shop={page.state.shop} title={order ? words.ordered : words.cartMissing} wait={page.state.wait}>
      {order && <p><a class="button" href={statusUrl(order)}>{words.showOrder}</a></p>}
    </Frame>
  )
}
