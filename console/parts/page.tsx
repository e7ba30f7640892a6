/**
 * What pages are put together from: heads, tabs, cards, facts, and what is shown when there is nothing or an error.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import { ApiError } from '../api/client.ts'
import { named, number, t } from '../i18n/index.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import s from './page.module.css'

export function PageHead({
  title,
  beside,
  about,
  trail,
  children,
}: {
  title: string
  /** Badges after the title. */
  beside?: ComponentChildren
  about?: string
  /** Where one comes from: address and name. */
  trail?: readonly (readonly [href: string, name: string])[]
  /** The page's actions. */
  children?: ComponentChildren
}) {
  useEffect(() => {
    document.title = `${title} · Sightline`
  }, [title])
  return (
    <header class={s.head}>
      <div class={s.titles}>
        {trail && (
          <nav class={s.trail} aria-label={t('trail')}>
            {trail.map(([href, name]) => (
              <>
                <Link href={href}>{name}</Link>
                <Icon name="right" size={12} />
              </>
            ))}
          </nav>
        )}
        <div class={s.title}>
          <h1>{title}</h1>
          {beside}
        </div>
        {about && <p class={s.about}>{about}</p>}
      </div>
      {children && <div class={s.actions}>{children}</div>}
    </header>
  )
}

export function Tabs({ tabs, label }: { tabs: readonly (readonly [href: string, name: string])[]; label: string }) {
  const [here] = useLocation()
  const longest = tabs
    .map(([href]) => href)
    .filter((href) => here === href || here.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0]
  const nav = useRef<HTMLElement>(null)
  // Where not all fit, the one that is chosen is in view.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [longest])
  return (
    <nav class={s.tabs} aria-label={label} ref={nav}>
      {tabs.map(([href, name]) => (
        <Link key={href} href={href} class={s.tab} aria-current={href === longest ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  )
}

export function Card({
  title,
  actions,
  isFlush,
  children,
}: {
  title?: string
  actions?: ComponentChildren
  /** The content goes to the edges (tables). */
  isFlush?: boolean
  children: ComponentChildren
}) {
  return (
    <section class={s.card}>
      {title && (
        <div class={s.cardHead}>
          <h2>{title}</h2>
          {actions}
        </div>
      )}
      {isFlush ? children : <div class={s.cardBody}>{children}</div>}
    </section>
  )
}

export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class={s.facts}>
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

export function Figures({
  figures,
}: {
  figures: readonly { readonly name: string; readonly value: ComponentChildren; readonly note?: ComponentChildren }[]
}) {
  return (
    <div class={s.figures}>
      {figures.map(({ name, value, note }) => (
        <div key={name} class={s.figure}>
          <div class={s.figureName}>{name}</div>
          <div class={s.figureValue}>{value}</div>
          {note !== undefined && <div class={s.figureNote}>{note}</div>}
        </div>
      ))}
    </div>
  )
}

export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon: IconName
  title: string
  text: string
  children?: ComponentChildren
}) {
  return (
    <div class={s.empty}>
      <div class={s.emptyIcon}>
        <Icon name={icon} size={22} />
      </div>
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <div class={s.emptyActions}>{children}</div>}
    </div>
  )
}

/** An error: what happened, what to do, its code. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null
  const { code, message, hint, requestId } =
    error instanceof ApiError ? error : { code: '', message: String(error), hint: '', requestId: '' }
  const isAway = code === 'Unreachable'
  return (
    <div class={s.failure} role="alert">
      <Icon name="warning" />
      <div>
        <strong>{isAway ? t('unreachable') : message}</strong>
        <small>{isAway ? t('unreachableHint') : hint}</small>
        {code && !isAway && (
          <span class={s.failureCode}>
            {code}
            {requestId && ` · ${requestId}`}
          </span>
        )}
      </div>
      {onRetry && (
        <Button small icon="retry" onClick={onRetry}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  )
}

export function Note({ children, isWarning }: { children: ComponentChildren; isWarning?: boolean }) {
  return (
    <div class={isWarning ? `${s.note} ${s.noteWarn}` : s.note}>
      <Icon name={isWarning ? 'warning' : 'info'} />
      <div>{children}</div>
    </div>
  )
}

export const Loading = () => <div class={s.loading} role="progressbar" aria-label={t('loading')} />

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`${s.badge} ${tone === 'plain' ? s.plainBadge : s[tone]}`}>{children}</span>
}

const STATE_TONES: Readonly<Record<string, Tone>> = {
  queued: 'plain',
  running: 'info',
  paused: 'warn',
  cancelled: 'plain',
  done: 'good',
  failed: 'bad',
}

/** State of an import: one whose rows failed in part must not look like a success. */
export function StateBadge({ state, failed }: { state: string; failed: number }) {
  const isInPart = state === 'done' && failed > 0
  return (
    <Badge tone={isInPart ? 'warn' : (STATE_TONES[state] ?? 'plain')}>
      {isInPart ? t('importedInPart') : named('state', state)}
    </Badge>
  )
}

/** `21-40 of 3,000` with a step back and on. */
export function Pager({
  start,
  limit,
  shown,
  total,
  onStart,
  label = t('pages'),
  hasEnds,
}: {
  start: number
  limit: number
  shown: number
  /** Absent = unknown. */
  total?: number | undefined
  onStart: (start: number) => void
  /** What it is called, where there are two. */
  label?: string
  /** With steps to the first and the last page. */
  hasEnds?: boolean
}) {
  if (start === 0 && shown < limit && (total ?? 0) <= shown) return null
  const range = `${number(shown === 0 ? 0 : start + 1)}–${number(start + shown)}`
  return (
    <nav class={s.pager} aria-label={label}>
      <span class="number">{total === undefined ? range : t('rangeOf', { range, n: total })}</span>
      <div>
        {hasEnds && (
          <Button small icon="first" aria-label={t('firstPage')} disabled={start === 0} onClick={() => onStart(0)} />
        )}
        <Button
          small
          icon="left"
          aria-label={t('previous')}
          disabled={start === 0}
          onClick={() => onStart(Math.max(0, start - limit))}
        />
        <Button
          small
          icon="right"
          aria-label={t('next')}
          disabled={total === undefined ? shown < limit : start + shown >= total}
          onClick={() => onStart(start + limit)}
        />
        {hasEnds && total !== undefined && (
          <Button
            small
            icon="last"
            aria-label={t('lastPage')}
            disabled={start + shown >= total}
            onClick={() => onStart(Math.max(0, total - limit))}
          />
        )}
      </div>
    </nav>
  )
}
