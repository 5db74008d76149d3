// A stand-in of Stripe.js with the calls that the checkout page makes, named as in the types of @stripe/stripe-js 10.2.
// Like the original it has a frame of its own for cards, speaks to Stripe's API, and opens the bank in a frame over the
// page. It refuses options that it does not know, as the original warns of them. Tests serve it instead of Stripe's hosts.
// Its calls are checked against those types: `tests/e2e/test_bundles.py`.
/** @typedef {import("@stripe/stripe-js").StripeError} StripeError */
/** @typedef {Pick<import("@stripe/stripe-js").Stripe, "createConfirmationToken" | "handleNextAction">} StripeCalls */
/** @typedef {Pick<import("@stripe/stripe-js").StripeElements, "submit">} ElementsCalls */
/** @typedef {Pick<import("@stripe/stripe-js").StripePaymentElement, "mount" | "destroy">} FormCalls */
(() => {
  const page = /** @type {any} */ (window)
  const [JS, API, HOOKS] = ["https://js.stripe.com", "https://api.stripe.com", "https://hooks.stripe.com"]
  const ELEMENTS = ["mode", "amount", "currency", "allowedPaymentMethodTypes", "appearance"]
  const FORM = ["defaultValues", "wallets"]
  // What the page asked for, for tests to look at.
  const seen = (page.standIn = { elements: [], updates: [], forms: [] })

  function known(options, names) {
    const other = Object.keys(options).filter((name) => !names.includes(name))
    if (other.length) throw new Error(`IntegrationError: unknown options ${other}`)
  }

  function charged({ amount, currency }) {
    if (!Number.isInteger(amount) || amount < 1) throw new Error(`IntegrationError: amount ${amount}`)
    if (!/^[a-z]{3}$/.test(currency)) throw new Error(`IntegrationError: currency ${currency}`)
  }

  function frameOf(src, title) {
    const frame = document.createElement("iframe")
    frame.src = src
    frame.title = title
    frame.style.width = "100%"
    frame.style.border = "0"
    return frame
  }

  function messageOf(frame, kind) {
    return new Promise((done) => {
      const listen = ({ source, data }) => {
        if (source !== frame.contentWindow || data.kind !== kind) return
        removeEventListener("message", listen)
        done(data.value)
      }
      addEventListener("message", listen)
    })
  }

  async function ask(method, path, body) {
    try {
      const answer = await fetch(API + path, { method, body: body && new URLSearchParams(body) })
      return await answer.json()
    } catch {
      return { error: { type: "api_connection_error", message: "Stripe cannot be reached." } }
    }
  }

  /** @implements {FormCalls} */
  class Form {
    constructor(options) {
      known(options, FORM)
      seen.forms.push(options)
      this.frame = frameOf(`${JS}/stand-in/card.html`, "Card")
      this.heard = messageOf(this.frame, "ready")
    }
    once(event, handler) {
      if (event === "ready") this.heard.then(() => handler({ elementType: "payment" }))
      return this
    }
    mount(place) {
      if (!(place instanceof HTMLElement) || !place.isConnected) throw new Error("IntegrationError: no place")
      place.append(this.frame)
    }
    number() {
      const number = messageOf(this.frame, "number")
      this.frame.contentWindow.postMessage({ kind: "number" }, JS)
      return number
    }
    destroy() {
      this.frame.remove()
    }
  }

  /** @implements {ElementsCalls} */
  class Elements {
    constructor(options) {
      known(options, ELEMENTS)
      charged(options)
      seen.elements.push(options)
    }
    create(kind, options) {
      if (kind !== "payment" || this.form) throw new Error(`IntegrationError: ${kind}`)
      return (this.form = new Form(options))
    }
    update(options) {
      charged(options)
      seen.updates.push(options)
    }
    async submit() {
      this.number = await this.form.number()
      if (this.number) return { selectedPaymentMethod: "card" }
      /** @type {StripeError} */
      const error = { type: "validation_error", code: "incomplete_number", message: "Your card number is incomplete." }
      return { error }
    }
  }

  page.Stripe = function (key, options) {
    if (!/^pk_test_/.test(key)) throw new Error("IntegrationError: not a publishable key")
    known(options, ["locale"])
    /** @type {StripeCalls} */
    const calls = {
      async createConfirmationToken({ elements, params }) {
        const { number } = /** @type {any} */ (elements)
        if (number === undefined) throw new Error("IntegrationError: elements.submit() must be called before")
        const { name, email } = params.payment_method_data.billing_details
        const made = await ask("POST", "/v1/confirmation_tokens", { key, number, name, email })
        return made.error ? { error: made.error } : { confirmationToken: made }
      },
      async handleNextAction(options) {
        const { clientSecret } = /** @type {{ clientSecret: string }} */ (options)
        const path = `/v1/payment_intents/${clientSecret.split("_secret_")[0]}`
        const intent = await ask("GET", `${path}?client_secret=${clientSecret}&key=${key}`)
        if (intent.error) return { error: intent.error }
        if (intent.status !== "requires_action") return { error: { type: "invalid_request_error", message: "No action." } }
        const frame = frameOf(`${HOOKS}/stand-in/bank.html`, "Your bank")
        const decision = messageOf(frame, "decision")
        document.body.append(frame)
        const done = await ask("POST", `${path}/authenticate`, { key, decision: await decision })
        frame.remove()
        return done.error ? { error: done.error } : { paymentIntent: done }
      },
    }
    return { ...calls, elements: (chosen) => new Elements(chosen) }
  }
})()
