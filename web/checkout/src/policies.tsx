// The texts of the shop that buyers agree to, on the page itself: not every shop has a storefront that shows them.

import type { ComponentChildren, VNode } from "preact"
import { useEffect, useRef, useState } from "preact/hooks"

import { policyOf } from "./documents"
import { ask } from "./graphql"
import { words } from "./language"
import { POLICIES, type Policies, type Shop } from "./records"

interface Text {
  title: string
  body: string
}

export function PolicyLinks({ shop }: { shop: Shop }) {
  const [text, show] = useState<Text | null>(null)
  const [failed, setFailed] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  const known = POLICIES.filter((name) => shop[name])

  useEffect(() => {
    if (text) dialog.current?.showModal()
  }, [text])

  async function open(name: Policies): Promise<void> {
    setFailed(false)
    try {
      show((await ask<{ shop: { policy: Text | null } }>(policyOf(name), {})).shop.policy)
    } catch {
      setFailed(true)
    }
  }

  if (known.length === 0) return null
  return (
    <footer>
      <nav aria-label={shop.name}>
        {known.map((name) => (
          <button type="button" class="link" aria-haspopup="dialog" key={name} onClick={() => void open(name)}>{shop[name]?.title}</button>
        ))}
      </nav>
      {failed && <p class="problem" role="alert">{words.failedToRead}</p>}
      {text && (
        <dialog ref={dialog} aria-labelledby="policy-title" onClose={() => show(null)}>
          <h2 id="policy-title">{text.title}</h2>
          <div class="policy" tabIndex={0} role="group" aria-labelledby="policy-title">{nodesOf(text.body)}</div>
          <form method="dialog"><button>{words.close}</button></form>
        </dialog>
      )}
    </footer>
  )
}

// A text may come from an import: nothing but these elements gets into the page, and of their attributes only links.
const ALLOWED = new Set(
  "p br hr h2 h3 h4 h5 h6 ul ol li dl dt dd strong b em i u small blockquote pre table thead tbody tr th td div".split(" "),
)
const DROPPED = new Set(["script", "style"])
const LINK = /^(https?:|mailto:|tel:)/i

function nodesOf(html: string): ComponentChildren {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].map(nodeOf)
}

function nodeOf(node: Node): VNode | string | null {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent
  if (!(node instanceof Element) || DROPPED.has(node.localName)) return null
  const content = [...node.childNodes].map(nodeOf)
  const name = node.localName === "h1" ? "h2" : node.localName
  const link = name === "a" ? (node.getAttribute("href")?.trim() ?? "") : ""
  if (LINK.test(link)) {
    return <a href={link} target="_blank" rel="noopener noreferrer">{content}</a>
  }
  const Tag = ALLOWED.has(name) ? (name as "p") : "span"
  return <Tag>{content}</Tag>
}
