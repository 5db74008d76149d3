// One line of JSON for each thing that a client did: {name, problem}. Requests for https://shop.test go to the shop
// whose address is the first argument.

const shop = process.argv[2]
const send = globalThis.fetch

export const DOMAIN = "shop.test"

export function fetchFromShop(input, init) {
  return send(String(input).replace(`https://${DOMAIN}`, shop), { duplex: "half", ...init })
}

export async function trial(name, run) {
  let answer
  let problem = null
  try {
    answer = await run()
  } catch (error) {
    problem = String(error?.stack ?? JSON.stringify(error))
  }
  process.stdout.write(`${JSON.stringify({ name, problem })}\n`)
  return answer
}
