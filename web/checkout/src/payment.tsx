// Ways to pay. A card's number goes from here to the payment provider, never to the shop.

import { useRef, useState } from "preact/hooks"

import { isCardNumber, plainNumber } from "./card"
import { Input } from "./fields"
import { Unreachable, type UserError } from "./graphql"
import { ownName, words } from "./language"
import type { Payer } from "./payer"
import type { Money, PaymentMethod } from "./records"
import type { Tokened } from "./stripe"
import { type FormPlace, StripeForm } from "./stripe_form"

// Those of the sandbox, which no shop of real money has.
const TEST_CARDS = "Sandbox: 4242\u00a04242\u00a04242\u00a04242 ✓ · 4000\u00a00025\u00a00000\u00a03155 3-D Secure · 4000\u00a00000\u00a00000\u00a00002 ✗"

export interface Wallet {
  method: PaymentMethod | undefined
  card: string
  code: string
  form: FormPlace
}

/** `reached`: whether the buyer has come to the payment, so that forms of providers may be loaded. */
export function PaymentPart({ methods, wallet, choose, problems, money, payer, reached }: {
  methods: PaymentMethod[]
  wallet: Wallet
  choose(wallet: Wallet): void
  problems: Record<string, string | undefined>
  money: Money
  payer: Payer
  reached: boolean
}) {
  const { method, card, code } = wallet
  const key = isDue(money) && method?.kind === "CARD" ? method.publishableKey : null
  return (
    <section aria-labelledby="payment-title">
      <h2 id="payment-title">{words.payment}</h2>
      <fieldset aria-labelledby="payment-title">
        {usable(methods).length === 0 && <p class="problem">{words.noMethods}</p>}
        {usable(methods).map((each) => (
          <label class="option" key={each.handle}>
            <input type="radio" name="method" value={each.handle} checked={each.handle === method?.handle}
              onChange={() => choose({ ...wallet, method: each })} />
            <span>{ownName(each.title)}</span>
          </label>
        ))}
      </fieldset>
      {method?.kind === "CARD" && method.tokenUrl && (
        <Input name="card" label={words.card} value={card} inputMode="numeric" autoComplete="cc-number"
          hint={method.provider === "sandbox" ? TEST_CARDS : undefined}
          problem={problems.card} onInput={(card) => choose({ ...wallet, card })} onChange={(card) => choose({ ...wallet, card })} />
      )}
      {key && reached && <StripeForm key={key} publishableKey={key} money={money} payer={payer} form={wallet.form} problem={problems.card} />}
      {key && !reached && <p class="quiet" id="card">{words.cardLater}</p>}
      {method?.kind === "CODE" && (
        <Input name="bankCode" label={words.bankCode} value={code} inputMode="numeric" autoComplete="one-time-code" hint={words.bankCodeHint}
          problem={problems.bankCode} onInput={(code) => choose({ ...wallet, code })} onChange={(code) => choose({ ...wallet, code })} />
      )}
    </section>
  )
}

/** The methods that this page can offer: a card needs a place to send it to, or the key of Stripe's form. */
function usable(methods: PaymentMethod[]): PaymentMethod[] {
  return methods.filter((method) => method.kind !== "CARD" || method.tokenUrl || method.publishableKey)
}

function isDue(money: Money): boolean {
  return Number(money.amount) > 0
}

/** Chooses the first method until the buyer chooses another one. */
export function useWallet(methods: PaymentMethod[]): [Wallet, (wallet: Wallet) => void] {
  const form = useRef<FormPlace["current"]>(null)
  const [wallet, setWallet] = useState<Wallet>({ method: undefined, card: "", code: "", form })
  const offered = usable(methods)
  const known = offered.find((each) => each.handle === wallet.method?.handle) ?? offered[0]
  return [{ ...wallet, method: known }, setWallet]
}

/** The token of the method; of a card from the provider. Throws `Unreachable`. */
export function tokenOf(wallet: Wallet, payer: Payer, money: Money): Promise<Tokened> | Tokened {
  const { method, card, code } = wallet
  const problem = lackOf(wallet)
  if (problem || !method) return { problem: problem ?? refusal("noMethods", "payment") }
  if (method.kind === "CODE" && method.token) return { token: method.token, code: code.replace(/\s/g, "") }
  if (method.kind === "CARD" && method.tokenUrl) return tokenOfSandbox(method.tokenUrl, card)
  if (method.kind === "CARD" && !isDue(money)) return { token: "nothing-due" }
  if (method.kind === "CARD") return tokenOfForm(wallet.form, payer)
  return method.token ? { token: method.token } : { problem: refusal("noMethods", "payment") }
}

/** What the page itself can see to be missing or wrong in what the buyer typed; null for nothing. */
export function lackOf({ method, card, code }: Wallet): UserError | null {
  if (!method) return refusal("noMethods", "payment")
  if (method.kind === "CARD" && method.tokenUrl && !isCardNumber(card)) {
    return refusal(card.trim() ? "CARD_INVALID" : "REQUIRED", "card")
  }
  if (method.kind === "CODE" && !/^\d{6}$/.test(code.replace(/\s/g, ""))) {
    return refusal(code.trim() ? "BANK_CODE_INVALID" : "REQUIRED", "bankCode")
  }
  return null
}

function refusal(code: string, field: string): UserError {
  return { code, field: [field], message: "" }
}

async function tokenOfForm(form: FormPlace, payer: Payer): Promise<Tokened> {
  if (!form.current) return { problem: refusal("REQUIRED", "card") }
  let opened
  try {
    opened = await form.current
  } catch {
    return { problem: { code: "CARD_FORM_BLOCKED", field: ["card"], message: "" } }
  }
  return opened.token(payer)
}

async function tokenOfSandbox(url: string, card: string): Promise<Tokened> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ number: plainNumber(card) }),
      signal: AbortSignal.timeout(20_000),
    })
    const { token } = (await response.json()) as { token?: string }
    return token ? { token } : { problem: refusal("CARD_INVALID", "card") }
  } catch (error) {
    throw new Unreachable(String(error))
  }
}
