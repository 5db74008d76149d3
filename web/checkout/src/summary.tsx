// What is bought and what it costs, always as the shop computes it.

import type { CartPage } from "./cart"
import { amount, meaning, say, words } from "./language"
import type { Cart, CartLine, Money, Picture } from "./records"

export function Row({ label, money, text, strong }: { label: string; money?: Money | null; text?: string; strong?: boolean }) {
  return (
    <div class={strong ? "row total" : "row"}>
      <dt>{label}</dt>
      <dd>{money ? amount(money) : text}</dd>
    </div>
  )
}

export function Line({ title, variant, quantity, cost, image, problem, problemId, children }: {
  title: string
  variant: string
  /** Left out where the children say it. */
  quantity?: number
  cost: Money
  image?: Picture | null
  problem?: string | undefined
  problemId?: string
  children?: preact.ComponentChildren
}) {
  return (
    <li class="line">
      {image && <img src={image.url} alt={image.altText ?? ""} width="64" height="64" loading="lazy" />}
      <div>
        <p class="title">{title}</p>
        {variant !== "Default Title" && <p class="quiet">{variant}</p>}
        {quantity !== undefined && <p class="quiet">{say(words.quantity, { count: quantity })}</p>}
        {problem && <p class="problem" id={problemId}>{problem}</p>}
        {children}
      </div>
      <p class="cost">{amount(cost)}</p>
    </li>
  )
}

/** The id of the element where the quantity of a line is changed. */
export function placeOfLine(id: string): string {
  return `line-${id.split("/").pop()?.replace(/\W/g, "-")}`
}

/** Whether the total has everything in it, the delivery too; where nothing is offered, nothing is added. */
export function isComplete(cart: Cart): boolean {
  return cart.deliveryGroups.nodes.every((group) => group.selectedDeliveryOption || group.deliveryOptions.length === 0)
}

function Quantity({ line, problem, set }: { line: CartLine; problem: string | undefined; set(quantity: number): void }) {
  const id = placeOfLine(line.id)

  function changed(input: HTMLInputElement): void {
    const wanted = Number(input.value)
    if (Number.isInteger(wanted) && wanted > 0) set(wanted)
    else input.value = String(line.quantity)
  }

  return (
    <p class="quantity">
      <label for={id}>{words.units}</label>{" "}
      <input id={id} type="number" min="1" step="1" inputMode="numeric" value={line.quantity}
        aria-label={say(words.unitsOf, { name: line.merchandise.product.title })}
        aria-invalid={problem ? "true" : undefined} aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => changed(event.currentTarget)} />
    </p>
  )
}

/** `change` sets how many units of a line are bought; none removes it. */
export function Summary({ page, cart, problems, change }: {
  page: CartPage
  cart: Cart
  problems: Record<string, string>
  change(lineId: string, quantity: number): void
}) {
  const { cost } = cart
  const warnings = Object.fromEntries(cart.warnings.map((each) => [each.target, meaning(each.code, each.message)]))
  const discounted = Number(cost.totalDiscountAmount.amount) > 0
  const taxed = cost.totalTaxAmount && Number(cost.totalTaxAmount.amount) > 0
  return (
    <section class="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">{words.summary}</h2>
      <ul class="lines">
        {cart.lines.nodes.map((line) => {
          const problem = problems[line.id] ?? warnings[line.id]
          return <Line
            key={line.id}
            title={line.merchandise.product.title}
            variant={line.merchandise.title}
            cost={line.cost.totalAmount}
            image={line.merchandise.image}
            problem={problem}
            problemId={`${placeOfLine(line.id)}-problem`}
          >
            <Quantity line={line} problem={problem} set={(quantity) => change(line.id, quantity)} />
            <button
              type="button"
              class="link"
              aria-label={say(words.removeNamed, { name: line.merchandise.product.title })}
              onClick={() => change(line.id, 0)}
            >
              {words.remove}
            </button>
          </Line>
        })}
      </ul>
      <dl aria-live="polite" aria-busy={page.state.saving > 0}>
        <Row label={words.subtotal} money={cost.subtotalAmount} />
        {discounted && <Row label={words.discount} text={`−${amount(cost.totalDiscountAmount)}`} />}
        <Row label={words.shipping} money={cost.totalShippingAmount} text={words.shippingLater} />
        {taxed && !cost.taxesIncluded && <Row label={words.tax} money={cost.totalTaxAmount} />}
        <Row label={isComplete(cart) ? words.total : words.totalLater} money={cost.totalAmount} strong />
        {taxed && cost.taxesIncluded && <Row label={words.taxIncluded} money={cost.totalTaxAmount} />}
      </dl>
    </section>
  )
}
