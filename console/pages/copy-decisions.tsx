import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import { type Decided, undoDecision, useCopiesChanged, useDecisions } from '../api/copies.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { fullMoment, moment, number, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { Badge, Card, Empty, Failure, Loading, Pager } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import { say, sayFailure } from '../parts/toast.tsx'
import s from './copies.module.css'

const PAGE = 20

/** What was decided about copies, newest first, to be taken back. */
export default function CopyDecisionsPage({ instance }: { instance: Instance }) {
  const { name } = instance
  // Pages go by id, so the way back is the list of where pages began.
  const [starts, setStarts] = useState<readonly number[]>([0])
  const { data, error, isPending, refetch } = useDecisions(name, starts.at(-1) ?? 0, PAGE)
  const may = useMay(name)
  const changed = useCopiesChanged(name)
  const [isBusy, setBusy] = useState(false)

  async function undo(id: number) {
    setBusy(true)
    try {
      await undoDecision(name, id)
      say(t('decisionUndone'))
      await changed()
    } catch (failure) {
      sayFailure(failure)
    }
    setBusy(false)
  }

  const start = (starts.length - 1) * PAGE
  return (
    <div class={s.page}>
      <div class={s.bar}>
        <p>{t('decidedAbout')}</p>
        <LinkButton icon="left" href={`/instances/${name}/copies`}>
          {t('copies')}
        </LinkButton>
      </div>
      {isPending && <Loading />}
      <Failure error={error} onRetry={() => refetch()} />
      {data && data.decisions.length === 0 && start === 0 && (
        <Card>
          <Empty icon="similar" title={t('nothingDecided')} text={t('nothingDecidedText')} />
        </Card>
      )}
      {data && (data.decisions.length > 0 || start > 0) && (
        <Card title={t('decided')} isFlush>
          {data.decisions.map((one) => (
            <Decision
              key={one.id}
              one={one}
              base={`/instances/${name}`}
              onUndo={may('DecideCopies') ? () => undo(one.id) : undefined}
              isBusy={isBusy}
            />
          ))}
          <Pager
            start={start}
            limit={PAGE}
            shown={data.decisions.length}
            onStart={(to) => setStarts((before) => (to > start ? [...before, data.next ?? 1] : before.slice(0, -1)))}
          />
        </Card>
      )}
    </div>
  )
}

function Decision({
  one,
  base,
  onUndo,
  isBusy,
}: {
  one: Decided
  base: string
  onUndo: (() => void) | undefined
  isBusy: boolean
}) {
  const { decision, decidedMs, images, imageCount } = one
  const names = images.map(({ productId }) => productId).join(', ')
  return (
    <div class={s.decided}>
      <div class={s.what}>
        <Badge tone={decision === 'keep' ? 'good' : 'plain'}>{t(`decision.${decision}`)}</Badge>
        <span class={s.sub} title={fullMoment(decidedMs)}>
          {moment(decidedMs)}
        </span>
      </div>
      <div class={s.strip}>
        {images.map(({ id, productId, picName, thumbnail }) => (
          <Link
            key={id}
            href={`${base}/catalogue?${new URLSearchParams({ product: productId, pic: picName })}`}
            title={`${productId} / ${picName}`}
            aria-label={`${productId} / ${picName}`}
          >
            <Thumbnail src={thumbnail} alt="" />
          </Link>
        ))}
        {imageCount > images.length && <span class="muted">+{number(imageCount - images.length)}</span>}
      </div>
      {onUndo && (
        <Button small icon="retry" aria-label={t('takeBackOf', { name: names })} disabled={isBusy} onClick={onUndo}>
          {t('takeBack')}
        </Button>
      )}
    </div>
  )
}
