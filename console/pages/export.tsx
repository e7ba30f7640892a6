import { useDumps, useStartDump } from '../api/dumps.ts'
import { fullMoment, t } from '../i18n/index.ts'
import { Button, DownloadLink } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Badge, Failure, Loading } from '../parts/page.tsx'
import table from '../parts/table.module.css'

/** All images of an instance as a manifest that can be imported again. */
export default function ExportDialog({ instance, onClose }: { instance: string; onClose: () => void }) {
  const { data, error, isPending } = useDumps(instance)
  const start = useStartDump(instance)
  return (
    <Dialog
      title={t('exportMetadata')}
      onClose={onClose}
      onSubmit={() => start.mutate()}
      action={
        <Button look="primary" type="submit" disabled={start.isPending}>
          {t('exportAction')}
        </Button>
      }
    >
      <p class="muted">{t('exportText')}</p>
      {isPending && <Loading />}
      <Failure error={error ?? start.error} />
      {data && data.dumps.length > 0 && (
        <table class={table.table}>
          <tbody>
            {data.dumps.map((dump) => (
              <tr key={dump.id}>
                <td>{fullMoment(dump.createdMs)}</td>
                <td>
                  {dump.state === 'running' && <Badge tone="info">{t('exporting')}</Badge>}
                  {dump.state === 'failed' && <Badge tone="bad">{t('state.failed')}</Badge>}
                  {dump.state === 'done' && t('imageCount', { n: dump.images })}
                </td>
                <td class={table.tight}>
                  {dump.download && (
                    <DownloadLink small icon="download" href={dump.download} download="increment.meta">
                      {t('download')}
                    </DownloadLink>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  )
}
