// How the goods reach the buyer.

import { useState } from "preact/hooks"

import type { CartPage } from "./cart"
import { CHOOSE_DELIVERY } from "./documents"
import type { UserError } from "./graphql"
import { amount, ownName, words } from "./language"
import type { Cart } from "./records"

/** `chosen` is kept until the shop has the address: only then it says what is chosen. */
export function DeliveryPart({ page, cart, chosen, keep, problems, report }: {
  page: CartPage
  cart: Cart
  chosen: string | null
  keep(chosen: string): void
  problems: Record<string, string>
  report(errors: UserError[]): void
}) {
  // Shown at once; the prices follow with the shop's answer.
  const [pending, show] = useState<string | null>(null)
  const group = cart.deliveryGroups.nodes[0]
  const hasAddress = cart.delivery.addresses.some((each) => each.selected)
  if (!group) return null

  async function choose(handle: string): Promise<void> {
    show(handle)
    const options = [{ deliveryGroupId: group?.id, deliveryOptionHandle: handle }]
    const errors = await page.change(() => [CHOOSE_DELIVERY, { options }])
    if (errors.length === 0) keep(handle)
    report(errors)
    show(null)
  }

  return (
    <section aria-labelledby="delivery-title">
      <h2 id="delivery-title" tabIndex={-1}>{words.delivery}</h2>
      {group.deliveryOptions.length === 0 && <p class="quiet">{hasAddress ? words.deliveryNone : words.deliveryLater}</p>}
      <fieldset aria-labelledby="delivery-title" aria-describedby={problems.delivery ? "delivery-problem" : undefined}>
        {group.deliveryOptions.map((option) => (
          <label class="option" key={option.handle}>
            <input
              type="radio"
              name="delivery"
              value={option.handle}
              checked={option.handle === (pending ?? group.selectedDeliveryOption?.handle ?? chosen)}
              onChange={() => void choose(option.handle)}
            />
            <span>
              {ownName(option.title ?? option.handle)}
              {option.description && <small>{option.description}</small>}
            </span>
            <span class="cost">{Number(option.estimatedCost.amount) === 0 ? words.free : amount(option.estimatedCost)}</span>
          </label>
        ))}
      </fieldset>
      {problems.delivery && <p class="problem" id="delivery-problem">{problems.delivery}</p>}
    </section>
  )
}
