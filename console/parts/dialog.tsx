import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { Button } from './button.tsx'
import s from './dialog.module.css'

/** A modal dialog that is open while it is shown. The form's submit is the action; Escape and Cancel close. */
export function Dialog({
  title,
  onClose,
  onSubmit,
  action,
  isWide,
  children,
}: {
  title: string
  onClose: () => void
  onSubmit?: () => void
  /** The button that submits; absent = there is only Close. */
  action?: ComponentChildren
  isWide?: boolean
  children: ComponentChildren
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const id = useId()
  useEffect(() => {
    dialog.current?.showModal()
    // The browser would choose the button that closes.
    const first = 'input:not([type=file], :disabled, [tabindex="-1"]), select, textarea'
    body.current?.querySelector<HTMLElement>(first)?.focus()
  }, [])
  return (
    <dialog
      ref={dialog}
      class={isWide ? `${s.dialog} ${s.wide}` : s.dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form
        class={s.form}
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit?.()
        }}
      >
        <div class={s.head}>
          <h2 id={id}>{title}</h2>
          <Button look="quiet" icon="close" aria-label={t('close')} onClick={() => dialog.current?.close()} />
        </div>
        <div class={s.body} ref={body}>
          {children}
        </div>
        <div class={s.foot}>
          <Button onClick={() => dialog.current?.close()}>{action && onSubmit ? t('cancel') : t('close')}</Button>
          {action}
        </div>
      </form>
    </dialog>
  )
}
