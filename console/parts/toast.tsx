/** Short messages about what was just done; they go by themselves. */
import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../api/client.ts'
import { t } from '../i18n/index.ts'
import { Icon } from './icon.tsx'
import s from './toast.module.css'

interface Toast {
  readonly id: number
  readonly text: string
  readonly isBad: boolean
}

const SHOWN_MS = 5000
let show: (toast: Toast) => void = () => {}
let nextId = 1

export const say = (text: string): void => show({ id: nextId++, text, isBad: false })

export function sayFailure(error: unknown): void {
  const text = error instanceof ApiError && error.code === 'Unreachable' ? t('unreachable') : (error as Error).message
  show({ id: nextId++, text, isBad: true })
}

export function Toasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  useEffect(() => {
    show = (toast) => {
      setToasts((before) => [...before.slice(-2), toast])
      setTimeout(() => setToasts((before) => before.filter(({ id }) => id !== toast.id)), SHOWN_MS)
    }
  }, [])
  return (
    <div class={s.toasts} role="status" aria-live="polite">
      {toasts.map(({ id, text, isBad }) => (
        <div key={id} class={isBad ? `${s.toast} ${s.bad}` : s.toast}>
          <Icon name={isBad ? 'warning' : 'check'} />
          <span>{text}</span>
        </div>
      ))}
    </div>
  )
}
