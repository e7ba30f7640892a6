import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import s from './field.module.css'

interface Around {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
  /** The label is read but not shown. */
  readonly isLabelHidden?: boolean
}

function Field({
  label,
  hint,
  error,
  isLabelHidden,
  children,
}: Around & { children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => JSX.Element }) {
  const id = useId()
  const about = hint || error ? `${id}-about` : undefined
  return (
    <div class={s.field}>
      <label class={isLabelHidden ? 'visually-hidden' : s.label} for={id}>
        {label}
      </label>
      {children({ id, ...(about && { 'aria-describedby': about }), ...(error && { 'aria-invalid': true }) })}
      {(error || hint) && (
        <div id={about} class={error ? s.error : s.hint}>
          {error || hint}
        </div>
      )}
    </div>
  )
}

type InputProps = Around & { mono?: boolean; onText?: (text: string) => void } & Omit<
    JSX.InputHTMLAttributes,
    'label' | 'onInput' | 'class'
  >

export function TextField({ label, hint, error, isLabelHidden, mono, onText, ...rest }: InputProps) {
  return (
    <Field {...{ label, hint, error, isLabelHidden }}>
      {(ids) => (
        <input
          {...rest}
          {...ids}
          class={mono ? `${s.input} ${s.mono}` : s.input}
          onInput={(event) => onText?.(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

type AreaProps = Around & { mono?: boolean; onText?: (text: string) => void } & Omit<
    JSX.TextareaHTMLAttributes,
    'label' | 'onInput' | 'class'
  >

export function TextArea({ label, hint, error, isLabelHidden, mono, onText, ...rest }: AreaProps) {
  return (
    <Field {...{ label, hint, error, isLabelHidden }}>
      {(ids) => (
        <textarea
          {...rest}
          {...ids}
          class={mono ? `${s.input} ${s.mono}` : s.input}
          onInput={(event) => onText?.(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

export function SelectField({
  label,
  hint,
  error,
  isLabelHidden,
  options,
  onChoose,
  ...rest
}: Around & {
  options: readonly { readonly value: string; readonly text: string }[]
  onChoose: (value: string) => void
} & Omit<JSX.SelectHTMLAttributes, 'label' | 'onChange' | 'class'>) {
  return (
    <Field {...{ label, hint, error, isLabelHidden }}>
      {(ids) => (
        <select {...rest} {...ids} class={s.input} onChange={(event) => onChoose(event.currentTarget.value)}>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function CheckField({
  label,
  isOn,
  onToggle,
  disabled,
}: {
  label: ComponentChildren
  isOn: boolean
  onToggle: (isOn: boolean) => void
  disabled?: boolean
}) {
  return (
    <label class={s.check}>
      <input
        type="checkbox"
        checked={isOn}
        disabled={disabled ?? false}
        onChange={(event) => onToggle(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  )
}

/** A few choices with a sentence each. */
export function ChoiceField<V extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string
  value: V
  choices: readonly { readonly value: V; readonly title: string; readonly text: string }[]
  onChoose: (value: V) => void
}) {
  const name = useId()
  return (
    <fieldset class={s.field}>
      <legend class={s.label}>{label}</legend>
      <div class={s.choices}>
        {choices.map((choice) => (
          <label key={choice.value} class={s.choice}>
            <input type="radio" name={name} checked={choice.value === value} onChange={() => onChoose(choice.value)} />
            <strong>{choice.title}</strong>
            <span class={s.hint}>{choice.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
