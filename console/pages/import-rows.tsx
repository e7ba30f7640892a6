import { useState } from 'preact/hooks'
import { useSearchParams } from 'wouter-preact'
import {
  failedManifestAddress,
  type ImportStatus,
  isEnded,
  type RowOutcome,
  rowPictureAddress,
  rowsAddress,
  SKIPPED,
  useImportRows,
} from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { named, number, t } from '../i18n/index.ts'
import { CauseBars } from '../parts/bars.tsx'
import { DownloadLink } from '../parts/button.tsx'
import { Card, Empty, Failure, Note, Pager } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import s from './imports.module.css'

const PAGE = 50
/** These rows are only counted. */
const NOT_LISTED: ReadonlySet<string> = new Set(['blank', 'unchanged'])
/** There is no object to show, or the role may not read it. */
const WITHOUT_PICTURE: ReadonlySet<string> = new Set(['RowObjectMissing', 'RowNotPermitted', 'ObjectNotReadable'])

/** Rows that were not carried out: how many of each cause, which, why, and what to do; to be downloaded. */
export function RowsNotDone({ status, instance }: { status: ImportStatus; instance: Instance }) {
  const [params, setParams] = useSearchParams()
  const code = params.get('code') ?? ''
  const causes = Object.entries(status.causes).sort((a, b) => b[1] - a[1])
  // Pages go by line, so the way back is the list of where pages began.
  const [starts, setStarts] = useState<readonly number[]>([0])
  const afterLine = starts.at(-1) ?? 0
  const hasRows = causes.length > 0
  const { data, error } = useImportRows(status, { afterLine, limit: PAGE, ...(code && { code }) }, hasRows)
  const may = useMay(instance.name)
  if (!hasRows) {
    return isEnded(status) && status.lines > 0 ? (
      <Card>
        <Empty
          icon="check"
          title={t('noFailedRows')}
          text={t(status.isDryRun ? 'noFailedRowsDryText' : 'noFailedRowsText')}
        />
      </Card>
    ) : null
  }
  const listed = causes.filter(([cause]) => !NOT_LISTED.has(cause))
  const total = code ? (status.causes[code] ?? 0) : listed.reduce((sum, [, count]) => sum + count, 0)
  const start = (starts.length - 1) * PAGE
  const rows = data?.rows ?? []
  return (
    <>
      <Card title={t('causes')}>
        <CauseBars
          counts={causes}
          name={(key) => named('cause', key)}
          chosen={code}
          isSkipped={(key) => SKIPPED.has(key)}
          onChoose={(key) => {
            setStarts([0])
            setParams(key ? { code: key } : {}, { replace: true })
          }}
        />
      </Card>
      {NOT_LISTED.has(code) && <Note>{t('onlyCounted')}</Note>}
      {listed.length > 0 && !NOT_LISTED.has(code) && (
        <Card
          title={code ? t('rowsWith', { code: named('cause', code) }) : t('rowsNotDone')}
          actions={<Downloads status={status} code={code} />}
          isFlush
        >
          <Failure error={error} />
          <RowTable id={status.id} rows={rows} hasPictures={may('GetThumbnail')} />
          <Pager
            start={start}
            limit={PAGE}
            shown={rows.length}
            total={total}
            onStart={(to) =>
              setStarts((before) => (to > start ? [...before, rows.at(-1)?.line ?? 0] : before.slice(0, -1)))
            }
          />
        </Card>
      )}
    </>
  )
}

function Downloads({ status: { id, failed }, code }: { status: ImportStatus; code: string }) {
  return (
    <div class={s.actions}>
      {failed > 0 && (
        <DownloadLink small icon="download" href={failedManifestAddress(id)} download="increment.meta">
          {t('downloadFailed')}
        </DownloadLink>
      )}
      <DownloadLink small icon="download" href={rowsAddress(id, code)} download={`import-${id}.ndjson`}>
        {t('downloadReasons')}
      </DownloadLink>
    </div>
  )
}

function RowTable({ id, rows, hasPictures }: { id: number; rows: readonly RowOutcome[]; hasPictures: boolean }) {
  return (
    <TableScroll label={t('rowsNotDone')}>
      <table class={`${table.table} ${table.top} ${table.stacked}`}>
        <thead>
          <tr>
            <th class={table.right}>{t('line')}</th>
            <th>{t('picture')}</th>
            <th>ProductId</th>
            <th>PicName</th>
            <th>{t('code')}</th>
            <th>{t('whatHappened')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td class={table.right}>{number(row.line)}</td>
              <td>
                <div class={s.rowPicture}>
                  <Thumbnail
                    src={
                      hasPictures && row.picName && !WITHOUT_PICTURE.has(row.code)
                        ? rowPictureAddress(id, row.line)
                        : ''
                    }
                    alt=""
                  />
                </div>
              </td>
              <td class={`mono ${s.name}`}>{row.productId || '–'}</td>
              <td class={`mono ${s.name}`}>{row.picName || '–'}</td>
              <td class={s.code}>{row.outcome === 'failed' ? row.code : named('cause', row.code)}</td>
              <td class={table.whole}>
                <div class={s.rowText}>
                  <span>{row.message}</span>
                  {row.hint && <span class={s.hint}>{row.hint}</span>}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}
