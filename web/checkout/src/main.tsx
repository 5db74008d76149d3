// `/cart/ID` is the checkout of a cart, `/orders/ID/TOKEN` the status page of an order.

import "./style.css"

import { render } from "preact"

import { CheckoutPage } from "./checkout"
import { chooseLanguage } from "./language"
import { StatusPage } from "./status"

const GID = "gid://storefront"
const [, kind, id = "", token = ""] = location.pathname.split("/")

await chooseLanguage(navigator.languages)
const root = document.getElementById("page")
if (root) {
  root.textContent = ""
  render(
    kind === "orders" ? <StatusPage id={`${GID}/Order/${id}`} token={token} /> : <CheckoutPage id={`${GID}/Cart/${id}`} />,
    root,
  )
}
