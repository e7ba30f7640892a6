import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'preact/hooks'
import { useLocation, useSearchParams } from 'wouter-preact'
import { useBrowse, useBuckets } from '../api/buckets.ts'
import { ApiError } from '../api/client.ts'
import { type ImportStart, type ManifestPreview, previewManifest, useStartImport } from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { bytes, t } from '../i18n/index.ts'
import { BucketBrowser, MANIFEST } from '../parts/bucket-browser.tsx'
import { Button, LinkButton } from '../parts/button.tsx'
import { CheckField, SelectField, TextField } from '../parts/field.tsx'
import { Badge, Card, Empty, Facts, Failure, Loading, Note } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import { AddBucketDialog } from './add-bucket.tsx'
import s from './imports.module.css'

/** Nothing is asked of a web server before the path is typed. */
const TYPING_MS = 500

/** More > Import: where the manifest lies, what its first lines say, then start. */
export default function NewImportPage({ instance }: { instance: Instance }) {
  const [, go] = useLocation()
  const [params, setParams] = useSearchParams()
  const buckets = useBuckets()
  const names = buckets.data?.buckets.map(({ name }) => name) ?? []
  const bucket = params.get('bucket') ?? names[0] ?? ''
  const path = params.get('path') ?? '/'
  const prefix = path === '/' ? '' : `${path.slice(1)}/`
  const set = (values: { bucket?: string; path?: string }) => setParams({ bucket, path, ...values }, { replace: true })

  const mayAdd = useMay()('oss:PutBucket')
  const [roleArn, setRoleArn] = useState('')
  const [isAdding, openAdd] = useState(false)
  const start = useStartImport(instance.name)
  const [options, setOptions] = useState<Options>({ skipUnchanged: false, queue: false, callbackAddress: '' })
  const role = roleArn.trim()
  const source = { bucket, path, ...(role && { roleArn: role }) }
  const run = (dryRun: boolean) => {
    const { skipUnchanged, queue } = options
    const callbackAddress = options.callbackAddress.trim()
    const input: ImportStart = {
      ...source,
      ...(dryRun && { dryRun }),
      ...(skipUnchanged && { skipUnchanged }),
      ...(queue && { queue }),
      ...(callbackAddress && { callbackAddress }),
    }
    start.mutate(input, { onSuccess: ({ id }) => go(`/instances/${instance.name}/imports/${id}`) })
  }

  const listing = useBrowse(bucket, prefix)
  const hasManifest = listing.data?.objects.some(({ key }) => key.split('/').at(-1) === MANIFEST) ?? false
  // A web server has no listings: whether the manifest is there, reading it tells.
  const isUnlisted = listing.error instanceof ApiError && listing.error.code === 'BucketNotListable'
  const preview = useMutation({ mutationFn: () => previewManifest(instance.name, source) })
  const canStart = hasManifest || (isUnlisted && preview.data !== undefined)
  // Another folder is another manifest.
  useEffect(() => {
    preview.reset()
    start.reset()
    if (!isUnlisted && (!hasManifest || listing.isPlaceholderData)) return
    const timer = setTimeout(() => preview.mutate(), isUnlisted ? TYPING_MS : 0)
    return () => clearTimeout(timer)
  }, [bucket, path, hasManifest, isUnlisted, listing.isPlaceholderData])

  if (buckets.isPending) return <Loading />
  if (buckets.error) return <Failure error={buckets.error} onRetry={() => buckets.refetch()} />

  const adding = isAdding && (
    <AddBucketDialog
      onClose={() => openAdd(false)}
      onAdded={(name) => {
        set({ bucket: name, path: '/' })
        openAdd(false)
      }}
    />
  )
  if (names.length === 0) {
    return (
      <Card>
        <Empty icon="bucket" title={t('noBuckets')} text={t('noBucketsImportText')}>
          {mayAdd && (
            <Button look="primary" onClick={() => openAdd(true)}>
              {t('addBucket')}
            </Button>
          )}
        </Empty>
        {adding}
      </Card>
    )
  }
  return (
    <form
      class={s.form}
      onSubmit={(event) => {
        event.preventDefault()
        run(false)
      }}
    >
      <div class={s.fields}>
        <TextField label={t('instance')} value={instance.name} readOnly disabled />
        <TextField
          label="ARN"
          mono
          spellcheck={false}
          placeholder={instance.defaultRole || 'acs:ram::…:role/…'}
          hint={instance.defaultRole ? t('arnDefaultHint') : t('arnHint')}
          value={roleArn}
          onText={setRoleArn}
          onBlur={() => (hasManifest || isUnlisted) && preview.mutate()}
        />
        <SelectField
          label={t('bucket')}
          value={bucket}
          onChoose={(name) => set({ bucket: name, path: '/' })}
          options={names.map((name) => ({ value: name, text: name }))}
        />
        <TextField
          label={t('path')}
          mono
          spellcheck={false}
          hint={t('pathHint')}
          value={path}
          onText={(text) => set({ path: text })}
        />
        {isUnlisted ? (
          <Note>{t('cannotBrowse')}</Note>
        ) : (
          <BucketBrowser
            bucket={bucket}
            prefix={prefix}
            onPrefix={(to) => set({ path: to === '' ? '/' : `/${to.replace(/\/$/, '')}` })}
          />
        )}
        {mayAdd && (
          <div>
            <Button small icon="plus" onClick={() => openAdd(true)}>
              {t('addBucket')}
            </Button>
          </div>
        )}
        <OptionFields options={options} onOptions={setOptions} />
        <Failure error={start.error} />
        <div class={s.foot}>
          <Button look="primary" type="submit" icon="import" disabled={!canStart || start.isPending}>
            {t('startImport')}
          </Button>
          <Button
            icon="check"
            title={t('dryRunText')}
            disabled={!canStart || start.isPending}
            onClick={() => run(true)}
          >
            {t('dryRun')}
          </Button>
          <LinkButton href={`/instances/${instance.name}/imports`}>{t('cancel')}</LinkButton>
        </div>
      </div>
      <div class={s.page}>
        {preview.isPending && <Loading />}
        <Failure error={preview.error} onRetry={() => preview.mutate()} />
        {preview.data && <Preview preview={preview.data} />}
        {!hasManifest && listing.data && !preview.data && (
          <Card>
            <Empty icon="file" title={t('noManifest')} text={t('noManifestText')} />
          </Card>
        )}
      </div>
      {adding}
    </form>
  )
}

interface Options {
  readonly skipUnchanged: boolean
  readonly queue: boolean
  readonly callbackAddress: string
}

function OptionFields({ options, onOptions }: { options: Options; onOptions: (options: Options) => void }) {
  const set = (change: Partial<Options>) => onOptions({ ...options, ...change })
  return (
    <details class={s.options}>
      <summary>{t('options')}</summary>
      <div class={s.fields}>
        <CheckField
          label={
            <>
              {t('skipUnchanged')} <span class={`${s.hint} ${s.own}`}>{t('skipUnchangedText')}</span>
            </>
          }
          isOn={options.skipUnchanged}
          onToggle={(skipUnchanged) => set({ skipUnchanged })}
        />
        <CheckField
          label={
            <>
              {t('queueImport')} <span class={`${s.hint} ${s.own}`}>{t('queueImportText')}</span>
            </>
          }
          isOn={options.queue}
          onToggle={(queue) => set({ queue })}
        />
        <TextField
          label={t('callbackAddress')}
          type="url"
          mono
          placeholder="https://"
          hint={t('callbackHint')}
          value={options.callbackAddress}
          onText={(callbackAddress) => set({ callbackAddress })}
        />
      </div>
    </details>
  )
}

function Preview({ preview }: { preview: ManifestPreview }) {
  const bad = preview.lines.filter(({ error, object }) => error || (object && !(object.isThere && object.isAllowed)))
  return (
    <>
      <Facts
        facts={[
          [t('manifest'), <code key="key">{preview.key}</code>],
          [t('size'), bytes(preview.sizeBytes)],
        ]}
      />
      {bad.length > 0 && <Note isWarning>{t('previewBad', { n: bad.length, of: preview.lines.length })}</Note>}
      <Card
        title={preview.isAll ? t('allLines') : t('firstLines', { n: preview.lines.length })}
        isFlush
        actions={bad.length === 0 && <Badge tone="good">{t('previewGood')}</Badge>}
      >
        <TableScroll label={t('manifest')}>
          <table class={`${table.table} ${table.top}`}>
            <thead>
              <tr>
                <th class={table.right}>{t('line')}</th>
                <th>{t('operation')}</th>
                <th>ProductId</th>
                <th>PicName</th>
                <th>{t('check')}</th>
              </tr>
            </thead>
            <tbody>
              {preview.lines.map((line) => (
                <tr key={line.line}>
                  <td class={table.right}>{line.line}</td>
                  {line.error ? (
                    <td colSpan={3}>
                      <code class={s.lineText}>{line.text}</code>
                    </td>
                  ) : (
                    <>
                      <td>{line.operation}</td>
                      <td class="mono">{line.productId}</td>
                      <td class="mono">{line.picName ?? '–'}</td>
                    </>
                  )}
                  <td>
                    <LineCheck line={line} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      </Card>
    </>
  )
}

function LineCheck({ line: { error, object } }: { line: ManifestPreview['lines'][number] }) {
  if (error) {
    return (
      <div class={s.rowText}>
        <span>{error.message}</span>
        <span class={s.hint}>{error.hint}</span>
      </div>
    )
  }
  if (object && !object.isAllowed) return <Badge tone="bad">{t('notAllowed', { missing: object.missing })}</Badge>
  if (object && !object.isThere) return <Badge tone="bad">{t('pictureMissing')}</Badge>
  return <Badge tone="good">{t('fine')}</Badge>
}
