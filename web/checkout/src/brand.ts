// The shop's colors. They come from its document: nothing but a color gets into the page, and none that hides its text.

import type { Brand, BrandColors } from "./records"

const HEX = /^#[0-9a-f]{6}$/i
// WCAG 2.2, 1.4.3: of text to what is behind it.
const READABLE = 4.5
const LIGHT = "#ffffff"
const DARK = "#1b1e1d"
/** The darkest ground that links are on. */
const SHADE = "#f4f6f5"

/** Gives the page the shop's colors; those of the style sheet stay where the shop has none. */
export function wear(brand: Brand | null | undefined): void {
  const main = brand?.colors.primary[0]
  const top = brand?.colors.secondary[0]
  const accent = color(main?.background)
  set("--accent", accent)
  set("--on-accent", accent && textOn(accent, color(main?.foreground)))
  set("--link", accent && contrast(accent, SHADE) >= READABLE ? accent : null)
  const header = color(top?.background)
  set("--header", header)
  set("--on-header", header && textOn(header, color(top?.foreground)))
}

/** By the object model, which the policy of the page allows; a style in the markup it would not. */
function set(name: string, value: string | null): void {
  if (value) document.documentElement.style.setProperty(name, value)
  else document.documentElement.style.removeProperty(name)
}

function color(given: BrandColors["foreground"] | undefined): string | null {
  return given && HEX.test(given) ? given : null
}

/** The color of the shop if people can read it on the ground, else white or black: one of them they always can. */
function textOn(ground: string, text: string | null): string {
  if (text && contrast(ground, text) >= READABLE) return text
  return contrast(ground, LIGHT) >= READABLE ? LIGHT : contrast(ground, DARK) >= READABLE ? DARK : "#000000"
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((place) => {
    const part = parseInt(hex.slice(place, place + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
