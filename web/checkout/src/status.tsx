// The status page of an order, for whoever knows its secret token. It follows the order while something may change.

import { useEffect, useState } from "preact/hooks"

import { ORDER } from "./documents"
import { ask, pause, patiently } from "./graphql"
import { amount, date, meaning, ownName, say, words } from "./language"
import type { Order, Shop } from "./records"
import { Frame } from "./frame"
import { cartOf, OpenPayment } from "./open_payment"
import { Line, Row } from "./summary"

const SOON_SECONDS = 1.5
const LATER_SECONDS = 30
/** So many reads are enough for a provider that works. */
const SLOW_READS = 8
const PENDING = "PENDING_PAYMENT"
const BOUGHT = new Set(["PAID", "FULFILLED"])
/** What became of orders whose cart is open again. */
const UNPAID = new Set(["PAYMENT_FAILED", "EXPIRED"])

interface Loaded {
  shop: Shop
  order: Order | null
}

export function StatusPage({ id, token }: { id: string; token: string }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [wait, setWait] = useState(0)
  const [turn, again] = useState(0)
  const [isSlow, setSlow] = useState(false)

  useEffect(() => {
    let current = true
    async function follow(): Promise<void> {
      for (let reads = 0; current; reads++) {
        if (document.visibilityState === "visible" || reads === 0) {
          const next = await patiently(() => ask<Loaded>(ORDER, { id, token }), setWait)
          if (!current) return
          setLoaded(next)
          if (reads >= SLOW_READS) setSlow(true)
          if (!next.order || UNPAID.has(next.order.status)) return
          await pause(next.order.status === PENDING && reads < 200 ? SOON_SECONDS : LATER_SECONDS)
        } else await pause(SOON_SECONDS)
      }
    }
    void follow()
    return () => void (current = false)
  }, [id, token, turn])

  if (!loaded) return <p class="wait" role="status">{wait > 0 ? say(words.wait, { seconds: wait }) : "…"}</p>
  const { shop, order } = loaded
  if (!order) return <Frame shop={shop} title={words.orderMissing} wait={wait} />
  return (
    <Frame shop={shop} title={say(words.order, { name: order.name })} wait={wait}>
      <div>
        <Outcome order={order} />
        {order.paymentAction && <OpenPayment order={order} action={order.paymentAction} isSlow={isSlow} waiting={setWait} changed={() => again(turn + 1)} />}
      </div>
      <section class="summary" aria-labelledby="summary-title">
        <h2 id="summary-title">{words.summary}</h2>
        <p class="quiet">{date(order.processedAt)}</p>
        <ul class="lines">
          {order.lineItems.nodes.map((line) => (
            <Line key={line.id} title={line.title} variant={line.variantTitle} quantity={line.quantity} cost={line.discountedTotalPrice} />
          ))}
        </ul>
        <Totals order={order} />
      </section>
    </Frame>
  )
}

/** What has become of the order, for its buyer. */
function saidOf(order: Order): string {
  if (order.status !== PENDING) return order.financialStatus === "AUTHORIZED" && BOUGHT.has(order.status) ? words.reserved : meaning(order.status, words.thanks)
  const action = order.paymentAction
  return action?.isDeclined ? words.declined : action?.redirectUrl || action?.clientSecret ? words.yourTurn : words.pending
}

function Outcome({ order }: { order: Order }) {
  const unpaid = UNPAID.has(order.status)
  const action = order.paymentAction
  const waitsForBuyer = action && (action.isDeclined || action.redirectUrl || action.clientSecret || action.mayRetry)
  const cart = cartOf(order)
  const isSent = order.successfulFulfillments.length > 0
  return (
    <section aria-live="polite">
      <p class={unpaid || action?.isDeclined ? "outcome problem" : "outcome"} data-status={order.status}>{saidOf(order)}</p>
      {order.status === PENDING && !waitsForBuyer && <p class="quiet">{words.pendingHint}</p>}
      {unpaid && cart && <p><a class="button" href={cart}>{words.tryAgain}</a></p>}
      {BOUGHT.has(order.status) && order.email && <p>{say(words.confirmation, { email: order.email })}</p>}
      {order.shippingAddress && (BOUGHT.has(order.status) || order.status === PENDING || isSent) && (
        <>
          <h2>{words.sentTo}</h2>
          <address>{order.shippingAddress.formatted.map((line) => <span key={line}>{line}</span>)}</address>
          {order.shippingTitle && <p class="quiet">{ownName(order.shippingTitle)}</p>}
        </>
      )}
      {isSent && <h2>{words.sent}</h2>}
      {order.successfulFulfillments.map((parcel) => (
        <p key={parcel.id}>
          {parcel.trackingCompany}{" "}
          {parcel.trackingInfo.map((info) =>
            info.url ? <a key={info.url} href={info.url} rel="noreferrer">{say(words.track, { number: info.number ?? "" })}</a> : info.number,
          )}
        </p>
      ))}
    </section>
  )
}

function Totals({ order }: { order: Order }) {
  const more = (money: Order["totalTax"]) => Number(money.amount) > 0
  return (
    <dl>
      <Row label={words.subtotal} money={order.subtotalPrice} />
      {more(order.totalDiscounts) && <Row label={words.discount} text={`−${amount(order.totalDiscounts)}`} />}
      <Row label={words.shipping} money={order.totalShippingPrice} />
      {more(order.totalTax) && !order.taxesIncluded && <Row label={words.tax} money={order.totalTax} />}
      <Row label={words.total} money={order.totalPrice} strong />
      {more(order.totalTax) && order.taxesIncluded && <Row label={words.taxIncluded} money={order.totalTax} />}
      {more(order.totalRefunded) && <Row label={words.refunded} money={order.totalRefunded} />}
    </dl>
  )
}
