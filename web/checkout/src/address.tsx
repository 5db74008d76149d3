// The delivery address, with the parts that its country has.

import { useEffect } from "preact/hooks"

import type { CartPage } from "./cart"
import { ADDRESS_FORM } from "./documents"
import type { Drafts, Field } from "./drafts"
import { Choice, Input } from "./fields"
import { ask, patiently } from "./graphql"
import { countryName, say, words } from "./language"
import type { Address, AddressForm } from "./records"

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

/** The label of a field where the country has it. */
export function labelOf(label: string): string {
  return (words as Record<string, string>)[label] ?? words.province
}

export function AddressPart({ page, drafts, form, showForm, problems, save }: {
  page: CartPage
  drafts: Drafts
  form: AddressForm | null
  showForm(form: AddressForm): void
  problems: Record<string, string>
  save(fields: Field[]): void
}) {
  const country = drafts.value("countryCode")

  useEffect(() => {
    let current = true
    if (country) {
      void patiently(() => ask<{ addressForm: AddressForm }>(ADDRESS_FORM, { country }), page.waiting).then(
        ({ addressForm }) => current && showForm(addressForm),
      )
    }
    return () => void (current = false)
  }, [country])

  function choose(changes: Partial<Address>): void {
    drafts.type(changes)
    save(Object.keys(changes) as (keyof Address)[])
  }

  const countries = (page.state.shop?.shipsToCountries ?? [])
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
        onChange={(code) => choose({ countryCode: code, provinceCode: null })}
      />
      <div class="fields">
        {country && form?.fields.map((field) => {
          const common = {
            name: field.name,
            label: labelOf(field.label),
            required: field.required,
            problem: problems[field.name],
            value: drafts.value(field.name),
            autoComplete: AUTOCOMPLETE[field.name],
            onChange: (text: string) => choose({ [field.name]: text }),
          }
          return field.name === "provinceCode" && form.provinces.length > 0 ? (
            <Choice key={field.name} {...common} options={form.provinces} />
          ) : (
            <Input
              key={field.name}
              {...common}
              hint={field.name === "zip" && form.zipExample ? say(words.example, { text: form.zipExample }) : undefined}
              onInput={(text) => drafts.type({ [field.name]: text })}
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
            value={drafts.value("phone")}
            autoComplete="tel"
            onInput={(text) => drafts.type({ phone: text })}
            onChange={(text) => choose({ phone: text })}
          />
        )}
      </div>
    </section>
  )
}
