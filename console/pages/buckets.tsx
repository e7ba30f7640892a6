import { useMutation } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { useSearchParams } from 'wouter-preact'
import { type Bucket, testBucket, useBuckets, useRemoveBucket } from '../api/buckets.ts'
import { useMay } from '../api/session.ts'
import { moment, named, t } from '../i18n/index.ts'
import { BucketBrowser } from '../parts/bucket-browser.tsx'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { Badge, Card, Empty, Failure, Loading, Note, PageHead } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import { say } from '../parts/toast.tsx'
import { AddBucketDialog } from './add-bucket.tsx'
import { ReplaceKeyDialog } from './bucket-key.tsx'
import s from './buckets.module.css'

/** Where imports find pictures. */
export default function BucketsPage() {
  const buckets = useBuckets()
  const may = useMay()
  const [params, setParams] = useSearchParams()
  const [isAdding, openAdd] = useState(false)
  const [tested, test] = useState<string>()
  const [removed, remove] = useState<string>()
  const [rekeyed, rekey] = useState<Bucket>()
  const browsed = params.get('browse') ?? ''
  const list = buckets.data?.buckets
  return (
    <>
      <PageHead title={t('buckets')} about={t('bucketsAbout')}>
        {may('oss:PutBucket') && list && list.length > 0 && (
          <Button look="primary" icon="plus" onClick={() => openAdd(true)}>
            {t('addBucket')}
          </Button>
        )}
      </PageHead>
      {buckets.isPending && <Loading />}
      <Failure error={buckets.error} onRetry={() => buckets.refetch()} />
      {list?.length === 0 && (
        <Card>
          <Empty icon="bucket" title={t('noBuckets')} text={t('noBucketsText')}>
            {may('oss:PutBucket') && (
              <Button look="primary" onClick={() => openAdd(true)}>
                {t('addBucket')}
              </Button>
            )}
          </Empty>
        </Card>
      )}
      {list && list.length > 0 && (
        <Card isFlush>
          <TableScroll label={t('buckets')}>
            <table class={`${table.table} ${table.stacked}`}>
              <thead>
                <tr>
                  <th>{t('name')}</th>
                  <th>{t('kind')}</th>
                  <th>{t('place')}</th>
                  <th>{t('created')}</th>
                  <th>
                    <span class="visually-hidden">{t('actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((bucket) => (
                  <tr key={bucket.name}>
                    <td class={table.strong}>{bucket.name}</td>
                    <td>
                      <Badge>{t(`driver.${bucket.driver}`)}</Badge>
                    </td>
                    <td class={`mono ${s.place} ${table.whole}`}>
                      {place(bucket)}
                      {bucket.accessKeyId && <div class={table.sub}>{t('signsWith', { key: bucket.accessKeyId })}</div>}
                    </td>
                    <td class={table.tight}>{moment(bucket.createdMs)}</td>
                    <td class={table.tight}>
                      <div class={s.actions}>
                        <Button small icon="folder" onClick={() => setParams({ browse: bucket.name })}>
                          {t('browse')}
                        </Button>
                        <Button small icon="check" onClick={() => test(bucket.name)}>
                          {t('testBucket')}
                        </Button>
                        {may('oss:PutBucket') && bucket.accessKeyId && (
                          <Button
                            small
                            look="quiet"
                            icon="key"
                            aria-label={t('replaceKeyOf', { name: bucket.name })}
                            onClick={() => rekey(bucket)}
                          />
                        )}
                        {may('DeleteBucket') && (
                          <Button
                            small
                            look="quiet"
                            icon="trash"
                            aria-label={t('removeBucket', { name: bucket.name })}
                            onClick={() => remove(bucket.name)}
                          />
                        )}
                      </div>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
        </Card>
      )}
      {isAdding && (
        <AddBucketDialog
          onClose={() => openAdd(false)}
          onAdded={(name) => {
            openAdd(false)
            test(name)
          }}
        />
      )}
      {rekeyed && (
        <ReplaceKeyDialog
          bucket={rekeyed}
          onClose={() => rekey(undefined)}
          onReplaced={() => {
            rekey(undefined)
            test(rekeyed.name)
          }}
        />
      )}
      {tested && <TestDialog name={tested} onClose={() => test(undefined)} />}
      {removed && <RemoveDialog name={removed} onClose={() => remove(undefined)} />}
      {browsed && (
        <Dialog title={browsed} isWide onClose={() => setParams({})}>
          <BucketBrowser
            bucket={browsed}
            prefix={params.get('in') ?? ''}
            onPrefix={(to) => setParams({ browse: browsed, ...(to && { in: to }) }, { replace: true })}
          />
        </Dialog>
      )}
    </>
  )
}

/** Where it lies, in one line; how it signs and its limits are details. */
function place({ options }: Bucket): string {
  const { folder, url, endpoint, bucket, region, roleArn } = options
  return [folder, url, endpoint, bucket, region, roleArn].filter(Boolean).join(' · ')
}

function TestDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const test = useMutation({ mutationFn: () => testBucket(name) })
  const [isStarted, start] = useState(false)
  if (!isStarted) {
    start(true)
    test.mutate()
  }
  return (
    <Dialog title={t('testOf', { name })} onClose={onClose}>
      {test.isPending && <Loading />}
      <Failure error={test.error} onRetry={() => test.mutate()} />
      {test.data?.ok && <Note>{t('testGood')}</Note>}
      <ul class={s.steps}>
        {test.data?.steps.map((step) => (
          <li key={step.name} class={step.ok ? s.good : s.bad}>
            <Icon name={step.ok ? 'check' : 'warning'} />
            <div>
              <strong>{named('step', step.name)}</strong>
              <div class="muted">{step.detail}</div>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function RemoveDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = useRemoveBucket()
  return (
    <Dialog
      title={t('removeBucket', { name })}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate(name, {
          onSuccess: () => {
            say(t('bucketRemoved', { name }))
            onClose()
          },
        })
      }
      action={
        <Button look="danger" type="submit" disabled={remove.isPending}>
          {t('remove')}
        </Button>
      }
    >
      <p>{t('removeBucketText')}</p>
      <Failure error={remove.error} />
    </Dialog>
  )
}
