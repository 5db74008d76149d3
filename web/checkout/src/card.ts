// Numbers of cards, as far as they can be checked without the provider.

const DIGITS = /^\d{12,19}$/

/** The number as providers know it, without what people write between its groups. */
export function plainNumber(text: string): string {
  return text.replace(/[\s-]/g, "")
}

/** Whether the number may be one of a card: its length, and the check digit that catches typing errors. */
export function isCardNumber(text: string): boolean {
  const number = plainNumber(text)
  return DIGITS.test(number) && luhn(number) % 10 === 0
}

function luhn(number: string): number {
  const digits = [...number].reverse().map(Number)
  return digits.reduce((sum, digit, place) => sum + (place % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0)
}
