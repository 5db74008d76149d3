// What both pages have around their content: the shop's name and logo, and the way back to it.

import type { ComponentChildren } from "preact"
import { useEffect, useLayoutEffect } from "preact/hooks"

import { wear } from "./brand"
import { say, words } from "./language"
import { PolicyLinks } from "./policies"
import type { Shop } from "./records"

export function Frame({ shop, title, wait, children }: {
  shop: Shop | null
  title: string
  wait: number
  children?: ComponentChildren
}) {
  useEffect(() => {
    document.title = shop ? `${title} – ${shop.name}` : title
  }, [title, shop?.name])

  const colors = JSON.stringify(shop?.brand?.colors)
  useLayoutEffect(() => {
    if (shop) wear(shop.brand)
  }, [colors])

  const logo = shop?.brand?.logo?.image
  const home = homeOf()
  return (
    <>
      <header>
        {logo && <img src={logo.url} alt="" height="40" />}
        <p class="shop">{shop?.name}</p>
      </header>
      <main>
        <h1>{title}</h1>
        <p class="wait" role="status">{wait > 0 && say(words.wait, { seconds: wait })}</p>
        <div class="columns">{children}</div>
        {shop && home && <p><a href={home}>{say(words.back, { shop: shop.name })}</a></p>}
      </main>
      {shop && <PolicyLinks shop={shop} />}
    </>
  )
}

/** The address of the storefront, if the shop has one: the server writes it into the page. */
function homeOf(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="site"]')?.content
}
