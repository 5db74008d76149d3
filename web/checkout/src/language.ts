// The words of the page, and amounts as people write them.

import type { Money } from "./records"
import { type Words, words as english } from "./words/en"

const LANGUAGES: Record<string, () => Promise<{ words: Words }>> = {
  de: () => import("./words/de"),
  fr: () => import("./words/fr"),
}

export let words: Words = english
export let locale = "en"

/** Loads the first language of the browser that the page has; English otherwise. */
export async function chooseLanguage(wanted: readonly string[]): Promise<void> {
  const found = wanted.find((each) => each.slice(0, 2) === "en" || each.slice(0, 2) in LANGUAGES)
  const load = LANGUAGES[found?.slice(0, 2) ?? ""]
  if (load) words = (await load()).words
  locale = found ?? "en"
  document.documentElement.lang = locale
}

/** The text with `{name}` replaced by the value of that name. */
export function say(text: string, values: Record<string, string | number>): string {
  return text.replace(/{(\w+)}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** What a code of the shop means; the shop's own message where the page has no words for it. */
export function meaning(code: string | null, message: string): string {
  return (words as Record<string, string>)[code ?? ""] ?? message
}

/** A name that shops have unless they choose another, in the language of the page; any other as the shop wrote it. */
export function ownName(title: string): string {
  const names: Record<string, string> = { Card: words.methodCard, "Pay at the sandbox": words.methodSandbox, Standard: words.standard }
  return names[title] ?? title
}

export function amount(money: Money): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency: money.currencyCode }).format(Number(money.amount))
}

export function countryName(code: string): string {
  return new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code
}

export function date(text: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(new Date(text))
}
