// Discount codes: entered one by one, each with what the shop says about it.

import { useState } from "preact/hooks"

import type { CartPage } from "./cart"
import { SET_CODES } from "./documents"
import { Input } from "./fields"
import type { UserError } from "./graphql"
import { meaning, say, words } from "./language"
import type { Cart } from "./records"

export function CodesPart({ page, cart, problems, report }: {
  page: CartPage
  cart: Cart
  problems: Record<string, string>
  report(errors: UserError[]): void
}) {
  const [code, setCode] = useState("")
  const codes = cart.discountCodes.map((each) => each.code)
  const warning = cart.warnings.find((each) => each.code.startsWith("DISCOUNT_"))

  async function set(next: string[]): Promise<void> {
    const errors = await page.change(() => [SET_CODES, { codes: next }])
    if (errors.length === 0) setCode("")
    report(errors)
  }

  function add(event: Event): void {
    event.preventDefault()
    if (code.trim()) void set([...codes, code.trim()])
  }

  return (
    <form class="codes" onSubmit={add}>
      <Input name="discount" label={words.code} required={false} value={code} problem={problems.discount}
        autoComplete="off" onInput={setCode} onChange={setCode} />
      <button type="submit">{words.apply}</button>
      <ul aria-live="polite">
        {cart.discountCodes.map((each) => (
          <li key={each.code}>
            <strong>{each.code}</strong>
            {!each.applicable && warning && <span class="problem"> {meaning(warning.code, warning.message)}</span>}
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
