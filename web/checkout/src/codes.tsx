// Discount codes: entered one by one, each with what the shop says about it.

import type { CartPage } from "./cart"
import { SET_CODES } from "./documents"
import { Input } from "./fields"
import type { UserError } from "./graphql"
import { meaning, say, words } from "./language"
import type { Cart } from "./records"

/** `code` is typed, and not yet one of the cart. */
export function CodesPart({ page, cart, code, type, problems, report }: {
  page: CartPage
  cart: Cart
  code: string
  type(code: string): void
  problems: Record<string, string>
  report(errors: UserError[]): void
}) {
  const codes = cart.discountCodes.map((each) => each.code)
  const reasons = reasonsOf(cart)

  async function set(next: string[]): Promise<void> {
    const errors = await page.change(() => [SET_CODES, { codes: next }])
    if (errors.length === 0) type("")
    report(errors)
  }

  function add(event: Event): void {
    event.preventDefault()
    if (code.trim()) void set([...codes, code.trim()])
  }

  return (
    <form class="codes" onSubmit={add}>
      <Input name="discount" label={words.code} required={false} value={code} problem={problems.discount}
        autoComplete="off" onInput={type} onChange={type} />
      <button type="submit">{words.apply}</button>
      <ul aria-live="polite">
        {cart.discountCodes.map((each) => (
          <li key={each.code}>
            <strong>{each.code}</strong>
            {reasons.has(each.code) && <span class="problem"> {reasons.get(each.code)}</span>}
            <button type="button" class="link" aria-label={say(words.removeNamed, { name: each.code })}
              onClick={() => void set(codes.filter((other) => other !== each.code))}>
              {words.remove}
            </button>
          </li>
        ))}
      </ul>
    </form>
  )
}

/** Why codes take nothing off, by code: the shop warns of them in the order of the codes. */
function reasonsOf(cart: Cart): Map<string, string> {
  const warnings = cart.warnings.filter((each) => each.code.startsWith("DISCOUNT_"))
  const idle = cart.discountCodes.filter((each) => !each.applicable)
  return new Map(idle.map(({ code }, place) => [code, warnings[place] ? meaning(warnings[place].code, warnings[place].message) : ""]))
}
