// Ways to pay. A card's number goes from here to the payment provider, never to the shop.

import { useState } from "preact/hooks"

import { Input } from "./fields"
import { Unreachable } from "./graphql"
import { words } from "./language"
import type { PaymentMethod } from "./records"

export interface Wallet {
  method: PaymentMethod | undefined
  card: string
}

export function PaymentPart({ methods, wallet, choose, problem }: {
  methods: PaymentMethod[]
  wallet: Wallet
  choose(wallet: Wallet): void
  problem: string | undefined
}) {
  return (
    <section aria-labelledby="payment-title">
      <h2 id="payment-title">{words.payment}</h2>
      <fieldset aria-labelledby="payment-title">
        {usable(methods).length === 0 && <p class="problem">{words.noMethods}</p>}
        {usable(methods).map((method) => (
          <label class="option" key={method.handle}>
            <input type="radio" name="method" value={method.handle} checked={method.handle === wallet.method?.handle}
              onChange={() => choose({ ...wallet, method })} />
            <span>{method.title}</span>
          </label>
        ))}
      </fieldset>
      {wallet.method?.kind === "CARD" && (
        <Input name="card" label={words.card} value={wallet.card} inputMode="numeric" autoComplete="cc-number"
          problem={problem} onInput={(card) => choose({ ...wallet, card })} onChange={(card) => choose({ ...wallet, card })} />
      )}
    </section>
  )
}

/** The methods that this page can offer: a card needs a place to send it to, for the page loads no script of a provider. */
function usable(methods: PaymentMethod[]): PaymentMethod[] {
  return methods.filter((method) => method.kind !== "CARD" || method.tokenUrl)
}

/** Chooses the first method until the buyer chooses another one. */
export function useWallet(methods: PaymentMethod[]): [Wallet, (wallet: Wallet) => void] {
  const [wallet, setWallet] = useState<Wallet>({ method: undefined, card: "" })
  const offered = usable(methods)
  const known = offered.find((each) => each.handle === wallet.method?.handle) ?? offered[0]
  return [{ ...wallet, method: known }, setWallet]
}

/** The token of the method; of a card from the provider. Throws `Unreachable`. */
export async function tokenOf({ method, card }: Wallet): Promise<string | null> {
  if (!method) return null
  if (method.kind !== "CARD" || !method.tokenUrl) return method.token
  try {
    const response = await fetch(method.tokenUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ number: card }),
      signal: AbortSignal.timeout(20_000),
    })
    const answer = (await response.json()) as { token?: string }
    return answer.token ?? null
  } catch (error) {
    throw new Unreachable(String(error))
  }
}
