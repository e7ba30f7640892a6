import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { Button } from './button.tsx'
import s from './code.module.css'
import { sayFailure } from './toast.tsx'

const SHOWN_MS = 1500

export function CopyButton({ text, label = t('copy') }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false)
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
    } catch (error) {
      return sayFailure(error)
    }
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN_MS)
  }
  return (
    <Button
      look="quiet"
      small
      icon={isCopied ? 'check' : 'copy'}
      aria-label={isCopied ? t('copied') : label}
      onClick={copy}
    />
  )
}

/** A value to take along: an endpoint, an ARN, a key. */
export function Copyable({ text }: { text: string }) {
  return (
    <span class={s.inline}>
      <code>{text}</code>
      <CopyButton text={text} />
    </span>
  )
}

export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <section class={s.block} aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <div class={s.copy}>
        <CopyButton text={text} />
      </div>
    </section>
  )
}

/** The same thing in several languages. */
export function CodeTabs({ label, codes }: { label: string; codes: readonly { name: string; text: string }[] }) {
  const [chosen, choose] = useState(0)
  const id = useId()
  const text = codes[chosen]?.text ?? ''
  return (
    <div class={s.block}>
      <div class={s.tabs} role="tablist" aria-label={label}>
        {codes.map(({ name }, i) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${i}`}
            aria-selected={i === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={i === chosen ? 0 : -1}
            onClick={() => choose(i)}
            onKeyDown={(event) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
              if (step === undefined) return
              const next = (i + step + codes.length) % codes.length
              choose(next)
              document.getElementById(`${id}-${next}`)?.focus()
            }}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard */}
      <pre tabIndex={0} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        <code>{text}</code>
      </pre>
      <div class={s.copy}>
        <CopyButton text={text} />
      </div>
    </div>
  )
}
