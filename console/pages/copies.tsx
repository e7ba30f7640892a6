import { useEffect, useRef, useState } from 'preact/hooks'
import {
  type CopyGroup,
  type Decision,
  decideCopies,
  undoDecision,
  useChangeGroup,
  useCopies,
  useCopiesChanged,
} from '../api/copies.ts'
import { deleteImages, type Image, useImagesChanged } from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Card, Empty, Failure, Loading, Note } from '../parts/page.tsx'
import { say, sayFailure } from '../parts/toast.tsx'
import s from './copies.module.css'
import { CopyGroupCard, focusGroup, type GroupActions } from './copy-group.tsx'

/** Pages may be empty: they are asked for until so many groups are shown. */
const ENOUGH = 5

/** Images that are copies of one another, a group at a time: deleted, kept, or said to be none. */
export default function CopiesPage({ instance }: { instance: Instance }) {
  const { name } = instance
  const may = useMay(name)
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useCopies(name)
  const groups = data?.pages.flatMap((page) => page.groups) ?? []
  const list = useRef<HTMLOListElement>(null)
  const [removal, setRemoval] = useState<{ group: CopyGroup; images: readonly Image[] }>()
  const { decide, undo, lastDecided } = useDeciding(name, list)

  useEffect(() => {
    if (hasNextPage && !isFetching && !error && groups.length < ENOUGH) void fetchNextPage()
  }, [hasNextPage, isFetching, error, groups.length, fetchNextPage])

  const actions: GroupActions = {
    decide,
    undo,
    remove: (group, images) => setRemoval({ group, images }),
  }
  const base = `/instances/${name}`
  return (
    <div class={s.page}>
      <div class={s.bar}>
        <p>{t('copiesAbout')}</p>
        <div class={s.actions}>
          {lastDecided && (
            <Button icon="retry" aria-keyshortcuts="u" onClick={undo}>
              {t('undoLast')}
            </Button>
          )}
          <LinkButton href={`${base}/copies/decided`}>{t('decided')}</LinkButton>
        </div>
      </div>
      {groups.length > 0 && <Keys />}
      <ol class={s.groups} ref={list} aria-label={t('copies')}>
        {groups.map((group) => (
          <CopyGroupCard
            key={group.representative.id}
            {...{ group, may, actions, list }}
            href={({ productId, picName }) =>
              `${base}/catalogue?${new URLSearchParams({ product: productId, pic: picName })}`
            }
          />
        ))}
      </ol>
      {isFetching && <Loading />}
      {isFetching && <p class="muted">{t('lookingForCopies')}</p>}
      <Failure error={error} onRetry={() => (data ? fetchNextPage() : refetch())} />
      {data && !hasNextPage && !isFetching && groups.length === 0 && (
        <Card>
          <Empty icon="check" title={t('noCopiesLeft')} text={t('noCopiesLeftText')}>
            <Button icon="retry" onClick={() => refetch()}>
              {t('lookAgain')}
            </Button>
          </Empty>
        </Card>
      )}
      {hasNextPage && !isFetching && groups.length >= ENOUGH && (
        <div>
          <Button icon="down" onClick={() => fetchNextPage()}>
            {t('moreCopies')}
          </Button>
        </div>
      )}
      {removal && <RemoveDialog instance={name} {...removal} list={list} onClose={() => setRemoval(undefined)} />}
    </div>
  )
}

/** Decides about groups and takes the last decision back; the focus goes to the group that takes the place. */
function useDeciding(instance: string, list: { readonly current: HTMLOListElement | null }) {
  const changeGroup = useChangeGroup(instance)
  const changed = useCopiesChanged(instance)
  // Decisions of one click: several pairs when only some copies of a group are none.
  const [decided, setDecided] = useState<readonly (readonly number[])[]>([])

  async function decide(decision: Decision, group: CopyGroup, chosen: readonly number[]) {
    const { representative, copies } = group
    const isWhole = chosen.length === 0
    const sets = isWhole
      ? [[representative.id, ...copies.map(({ id }) => id)]]
      : chosen.map((id) => [representative.id, id])
    const place = placeOf(list.current, representative.id)
    try {
      const made: number[] = []
      for (const ids of sets) made.push((await decideCopies(instance, decision, ids)).id)
      setDecided((before) => [...before, made])
      changeGroup(representative.id, () => (isWhole ? undefined : without(group, chosen)))
      say(t(decision === 'keep' ? 'keptCopies' : 'ignoredCopies'))
      focusPlace(list, place)
    } catch (error) {
      sayFailure(error)
    }
  }

  async function undo() {
    const last = decided.at(-1)
    if (!last) return
    try {
      for (const id of last) await undoDecision(instance, id)
      setDecided((before) => before.slice(0, -1))
      say(t('decisionUndone'))
      await changed()
    } catch (error) {
      sayFailure(error)
    }
  }

  return { decide, undo, lastDecided: decided.at(-1) }
}

function Keys() {
  const keys = [
    ['K', 'keepAll'],
    ['I', 'noCopies'],
    ['1–9', 'chooseKey'],
    ['S', 'chooseSmaller'],
    ['Del', 'deleteKey.chosen'],
    ['U', 'undoLast'],
    ['↑ ↓', 'otherGroup'],
  ] as const
  return (
    <div class={s.keys}>
      <span>{t('keysInGroup')}</span>
      {keys.map(([key, text]) => (
        <span key={key}>
          <kbd>{key}</kbd> {t(text)}
        </span>
      ))}
    </div>
  )
}

function RemoveDialog({
  instance,
  group,
  images,
  list,
  onClose,
}: {
  instance: string
  group: CopyGroup
  images: readonly Image[]
  list: { readonly current: HTMLOListElement | null }
  onClose: () => void
}) {
  const changeGroup = useChangeGroup(instance)
  const changed = useCopiesChanged(instance)
  const imagesChanged = useImagesChanged(instance)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  async function run() {
    const place = placeOf(list.current, group.representative.id)
    setBusy(true)
    try {
      for (const { productId, picName } of images) await deleteImages(instance, { productId, picName })
      say(t('deletedCount', { n: images.length }))
      imagesChanged()
      const gone = images.map(({ id }) => id)
      // What is left of a group without its first image may be a group of its own.
      if (gone.includes(group.representative.id) && group.copies.length > gone.length) await changed()
      else changeGroup(group.representative.id, () => without(group, gone))
      onClose()
      focusPlace(list, place)
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return (
    <Dialog
      title={t('deleteCount', { n: images.length })}
      onClose={onClose}
      onSubmit={run}
      action={
        <Button look="danger" type="submit" disabled={isBusy}>
          {t('deleteCount', { n: images.length })}
        </Button>
      }
    >
      <Note isWarning>{t('deleteCopiesText')}</Note>
      <ul>
        {images.map(({ id, productId, picName }) => (
          <li key={id} class="mono">
            {productId} / {picName}
          </li>
        ))}
      </ul>
      <Failure error={error} />
    </Dialog>
  )
}

/** undefined when nothing of the group is left to be decided. */
function without(group: CopyGroup, ids: readonly number[]): CopyGroup | undefined {
  const copies = group.copies.filter(({ id }) => !ids.includes(id))
  return copies.length === 0 || ids.includes(group.representative.id) ? undefined : { ...group, copies }
}

const placeOf = (list: HTMLOListElement | null, id: number): number =>
  [...(list?.children ?? [])].findIndex((one) => (one as HTMLElement).dataset.group === String(id))

/** The next group has come to the place of the one that went. */
function focusPlace(list: { readonly current: HTMLOListElement | null }, place: number): void {
  requestAnimationFrame(() => {
    const groups = [...(list.current?.children ?? [])]
    focusGroup(groups[Math.min(place, groups.length - 1)])
  })
}
