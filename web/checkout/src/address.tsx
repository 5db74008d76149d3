// The delivery address, with the parts that its country has.

import { useEffect, useRef, useState } from "preact/hooks"

import type { CartPage } from "./cart"
import { ADD_ADDRESS, ADDRESS_FORM, UPDATE_ADDRESS } from "./documents"
import { Choice, Input } from "./fields"
import { ask, patiently, type UserError } from "./graphql"
import { countryName, say, words } from "./language"
import { recall, remember } from "./memory"
import type { Address, AddressForm, Cart } from "./records"

const AUTOCOMPLETE: Record<keyof Address, string> = {
  firstName: "given-name",
  lastName: "family-name",
  company: "organization",
  address1: "address-line1",
  address2: "address-line2",
  city: "address-level2",
  provinceCode: "address-level1",
  countryCode: "country",
  zip: "postal-code",
  phone: "tel",
}

/** The address of the cart, and above it what was typed and not yet saved. */
function addressOf(cart: Cart, fallback: string): Partial<Address> {
  const selected = cart.delivery.addresses.find((each) => each.selected)
  const saved = selected?.address ?? { countryCode: cart.buyerIdentity.countryCode ?? fallback }
  const draft = JSON.parse(recall(`address:${cart.id}`) ?? "{}") as Partial<Address>
  return { ...saved, ...draft }
}

function inputOf(address: Partial<Address>): Record<string, string | null> {
  return Object.fromEntries(Object.keys(AUTOCOMPLETE).map((name) => [name, address[name as keyof Address] || null]))
}

export function AddressPart({ page, cart, form, showForm, problems, report }: {
  page: CartPage
  cart: Cart
  form: AddressForm | null
  showForm(form: AddressForm): void
  problems: Record<string, string>
  report(errors: UserError[]): void
}) {
  const shipsTo = page.state.shop?.shipsToCountries ?? []
  const [address, show] = useState(() => addressOf(cart, shipsTo.length === 1 ? (shipsTo[0] ?? "") : ""))
  // What is typed while an earlier change is on its way: the next change sends it too.
  const newest = useRef(address)
  const country = address.countryCode ?? ""

  useEffect(() => {
    let current = true
    if (country) {
      void patiently(() => ask<{ addressForm: AddressForm }>(ADDRESS_FORM, { country }), page.waiting).then(
        ({ addressForm }) => current && showForm(addressForm),
      )
    }
    return () => void (current = false)
  }, [country])

  function typed(changes: Partial<Address>): void {
    newest.current = { ...newest.current, ...changes }
    remember(`address:${cart.id}`, JSON.stringify(newest.current))
    show(newest.current)
  }

  async function save(changes: Partial<Address>): Promise<void> {
    typed(changes)
    const next = newest.current
    if (!next.countryCode) return
    const errors = await page.change((now) => {
      if (newest.current !== next) return null
      const known = now.delivery.addresses.find((each) => each.selected)
      const value = { address: { deliveryAddress: inputOf(next) }, selected: true }
      return known ? [UPDATE_ADDRESS, { addresses: [{ id: known.id, ...value }] }] : [ADD_ADDRESS, { addresses: [value] }]
    })
    if (errors.length === 0 && newest.current === next) remember(`address:${cart.id}`, null)
    report(errors)
  }

  const countries = shipsTo
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name))
  return (
    <section aria-labelledby="address-title">
      <h2 id="address-title">{words.address}</h2>
      <Choice
        name="countryCode"
        label={words.country}
        value={country}
        options={countries}
        autoComplete="country"
        problem={problems.countryCode}
        onChange={(code) => void save({ countryCode: code, provinceCode: null })}
      />
      <div class="fields">
        {country && form?.fields.map((field) => {
          const label = (words as Record<string, string>)[field.label] ?? words.province
          const common = {
            name: field.name,
            label,
            required: field.required,
            problem: problems[field.name],
            value: address[field.name] ?? "",
            autoComplete: AUTOCOMPLETE[field.name],
            onChange: (text: string) => void save({ [field.name]: text }),
          }
          return field.name === "provinceCode" && form.provinces.length > 0 ? (
            <Choice key={field.name} {...common} options={form.provinces} />
          ) : (
            <Input
              key={field.name}
              {...common}
              hint={field.name === "zip" && form.zipExample ? say(words.example, { text: form.zipExample }) : undefined}
              onInput={(text) => typed({ [field.name]: text })}
            />
          )
        })}
        {country && form && (
          <Input
            name="phone"
            label={words.phone}
            required={false}
            type="tel"
            problem={problems.phone}
            value={address.phone ?? ""}
            autoComplete="tel"
            onInput={(text) => typed({ phone: text })}
            onChange={(text) => void save({ phone: text })}
          />
        )}
      </div>
    </section>
  )
}
