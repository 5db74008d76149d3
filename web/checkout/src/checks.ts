// What keeps a cart from being bought, as the shop sees it, before anything is sent to a payment provider.

import { PREPARE } from "./documents"
import { ask, Busy, patiently } from "./graphql"
import type { Refusal, Shown } from "./problems"
import { secondsUntil } from "./submit"

interface Prepared {
  payload: { result: { __typename: string; errors?: Refusal[]; pollAfter?: string } | null; userErrors: Refusal[] }
}

/** Whether something may be missing. Only the shop knows: some buyers are known already, some goods are not sent. */
export function mayLack({ cart, form, drafts }: Shown): boolean {
  if (!drafts.value("email").trim()) return true
  if (cart.deliveryGroups.nodes.some((group) => !group.selectedDeliveryOption)) return true
  return form?.fields.some((field) => field.required && !drafts.value(field.name).trim()) ?? true
}

/** All reasons against buying the cart as the shop has it. */
export async function refusalsOf(cart: string, waiting: (seconds: number) => void): Promise<Refusal[]> {
  const { result, userErrors } = await patiently(async () => {
    const { payload } = await ask<Prepared>(PREPARE, { id: cart })
    if (payload.result?.__typename === "CartThrottled") throw new Busy(secondsUntil(payload.result.pollAfter))
    return payload
  }, waiting)
  return [...userErrors, ...(result?.errors ?? [])]
}
