import { Link } from 'wouter-preact'
import { useGrowth } from '../api/charts.ts'
import { useCatalogue } from '../api/images.ts'
import { useImports } from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { connectSnippets } from '../api/snippets.ts'
import { fullMoment, moment, named, number, t } from '../i18n/index.ts'
import { LinkButton } from '../parts/button.tsx'
import { CodeTabs, Copyable } from '../parts/code.tsx'
import { Badge, Card, Empty, Facts, Figures, StateBadge } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import { TimePlot } from '../parts/time-plot.tsx'
import s from './overview.module.css'

const STRIP = 12

/** How the instance has grown, up to now. */
function Growth({ instance: { name, images, createdMs } }: { instance: Instance }) {
  const may = useMay(name)
  const points = useGrowth(name, may('ListImages')).data?.points
  if (!points?.length) return null
  const shown = [
    { atMs: Math.min(createdMs, points[0]?.atMs ?? createdMs), value: 0 },
    ...points.map(({ atMs, images: value }) => ({ atMs, value })),
    { atMs: Date.now(), value: images },
  ]
  return (
    <Card>
      <TimePlot name={t('growth')} points={shown} format={(value) => number(value)} />
    </Card>
  )
}

export default function OverviewPage({ instance }: { instance: Instance }) {
  const { name, images, capacity, searchQps, writeQps, index } = instance
  const base = `/instances/${name}`
  const may = useMay(name)
  const imports = useImports(name, { limit: 5, start: 0 })
  const pictures = useCatalogue(name, { limit: STRIP, start: 0 })
  const last = imports.data?.imports[0]
  const limit = (qps: number) => (qps === 0 ? t('noLimit') : t('aSecond', { n: qps }))
  return (
    <div class={s.page}>
      <Figures
        figures={[
          { name: t('images'), value: number(images), note: t('ofCapacity', { n: capacity }) },
          {
            name: t('health'),
            value: index?.isRebuilding ? t('indexRebuilding') : t('ready'),
            note: index ? t('indexRows', { n: index.rows }) : '',
          },
          {
            name: t('lastImport'),
            value: last ? (last.failed ? t('rowsFailed', { n: last.failed }) : named('state', last.state)) : '–',
            note: last ? moment(last.createdMs) : t('none'),
          },
          { name: t('searchQps'), value: limit(searchQps), note: t('writesNote', { limit: limit(writeQps) }) },
        ]}
      />
      <div class={s.columns}>
        <div class={s.page}>
          <Card
            title={t('imports')}
            isFlush
            actions={
              imports.data && imports.data.total > 0 && <Link href={`${base}/imports`}>{t('importHistory')}</Link>
            }
          >
            {imports.data?.total === 0 ? (
              <Empty icon="import" title={t('noImports')} text={t('noImportsText')}>
                {may('IncreaseInstance') && (
                  <LinkButton look="primary" href={`${base}/imports/new`}>
                    {t('import')}
                  </LinkButton>
                )}
                {may('AddImage') && <LinkButton href={`${base}/add`}>{t('addImages')}</LinkButton>}
              </Empty>
            ) : (
              <div class={s.imports}>
                {imports.data?.imports.map((one) => (
                  <Link key={one.id} href={`${base}/imports/${one.id}`}>
                    <StateBadge state={one.state} failed={one.failed} />
                    <span class={s.path}>
                      {one.bucket}
                      {one.path === '/' ? '' : one.path} <span class="muted">{t('rowsDone', { n: one.ok })}</span>
                      {one.failed > 0 && <span class="muted"> · {t('rowsFailed', { n: one.failed })}</span>}
                    </span>
                    <span class="muted">{moment(one.createdMs)}</span>
                  </Link>
                ))}
              </div>
            )}
          </Card>
          <Growth instance={instance} />
        </div>
        <Card title={t('basicInformation')}>
          <Facts
            facts={[
              [t('id'), String(instance.id)],
              [t('serviceType'), named('serviceType', instance.serviceType)],
              [t('endpoint'), <Copyable key="endpoint" text={location.origin} />],
              [t('model'), <code key="model">{instance.model}</code>],
              [t('capacity'), number(capacity)],
              [t('pictureRules'), named('rules', instance.pictureRules)],
              [t('thumbnails'), instance.thumbnails ? t('yes') : t('no')],
              [
                t('defaultRole'),
                instance.defaultRole ? (
                  <code key="role">{instance.defaultRole}</code>
                ) : (
                  <span class="muted">{t('none')}</span>
                ),
              ],
              [t('created'), fullMoment(instance.createdMs)],
            ]}
          />
        </Card>
      </div>
      {pictures.data && pictures.data.images.length > 0 && (
        <Card
          title={t('catalogue')}
          actions={
            <Link href={`${base}/catalogue`}>
              {t('allImages')} <Badge>{number(images)}</Badge>
            </Link>
          }
        >
          <div class={s.strip}>
            {pictures.data.images.map((image) => (
              <Link
                key={image.id}
                href={`${base}/catalogue?product=${encodeURIComponent(image.productId)}&pic=${encodeURIComponent(image.picName)}`}
                title={`${image.productId} / ${image.picName}`}
              >
                <Thumbnail src={image.thumbnail} alt={`${image.productId} / ${image.picName}`} />
              </Link>
            ))}
          </div>
        </Card>
      )}
      <Card title={t('connectTitle')}>
        <div class={s.stack}>
          <p class="muted">{t('connectText')}</p>
          <CodeTabs label={t('language')} codes={connectSnippets(location.origin, name)} />
        </div>
      </Card>
    </div>
  )
}
