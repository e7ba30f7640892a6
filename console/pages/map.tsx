import type { RefObject } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { useSearchParams } from 'wouter-preact'
import { type MapPoint, useMap } from '../api/charts.ts'
import { thumbnailOf } from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { number, percent, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { useCategoryName } from '../parts/category-name.ts'
import { Card, Empty, Failure, Loading } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import {
  cornersOf,
  type Frame,
  formatPolygon,
  isInside,
  parsePolygon,
  type View,
  WHOLE,
  zoomAt,
} from '../parts/plane.ts'
import { type Dot, PointMap } from '../parts/point-map.tsx'
import { ImageDialog } from './image.tsx'
import s from './map.module.css'

/** Colours there are; further categories share the last one. */
const COLOURS = 8
const ZOOM_STEP = 1.6

interface MapDot extends Dot, MapPoint {}

interface Group {
  readonly key: number
  readonly name: string
  readonly count: number
}

/** All images at a glance, like ones near one another; what is encircled can be seen in the catalogue. */
export default function MapPage({ instance }: { instance: Instance }) {
  const { data, error, isPending, refetch } = useMap(instance.name)
  const may = useMay(instance.name)
  if (isPending) return <Loading />
  if (error || !data) return <Failure error={error} onRetry={() => refetch()} />
  if (data.points.length > 0) return <MapView instance={instance} {...data} />
  return (
    <Card>
      <Empty icon="map" title={t('mapEmpty')} text={t('mapEmptyText')}>
        {may('AddImage') && (
          <LinkButton look="primary" href={`/instances/${instance.name}/add`}>
            {t('addImages')}
          </LinkButton>
        )}
      </Empty>
    </Card>
  )
}

function MapView({
  instance,
  images,
  points,
  explained,
}: {
  instance: Instance
  images: number
  points: readonly MapPoint[]
  explained: readonly [number, number]
}) {
  const [params, setParams] = useSearchParams()
  const within = params.get('within') ?? ''
  const [view, setView] = useState<View>(WHOLE)
  const [frame, setFrame] = useState<Frame>({ width: 0, height: 0 })
  const [isLasso, setLasso] = useState(false)
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set())
  const [currentId, setCurrent] = useState<number>()
  const legend = useRef<HTMLDivElement>(null)
  const categoryName = useCategoryName()

  const groups = useMemo(() => groupsOf(points, categoryName, instance.serviceType), [points, categoryName(0)])
  const lookOf = useMemo(() => looksOf(groups), [groups])
  const polygon = useMemo(() => parsePolygon(within), [within])
  const chosen = useMemo(
    () => (polygon.length > 0 ? points.filter((point) => isInside(point, polygon)) : []),
    [points, polygon],
  )
  const dots = useMemo(
    () =>
      points.map((point): MapDot => {
        const look = lookOf(point.categoryId)
        const isDimmed = hidden.has(look) || (polygon.length > 0 && !isInside(point, polygon))
        const picture = instance.thumbnails ? thumbnailOf(instance.name, point.id) : ''
        return { ...point, look: isDimmed ? -1 : look, picture }
      }),
    [points, lookOf, hidden, polygon, instance],
  )
  const current = dots.find((dot) => dot.id === currentId)

  const address = (change: Record<string, string>) => {
    const next = new URLSearchParams(params)
    for (const [key, text] of Object.entries(change)) {
      if (text) next.set(key, text)
      else next.delete(key)
    }
    return next
  }
  const choose = (corners: Parameters<typeof formatPolygon>[0]) =>
    setParams(address({ within: formatPolygon(corners) }), { replace: true })
  const [product, pic] = [params.get('product'), params.get('pic')]
  const base = `/instances/${instance.name}`

  return (
    <div class={s.page}>
      <Card isFlush>
        <div class={s.bar}>
          <Controls isLasso={isLasso} onLasso={setLasso} view={view} onView={setView} frame={frame} />
          <div class={s.choice} role="status">
            {polygon.length > 0 ? (
              <>
                <span>{t('chosenCount', { n: chosen.length })}</span>
                {chosen.length > 0 && (
                  <LinkButton look="primary" small icon="picture" href={`${base}/catalogue?within=${within}`}>
                    {t('showInCatalogue')}
                  </LinkButton>
                )}
                <Button small onClick={() => choose([])}>
                  {t('clearChoice')}
                </Button>
              </>
            ) : (
              <Button small icon="lasso" onClick={() => choose(cornersOf(frame, view))}>
                {t('chooseView')}
              </Button>
            )}
          </div>
        </div>
        <PointMap
          label={t('mapLabel', { n: points.length })}
          dots={dots}
          colours={() => [...(legend.current?.querySelectorAll('i') ?? [])]}
          polygon={polygon}
          isLasso={isLasso}
          view={view}
          current={current}
          onView={setView}
          onFrame={setFrame}
          onCurrent={(dot) => setCurrent(dot?.id)}
          onOpen={({ productId, picName }) => setParams(address({ product: productId, pic: picName }))}
          onPolygon={choose}
        >
          {current && (
            <>
              <Thumbnail key={current.id} src={current.picture} alt="" />
              <div class={s.tip}>
                <strong>{current.productId}</strong>
                <span>{current.picName}</span>
                {groups.length > 1 && <span>{categoryName(current.categoryId)}</span>}
              </div>
            </>
          )}
        </PointMap>
        <Legend box={legend} groups={groups} hidden={hidden} onHidden={setHidden} />
      </Card>
      <p class={s.about}>
        {images > points.length ? t('mapSample', { n: points.length, of: images }) : t('mapAll', { n: images })}{' '}
        {t('mapExplained', { share: percent(explained[0] + explained[1]) })} {t('mapHelp')}
      </p>
      <p class="visually-hidden" role="status">
        {current && `${current.productId} / ${current.picName}, ${categoryName(current.categoryId)}`}
      </p>
      {product && pic && (
        <ImageDialog
          key={`${product}\n${pic}`}
          instance={instance}
          image={{ productId: product, picName: pic }}
          href={(key) => `${base}/map?${address({ product: key.productId, pic: key.picName })}`}
          onClose={() => setParams(address({ product: '', pic: '' }))}
        />
      )}
    </div>
  )
}

/** What a drag does, and how much is seen. */
function Controls({
  isLasso,
  onLasso,
  view,
  onView,
  frame,
}: {
  isLasso: boolean
  onLasso: (isLasso: boolean) => void
  view: View
  onView: (view: View) => void
  frame: Frame
}) {
  const zoom = (factor: number) => onView(zoomAt({ x: frame.width / 2, y: frame.height / 2 }, factor, frame, view))
  return (
    <>
      <fieldset class={s.modes} aria-label={t('mapDrag')}>
        <button type="button" aria-pressed={!isLasso} onClick={() => onLasso(false)}>
          {t('mapMove')}
        </button>
        <button type="button" aria-pressed={isLasso} onClick={() => onLasso(true)}>
          {t('mapLasso')}
        </button>
      </fieldset>
      <Button small icon="plus" aria-label={t('zoomIn')} onClick={() => zoom(ZOOM_STEP)} />
      <Button
        small
        icon="minus"
        aria-label={t('zoomOut')}
        disabled={view.zoom <= 1}
        onClick={() => zoom(1 / ZOOM_STEP)}
      />
      <Button small disabled={view.zoom <= 1} onClick={() => onView(WHOLE)}>
        {t('mapWhole')}
      </Button>
    </>
  )
}

/** The colours with their categories, each of which can be dimmed; the painter takes the colours from here. */
function Legend({
  box,
  groups,
  hidden,
  onHidden,
}: {
  box: RefObject<HTMLDivElement>
  groups: readonly Group[]
  hidden: ReadonlySet<number>
  onHidden: (hidden: ReadonlySet<number>) => void
}) {
  const toggle = (look: number) => {
    const next = new Set(hidden)
    if (!next.delete(look)) next.add(look)
    onHidden(next)
  }
  return (
    <div ref={box} class={groups.length > 1 ? s.legend : s.plain}>
      {groups.map(({ key, name, count }, i) => (
        <button key={key} type="button" aria-pressed={!hidden.has(i)} onClick={() => toggle(i)}>
          <i class={groups.length > 1 && key !== REST ? s[`c${i}`] : s.rest} />
          {name} <span class="number">{number(count)}</span>
        </button>
      ))}
      <i class={s.dimmed} hidden />
    </div>
  )
}

/** Stands for the categories that have no colour of their own. */
const REST = -1

/** Categories by number of images; those beyond the colours together. Without categories all are one. */
function groupsOf(
  points: readonly MapPoint[],
  categoryName: (id: number) => string,
  serviceType: Instance['serviceType'],
): Group[] {
  if (serviceType !== 'product') return [{ key: REST, name: t('images'), count: points.length }]
  const counts = new Map<number, number>()
  for (const { categoryId } of points) counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1)
  const sorted = [...counts]
    .map(([key, count]) => ({ key, name: categoryName(key), count }))
    .sort((a, b) => b.count - a.count || a.key - b.key)
  if (sorted.length <= COLOURS) return sorted
  const rest = sorted.slice(COLOURS - 1)
  const count = rest.reduce((sum, group) => sum + group.count, 0)
  return [...sorted.slice(0, COLOURS - 1), { key: REST, name: t('mapRest', { n: rest.length }), count }]
}

function looksOf(groups: readonly Group[]): (categoryId: number) => number {
  const looks = new Map(groups.map(({ key }, i) => [key, i]))
  const rest = looks.get(REST) ?? groups.length - 1
  return (categoryId) => looks.get(categoryId) ?? rest
}
