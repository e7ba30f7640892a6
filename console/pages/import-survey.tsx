import { useLocation } from 'wouter-preact'
import { type ImportStatus, type ImportSurvey, useStartImport } from '../api/imports.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { duration, number, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Card, Failure, Figures, Note } from '../parts/page.tsx'
import s from './imports.module.css'

/** What a dry run has found: how much there is to do, whether it fits, how long it takes; and the import itself. */
export function Survey({
  status,
  survey,
  instance,
}: {
  status: ImportStatus
  survey: ImportSurvey
  instance: Instance
}) {
  const { pictures, newImages, room, rowsASecond, seconds } = survey
  const start = useStartImport(instance.name)
  const may = useMay(instance.name)
  const [, go] = useLocation()
  const { bucket, path, roleArn, skipUnchanged } = status
  const begin = () =>
    start.mutate(
      { bucket, path, ...(roleArn && { roleArn }), ...(skipUnchanged && { skipUnchanged }) },
      { onSuccess: ({ id }) => go(`/instances/${instance.name}/imports/${id}`) },
    )
  return (
    <Card title={t('surveyTitle')}>
      <div class={s.fields}>
        <Figures
          figures={[
            { name: t('surveyPictures'), value: number(pictures) },
            { name: t('surveyNew'), value: number(newImages), note: t('atMostNote') },
            { name: t('surveyRoom'), value: number(room) },
            {
              name: t('surveyTime'),
              value: seconds > 0 ? duration(seconds * 1000) : '–',
              note: rowsASecond > 0 ? t('rowsASecond', { n: Math.round(rowsASecond) }) : undefined,
            },
          ]}
        />
        {newImages > room && <Note isWarning>{t('surveyFull', { n: newImages - room })}</Note>}
        {status.failed > 0 && <Note>{t('surveyFailed', { n: status.failed })}</Note>}
        <Failure error={start.error} />
        {may('IncreaseInstance') && (
          <div class={s.foot}>
            <Button look="primary" icon="import" disabled={start.isPending || pictures === 0} onClick={begin}>
              {t('importNow')}
            </Button>
          </div>
        )}
      </div>
    </Card>
  )
}
