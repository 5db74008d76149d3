// What is bought and what it costs, always as the shop computes it.

import type { CartPage } from "./cart"
import { amount, meaning, say, words } from "./language"
import type { Cart, Money, Picture } from "./records"

export function Row({ label, money, text, strong }: { label: string; money?: Money | null; text?: string; strong?: boolean }) {
  return (
    <div class={strong ? "row total" : "row"}>
      <dt>{label}</dt>
      <dd>{money ? amount(money) : text}</dd>
    </div>
  )
}

export function Line({ title, variant, quantity, cost, image, problem, children }: {
  title: string
  variant: string
  quantity: number
  cost: Money
  image?: Picture | null
  problem?: string | undefined
  children?: preact.ComponentChildren
}) {
  return (
    <li class="line">
      {image && <img src={image.url} alt={image.altText ?? ""} width="64" height="64" loading="lazy" />}
      <div>
        <p class="title">{title}</p>
        {variant !== "Default Title" && <p class="quiet">{variant}</p>}
        <p class="quiet">{say(words.quantity, { count: quantity })}</p>
        {problem && <p class="problem">{problem}</p>}
        {children}
      </div>
      <p class="cost">{amount(cost)}</p>
    </li>
  )
}

export function Summary({ page, cart, problems, remove }: {
  page: CartPage
  cart: Cart
  problems: Record<string, string>
  remove(lineId: string): void
}) {
  const { cost } = cart
  const warnings = Object.fromEntries(cart.warnings.map((each) => [each.target, meaning(each.code, each.message)]))
  const discounted = Number(cost.totalDiscountAmount.amount) > 0
  const taxed = cost.totalTaxAmount && Number(cost.totalTaxAmount.amount) > 0
  return (
    <section class="summary" aria-labelledby="summary-title">
      <h2 id="summary-title">{words.summary}</h2>
      <ul class="lines">
        {cart.lines.nodes.map((line) => (
          <Line
            key={line.id}
            title={line.merchandise.product.title}
            variant={line.merchandise.title}
            quantity={line.quantity}
            cost={line.cost.totalAmount}
            image={line.merchandise.image}
            problem={problems[line.id] ?? warnings[line.id]}
          >
            <button
              type="button"
              class="link"
              aria-label={say(words.removeNamed, { name: line.merchandise.product.title })}
              onClick={() => remove(line.id)}
            >
              {words.remove}
            </button>
          </Line>
        ))}
      </ul>
      <dl aria-live="polite" aria-busy={page.state.saving > 0}>
        <Row label={words.subtotal} money={cost.subtotalAmount} />
        {discounted && <Row label={words.discount} text={`−${amount(cost.totalDiscountAmount)}`} />}
        <Row label={words.shipping} money={cost.totalShippingAmount} text={words.shippingLater} />
        {taxed && !cost.taxesIncluded && <Row label={words.tax} money={cost.totalTaxAmount} />}
        <Row label={words.total} money={cost.totalAmount} strong />
        {taxed && cost.taxesIncluded && <Row label={words.taxIncluded} money={cost.totalTaxAmount} />}
      </dl>
    </section>
  )
}
