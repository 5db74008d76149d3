// Fields of a form, each with its label and the problem that the shop found.

import type { ComponentChildren } from "preact"

import { say, words } from "./language"

interface Common {
  name: string
  label: string
  required?: boolean
  problem?: string | undefined
  onChange(value: string): void
}

interface InputProps extends Common {
  value: string
  type?: "text" | "email" | "tel"
  autoComplete?: string
  inputMode?: "numeric" | "text" | "tel" | "email"
  hint?: string | undefined
  onInput?(value: string): void
}

function Labelled({ name, label, required, problem, hint, children }: Omit<Common, "onChange"> & { hint?: string | undefined; children: ComponentChildren }) {
  return (
    <div class={`field field-${name}`}>
      <label for={name}>{required === false ? say(words.optional, { label }) : label}</label>
      {children}
      {hint && !problem && <small id={`${name}-hint`}>{hint}</small>}
      {problem && <small class="problem" id={`${name}-problem`}>{problem}</small>}
    </div>
  )
}

function described(name: string, problem: string | undefined, hint?: string) {
  return {
    id: name,
    name,
    "aria-invalid": problem ? ("true" as const) : undefined,
    "aria-describedby": problem ? `${name}-problem` : hint ? `${name}-hint` : undefined,
  }
}

export function Input({ value, type = "text", autoComplete, inputMode, hint, onChange, onInput, ...common }: InputProps) {
  return (
    <Labelled {...common} hint={hint}>
      <input
        {...described(common.name, common.problem, hint)}
        type={type as "text" /* the types know each kind apart, and this field is any of them */}
        value={value}
        maxLength={255}
        autocomplete={autoComplete}
        inputMode={inputMode}
        aria-required={common.required === false ? undefined : "true"}
        onInput={(event) => onInput?.(event.currentTarget.value)}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Labelled>
  )
}

export function Choice({ value, options, autoComplete, onChange, ...common }: Common & {
  value: string
  autoComplete?: string
  options: { code: string; name: string }[]
}) {
  return (
    <Labelled {...common}>
      <select
        {...described(common.name, common.problem)}
        autocomplete={autoComplete}
        aria-required={common.required === false ? undefined : "true"}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="" selected={value === ""}>{words.choose}</option>
        {options.map(({ code, name }) => (
          <option key={code} value={code} selected={code === value}>{name}</option>
        ))}
      </select>
    </Labelled>
  )
}
