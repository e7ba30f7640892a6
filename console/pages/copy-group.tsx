import type { RefObject } from 'preact'
import { useId, useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { Copy, CopyGroup, Decision } from '../api/copies.ts'
import type { Image } from '../api/images.ts'
import { number, percent, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Badge } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import s from './copies.module.css'

/** What a person can do with a group; all of it also by one key. */
export interface GroupActions {
  /** About the whole group, or that some copies are none of the representative. */
  readonly decide: (decision: Decision, group: CopyGroup, chosen: readonly number[]) => void
  readonly remove: (group: CopyGroup, chosen: readonly Image[]) => void
  readonly undo: () => void
}

/** A picture and its copies: choose some and delete them, keep all, or say that they are no copies. */
export function CopyGroupCard({
  group,
  href,
  may,
  actions,
  list,
}: {
  group: CopyGroup
  href: (image: Image) => string
  may: (action: string) => boolean
  actions: GroupActions
  /** The list that the arrow keys move in. */
  list: RefObject<HTMLOListElement>
}) {
  const { representative, copies, hasMore } = group
  const all: readonly (Image | Copy)[] = [representative, ...copies]
  const [chosen, choose] = useState<readonly number[]>([])
  const picked = all.filter(({ id }) => chosen.includes(id))
  const pickedCopies = chosen.filter((id) => id !== representative.id)
  const mayDelete = may('DeleteImage')
  const mayDecide = may('DecideCopies')
  const canDelete = mayDelete && picked.length > 0 && picked.length < all.length

  const toggle = (id: number) =>
    choose((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]))
  const decide = (decision: Decision) => mayDecide && actions.decide(decision, group, pickedCopies)
  const chooseSmaller = () => {
    const largest = all.reduce((most, one) => (one.width * one.height > most.width * most.height ? one : most))
    choose(all.filter(({ id }) => id !== largest.id).map(({ id }) => id))
  }

  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const digit = Number(event.key)
    const image = digit >= 1 ? all[digit - 1] : undefined
    if (event.key === 'k') decide('keep')
    else if (event.key === 'i') decide('ignore')
    else if (event.key === 'u') actions.undo()
    else if (event.key === 's') chooseSmaller()
    else if (event.key === 'Delete' && canDelete) actions.remove(group, picked)
    else if (image) toggle(image.id)
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(list, event)
    else return
    event.preventDefault()
  }

  const title = `${representative.productId} / ${representative.picName}`
  return (
    <li class={s.group} onKeyDown={onKey} data-group={representative.id}>
      <div class={s.head}>
        <h2>{t(hasMore ? 'copiesOfMore' : 'copiesOf', { n: copies.length, name: title })}</h2>
        <div class={s.actions}>
          {mayDecide && (
            <Button
              small
              icon="check"
              data-first
              aria-keyshortcuts="k"
              disabled={chosen.length > 0}
              onClick={() => decide('keep')}
            >
              {t('keepAll')}
            </Button>
          )}
          {mayDecide && (
            <Button
              small
              icon="close"
              aria-keyshortcuts="i"
              disabled={chosen.length > 0 && pickedCopies.length === 0}
              onClick={() => decide('ignore')}
            >
              {pickedCopies.length > 0 ? t('chosenNoCopies', { n: pickedCopies.length }) : t('noCopies')}
            </Button>
          )}
          {mayDelete && (
            <Button small aria-keyshortcuts="s" onClick={chooseSmaller}>
              {t('chooseSmaller')}
            </Button>
          )}
          {mayDelete && (
            <Button
              small
              look="danger"
              icon="trash"
              aria-keyshortcuts="Delete"
              disabled={!canDelete}
              onClick={() => actions.remove(group, picked)}
            >
              {picked.length > 0 ? t('deleteChosen', { n: picked.length }) : t('deleteKey.chosen')}
            </Button>
          )}
        </div>
      </div>
      <div class={s.pictures}>
        {all.map((image, i) => (
          <Tile
            key={image.id}
            image={image}
            isFirst={i === 0}
            href={href(image)}
            isChosen={chosen.includes(image.id)}
            onToggle={mayDelete || mayDecide ? () => toggle(image.id) : undefined}
          />
        ))}
      </div>
    </li>
  )
}

function Tile({
  image,
  isFirst,
  href,
  isChosen,
  onToggle,
}: {
  image: Image | Copy
  isFirst: boolean
  href: string
  isChosen: boolean
  onToggle: (() => void) | undefined
}) {
  const { productId, picName, thumbnail, width, height } = image
  const id = useId()
  const copy = 'similarity' in image ? image : undefined
  return (
    <div class={s.picture}>
      <label for={id}>
        <Thumbnail src={thumbnail} alt="" />
        {onToggle && (
          <input
            id={id}
            type="checkbox"
            aria-label={t('chooseImage', { name: `${productId} / ${picName}` })}
            checked={isChosen}
            onChange={onToggle}
          />
        )}
        {isFirst && (
          <span class={s.tag}>
            <Badge>{t('putFirst')}</Badge>
          </span>
        )}
        {copy?.isMirrored && (
          <span class={s.tag}>
            <Badge tone="info">{t('mirrored')}</Badge>
          </span>
        )}
      </label>
      <div class={s.text}>
        <Link href={href} title={`${productId} / ${picName}`}>
          {productId}
        </Link>
        <span class={s.sub}>{picName}</span>
        <span class={`${s.sub} number`}>
          {number(width)}×{number(height)}
          {copy && ` · ${percent(copy.similarity, 1)}`}
        </span>
      </div>
    </div>
  )
}

/** To the first control of the group before or after. */
function moveFocus(list: RefObject<HTMLOListElement>, event: KeyboardEvent): void {
  const groups = [...(list.current?.children ?? [])]
  const now = groups.indexOf(event.currentTarget as Element)
  focusGroup(groups[now + (event.key === 'ArrowDown' ? 1 : -1)])
}

export function focusGroup(group: Element | undefined): void {
  group?.querySelector<HTMLElement>('button, input')?.focus({ preventScroll: true })
  group?.scrollIntoView({ block: 'nearest' })
}
