// Stripe's script: its form for cards and wallets, and what a bank asks for afterwards.
// It comes from Stripe's own host, as Stripe demands, and not before a buyer pays by it: this part of the page is loaded then.
// It imports nothing but types, so that nothing of the page is loaded in a file of its own, which would take another request.

import type { Appearance, Stripe, StripeConstructor, StripeElements, StripeError } from "@stripe/stripe-js"

import type { UserError } from "./graphql"
import type { Payer } from "./payer"
import type { Money } from "./records"

// The version whose types the page is checked against.
const SCRIPT = "https://js.stripe.com/endive/stripe.js"
/** How long the script and its form may take. */
const SECONDS = 20
/** Currencies whose unit at Stripe is not a hundredth (https://docs.stripe.com/currencies). Browsers disagree about some. */
const WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UYI VND VUV XAF XOF XPF".split(" ")
const THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND".split(" ")
/** Errors after which nothing is known; all others are answers. */
const LOST = new Set(["api_connection_error", "api_error", "rate_limit_error"])

export type Tokened = { token: string; code?: string } | { problem: UserError }

export interface CardForm {
  /** Shows another amount in the windows of wallets. */
  update(money: Money): void
  /** A token of what the buyer entered, or what is wrong with it. */
  token(payer: Payer): Promise<Tokened>
  close(): void
}

/** The shop at Stripe, and the language of the buyer. */
export interface Account {
  key: string
  locale: string
}

let started: Promise<Stripe> | undefined

/** Stripe's object for the key of the shop. A script that did not come is tried again the next time. */
function stripeOf({ key, locale }: Account): Promise<Stripe> {
  started ??= load().then((make) => make(key, { locale: language(locale) }))
  started.catch(() => (started = undefined))
  return started
}

function language(locale: string): "de" | "en" | "fr" {
  const wanted = locale.slice(0, 2)
  return wanted === "de" || wanted === "fr" ? wanted : "en"
}

function load(): Promise<StripeConstructor> {
  const script = document.createElement("script")
  const loaded = new Promise<StripeConstructor>((done, fail) => {
    script.onerror = fail
    script.onload = () => {
      const make = (window as { Stripe?: StripeConstructor }).Stripe
      if (make) done(make)
      else fail()
    }
    script.src = SCRIPT
    document.head.append(script)
  })
  const made = inTime(loaded)
  made.catch(() => script.remove())
  return made
}

/** The result, unless it takes too long. */
function inTime<T>(result: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, fail) => setTimeout(fail, SECONDS * 1000))
  return Promise.race([result, late])
}

/** Stripe's form at this place of the page, once it can be used. Throws when it does not come. */
export async function openForm(account: Account, place: HTMLElement, money: Money, payer: Payer): Promise<CardForm> {
  const stripe = await stripeOf(account)
  const elements = stripe.elements({
    mode: "payment",
    ...charge(money),
    allowedPaymentMethodTypes: ["card"],
    appearance: appearance(),
  })
  const form = elements.create("payment", {
    defaultValues: { billingDetails: { ...details(payer), address: { country: payer.country, postal_code: payer.zip } } },
    wallets: { link: "never" },
  })
  const ready = new Promise<void>((done, fail) => {
    form.once("ready", () => done())
    form.once("loaderror", ({ error }) => fail(error))
    form.mount(place)
  })
  try {
    await inTime(ready)
  } catch (error) {
    form.destroy()
    throw error
  }
  return {
    update: (now) => elements.update(charge(now)),
    token: (now) => tokenOf(stripe, elements, now),
    close: () => form.destroy(),
  }
}

async function tokenOf(stripe: Stripe, elements: StripeElements, payer: Payer): Promise<Tokened> {
  const checked = await elements.submit()
  if (checked.error) return { problem: problem(checked.error) }
  const made = await stripe.createConfirmationToken({
    elements,
    params: { payment_method_data: { billing_details: details(payer) } },
  })
  return made.error ? { problem: problem(made.error) } : { token: made.confirmationToken.id }
}

/** Stripe's own words, in the language of the buyer. Throws when nothing is known. */
function problem(error: StripeError): UserError {
  if (LOST.has(error.type)) throw new Error(error.message)
  return { code: error.message ? null : "REQUIRED", field: ["card"], message: error.message ?? "" }
}

/** Has the buyer do what the bank demands. Throws if that could not begin; otherwise the shop asks what came of it. */
export async function confirm(account: Account, clientSecret: string): Promise<void> {
  const stripe = await stripeOf(account)
  const { error } = await stripe.handleNextAction({ clientSecret })
  if (error && LOST.has(error.type)) throw new Error(error.message)
}

function details({ name, email }: Payer): { name?: string; email?: string } {
  return { ...(name ? { name } : {}), ...(email ? { email } : {}) }
}

/** The amount in the units of Stripe. */
export function charge({ amount, currencyCode }: Money): { amount: number; currency: string } {
  const digits = WHOLE.includes(currencyCode) ? 0 : THOUSANDTHS.includes(currencyCode) ? 3 : 2
  return { amount: Math.round(Number(amount) * 10 ** digits), currency: currencyCode.toLowerCase() }
}

/** The colors of the page, which are those of the shop. */
function appearance(): Appearance {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(name).trim()
  return {
    theme: "stripe",
    variables: {
      colorPrimary: color("--link"),
      colorText: color("--ink"),
      colorTextSecondary: color("--quiet"),
      colorBackground: color("--ground"),
      colorDanger: color("--problem"),
      fontFamily: "system-ui, sans-serif",
      fontSizeBase: "16px",
      borderRadius: "6px",
    },
  }
}
