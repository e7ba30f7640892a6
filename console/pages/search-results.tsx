import { useState } from 'preact/hooks'
import type { Instance } from '../api/instances.ts'
import type { Result, SearchAnswer, SearchInput } from '../api/search.ts'
import { searchSnippets } from '../api/snippets.ts'
import { duration, number, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { useCategoryName, withNumber } from '../parts/category-name.ts'
import { CodeBlock, CodeTabs } from '../parts/code.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Card, Empty, Facts, Pager } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import { ScorePlot } from '../parts/score-plot.tsx'
import s from './test-service.module.css'

export function SearchResults({
  instance,
  input,
  answer,
  onSearchByName,
  onStart,
  threshold,
  onThreshold,
}: {
  instance: Instance
  input: SearchInput
  answer: SearchAnswer
  onSearchByName: (product: string, pic: string) => void
  onStart: (start: number) => void
  /** Results with a lower score are not shown. */
  threshold: number
  onThreshold: (threshold: number) => void
}) {
  const [opened, open] = useState<number>()
  const { results, found, timings } = answer
  const categoryName = useCategoryName()
  const scores = results.flatMap(({ score }) => (score === undefined ? [] : [score]))
  const result = opened === undefined ? undefined : results[opened]
  return (
    <>
      <div class={s.summary}>
        <div>
          <h2>{t('resultCount', { n: results.length })}</h2>
          <span class="muted">
            {found !== undefined && t('foundAmong', { n: found })}
            {answer.picture && instance.serviceType === 'product' && (
              <>
                {' · '}
                {t('predicted', { category: categoryName(answer.picture.categoryId) })}
              </>
            )}
          </span>
        </div>
        {timings && <TimeSplit timings={timings} />}
      </div>
      {results.length === 0 ? (
        <Empty icon="search" title={t('noResults')} text={t('noResultsText')} />
      ) : (
        <>
          <ScorePlot scores={scores} threshold={threshold} onThreshold={onThreshold} />
          <div class={s.grid}>
            {results.map(
              (one, i) =>
                (one.score === undefined || one.score >= threshold) && (
                  <ResultTile key={one.id} result={one} onOpen={() => open(i)} />
                ),
            )}
          </div>
        </>
      )}
      <Pager
        start={input.start ?? 0}
        limit={input.num ?? 20}
        shown={results.length}
        total={found === undefined ? undefined : Math.min(found, 500)}
        onStart={onStart}
      />
      <Card title={t('copyAsCode')}>
        <CodeTabs label={t('language')} codes={searchSnippets(location.origin, instance.name, input)} />
      </Card>
      <details class={s.options}>
        <summary>{t('rawAnswer')}</summary>
        <CodeBlock label={t('rawAnswer')} text={JSON.stringify(answer, null, 2)} />
      </details>
      {result && (
        <ResultDialog
          instance={instance}
          result={result}
          rank={(input.start ?? 0) + (opened ?? 0) + 1}
          answer={answer}
          onClose={() => open(undefined)}
          onSearchByName={onSearchByName}
        />
      )}
    </>
  )
}

function ResultTile({ result, onOpen }: { result: Result; onOpen: () => void }) {
  const { productId, picName, score, thumbnail } = result
  return (
    <button type="button" class={s.result} onClick={onOpen} title={`${productId} / ${picName}`}>
      <Thumbnail src={thumbnail} alt="" />
      <span class={s.resultText}>
        {score !== undefined && (
          <span class={s.score}>
            <span class="number">{score.toFixed(2)}</span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="4" fill="var(--hover)" />
              <rect width={100 * score} height="4" fill="var(--accent)" />
            </svg>
          </span>
        )}
        <span class={s.product}>{productId}</span>
        <span class={s.sub}>{picName}</span>
      </span>
    </button>
  )
}

function TimeSplit({ timings }: { timings: NonNullable<SearchAnswer['timings']> }) {
  const { decodeMs, embedMs, searchMs, totalMs } = timings
  const rest = Math.max(0, totalMs - decodeMs - embedMs - searchMs)
  const parts = [
    [t('time.decode'), decodeMs, s.c0],
    [t('time.embed'), embedMs, s.c1],
    [t('time.search'), searchMs, s.c2],
    [t('time.rest'), rest, s.c3],
  ] as const
  const shown = parts.filter(([, ms]) => ms >= 0.05)
  let x = 0
  return (
    <div class={s.time}>
      <svg class={s.timeBar} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {shown.map(([name, ms, look]) => {
          const from = x
          const width = (100 * ms) / Math.max(totalMs, 0.1)
          x += width
          return <rect key={name} x={from} width={width} height="8" class={look} />
        })}
      </svg>
      <div class={s.legend}>
        <strong>{duration(totalMs)}</strong>
        {shown.map(([name, ms, look]) => (
          <span key={name}>
            <i class={look} />
            {name} {duration(ms)}
          </span>
        ))}
      </div>
    </div>
  )
}

function ResultDialog({
  instance,
  result,
  rank,
  answer,
  onClose,
  onSearchByName,
}: {
  instance: Instance
  result: Result
  rank: number
  answer: SearchAnswer
  onClose: () => void
  onSearchByName: (product: string, pic: string) => void
}) {
  const categoryName = useCategoryName()
  const { productId, picName, score, similarity, categoryId } = result
  const address = `/instances/${instance.name}/catalogue?product=${encodeURIComponent(productId)}&pic=${encodeURIComponent(picName)}`
  const attributes = Object.entries(result).filter(([name, value]) => /^(int|str)Attr/.test(name) && value)
  return (
    <Dialog
      title={productId}
      isWide
      onClose={onClose}
      action={
        <Button
          look="primary"
          icon="similar"
          onClick={() => {
            onClose()
            onSearchByName(productId, picName)
          }}
        >
          {t('searchWithThis')}
        </Button>
      }
    >
      <div class={s.detail}>
        <div class={s.detailPicture}>
          <Thumbnail src={result.thumbnail} alt={`${productId} / ${picName}`} />
        </div>
        <div class={s.results}>
          {score !== undefined && <p>{whyThisRank(rank, result, answer, categoryName)}</p>}
          <Facts
            facts={[
              [
                'PicName',
                <span key="pic" class="mono">
                  {picName}
                </span>,
              ],
              ...(score === undefined ? [] : [[t('score'), score.toFixed(4)] as const]),
              ...(similarity === undefined ? [] : [[t('similarity'), similarity.toFixed(4)] as const]),
              [t('category'), withNumber(categoryId, categoryName(categoryId))],
              [t('pictureSize'), `${number(result.width)} × ${number(result.height)}`],
              [t('region'), <code key="region">{result.region}</code>],
              ...(result.customContent ? [['CustomContent', result.customContent] as const] : []),
              ...attributes.map(([name, value]) => [name[0]?.toUpperCase() + name.slice(1), String(value)] as const),
            ]}
          />
          <div>
            <LinkButton icon="picture" href={address}>
              {t('openInCatalogue')}
            </LinkButton>
          </div>
        </div>
      </div>
    </Dialog>
  )
}

function whyThisRank(
  rank: number,
  { score = 0, categoryId }: Result,
  { picture, found }: SearchAnswer,
  categoryName: (id: number) => string,
): string {
  const degree = score >= 0.995 ? 'same' : score >= 0.7 ? 'high' : score >= 0.4 ? 'middle' : 'low'
  const isSameCategory = picture?.categoryId === categoryId
  return [
    t('whyRank', { rank, n: found ?? 0 }),
    t(`whyScore.${degree}`),
    picture ? t(isSameCategory ? 'whySameCategory' : 'whyOtherCategory', { category: categoryName(categoryId) }) : '',
  ]
    .filter(Boolean)
    .join(' ')
}
