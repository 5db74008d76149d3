// What this tab remembers beside the shop: texts that are being typed, and the attempt whose answer is still open.

const PREFIX = "storefront-checkout:"

export function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + key)
  } catch {
    return null // a browser without storage
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(PREFIX + key)
    else sessionStorage.setItem(PREFIX + key, value)
  } catch {
    // A browser without storage: a reload then loses what is being typed.
  }
}
