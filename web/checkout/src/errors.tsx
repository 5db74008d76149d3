// What is wrong, in one place: each with the name of its field and a way there.

import type { RefObject } from "preact"

import type { Problem } from "./cart"
import { say, words } from "./language"
import { nameOf, type Shown } from "./problems"
import { placeOfLine } from "./summary"

export function ErrorSummary({ problems, shown, box }: { problems: Problem[]; shown: Shown; box: RefObject<HTMLDivElement | null> }) {
  if (problems.length === 0) return null
  return (
    <div class="errors" role="alert" tabIndex={-1} ref={box}>
      <p>{words.errors}</p>
      <ul>
        {problems.map(({ place, text }) => {
          const name = nameOf(place, shown)
          return (
            <li key={place}>
              <a href={`#${idOf(place)}`} onClick={(event) => focusPlace(place) && event.preventDefault()}>
                {name ? say(words.problemOf, { name, text }) : text}
              </a>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** Puts the focus where a problem can be mended; whether there is such a place. */
export function focusPlace(place: string): boolean {
  const element = document.getElementById(idOf(place))
  element?.focus()
  return element !== null && element === document.activeElement
}

/** A field, or the part that has the problem. */
function idOf(place: string): string {
  if (place.startsWith("gid:")) return placeOfLine(place)
  return place === "delivery" ? "delivery-title" : place
}
