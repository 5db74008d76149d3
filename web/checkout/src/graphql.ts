// Operations of the page. A query is sent again while the shop cannot be reached; a change is sent once.

export interface UserError {
  code: string | null
  field: string[] | null
  message: string
}

interface Answer<T> {
  data?: T | null
  errors?: { message: string; extensions?: { code?: string; retryAfter?: number } }[]
}

/** The shop asks to wait. */
export class Busy extends Error {
  constructor(readonly seconds: number) {
    super("busy")
  }
}

/** No complete answer came: the shop may or may not have seen the request. */
export class Unreachable extends Error {}

const ANSWER_SECONDS = 20

export async function ask<T>(query: string, variables: Record<string, unknown>): Promise<T> {
  const answer = await send<T>(JSON.stringify({ query, variables }))
  const error = answer.errors?.[0]
  if (error?.extensions?.retryAfter !== undefined) throw new Busy(error.extensions.retryAfter)
  if (error !== undefined || !answer.data) throw new Error(error?.message ?? "no data")
  return answer.data
}

async function send<T>(body: string): Promise<Answer<T>> {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body,
      signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
    })
    return (await response.json()) as Answer<T>
  } catch (error) {
    throw new Unreachable(String(error))
  }
}

export const pause = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1000))

/** The result of `work`, tried again after the waits that the shop asks for, and while it cannot be reached.

    `waiting` hears how many seconds are left, and 0 at the end. */
export async function patiently<T>(work: () => Promise<T>, waiting: (seconds: number) => void): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      const result = await work()
      waiting(0)
      return result
    } catch (error) {
      if (!(error instanceof Busy || error instanceof Unreachable) || tries >= 20) throw error
      // With jitter, so that a thousand pages do not come back in the same moment.
      const seconds = (error instanceof Busy ? error.seconds : Math.min(2 ** tries, 15)) * (1 + Math.random() / 4)
      for (let left = Math.ceil(seconds); left > 0; left--) {
        waiting(left)
        await pause(Math.min(1, seconds))
      }
    }
  }
}
