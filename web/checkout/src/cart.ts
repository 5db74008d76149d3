// The cart that the page shows. The shop keeps all of it; the page only keeps what the buyer is typing.

import { useEffect, useRef, useState } from "preact/hooks"

import { CHECKOUT } from "./documents"
import { ask, patiently, type UserError } from "./graphql"
import type { Cart, CartPayload, Localization, OrderLink, Shop } from "./records"

export interface Problem {
  /** Where it is shown: a field such as `email` or `zip`, a line by its id, or a part of the page. */
  place: string
  text: string
}

export interface State {
  shop: Shop | null
  localization: Localization | null
  cart: Cart | null
  order: OrderLink | null
  loaded: boolean
  saving: number
  wait: number
}

/** An operation and its variables beside the cart's id. */
export type Change = [document: string, variables: Record<string, unknown>]

export interface CartPage {
  state: State
  /** Sends a change after all earlier ones; the problems of the shop's answer.

      `make` sees the cart as those have left it; null changes nothing. */
  change(make: (cart: Cart) => Change | null): Promise<UserError[]>
  /** The cart as the last answer of the shop has it, which the state of a render may not have yet. */
  newest(): Cart | null
  /** Reads the cart once all earlier changes have arrived, so that it is never an older one. */
  reload(): Promise<void>
  waiting(seconds: number): void
}

interface Loaded {
  shop: Shop
  localization: Localization
  cart: Cart | null
  order: OrderLink | null
}

export function useCart(id: string): CartPage {
  const [state, setState] = useState<State>({ shop: null, localization: null, cart: null, order: null, loaded: false, saving: 0, wait: 0 })
  const queue = useRef<Promise<unknown>>(Promise.resolve())
  const newest = useRef<Cart | null>(null)
  const waiting = (wait: number) => setState((now) => ({ ...now, wait }))

  async function load(): Promise<void> {
    const loaded = await patiently(() => ask<Loaded>(CHECKOUT, { id }), waiting)
    newest.current = loaded.cart
    setState((now) => ({ ...now, ...loaded, loaded: true }))
  }

  function reload(): Promise<void> {
    return queued(load)
  }

  function queued<T>(step: () => Promise<T>): Promise<T> {
    const result = queue.current.then(step, step)
    queue.current = result
    return result
  }

  async function send(make: (cart: Cart) => Change | null): Promise<UserError[]> {
    const made = newest.current && make(newest.current)
    if (!made) return []
    const [document, variables] = made
    const { payload } = await patiently(() => ask<{ payload: CartPayload }>(document, { id, ...variables }), waiting)
    const { cart } = payload
    if (cart) {
      newest.current = cart
      setState((now) => ({ ...now, cart }))
    }
    return payload.userErrors
  }

  function change(make: (cart: Cart) => Change | null): Promise<UserError[]> {
    setState((now) => ({ ...now, saving: now.saving + 1 }))
    return queued(() => send(make).finally(() => setState((now) => ({ ...now, saving: now.saving - 1 }))))
  }

  useEffect(() => {
    void reload()
    // The cart may have changed in another tab, or have been bought there.
    const again = () => document.visibilityState === "visible" && void reload()
    const restored = (event: PageTransitionEvent) => event.persisted && void reload()
    document.addEventListener("visibilitychange", again)
    addEventListener("pageshow", restored)
    return () => {
      document.removeEventListener("visibilitychange", again)
      removeEventListener("pageshow", restored)
    }
  }, [id])

  return { state, change, newest: () => newest.current, reload, waiting }
}
