import { useDoctor } from '../api/health.ts'
import { useMay } from '../api/session.ts'
import { number, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Badge, Card, Empty, Failure, Loading } from '../parts/page.tsx'
import s from './system.module.css'

/** Compares store, index and thumbnails, and sets right what can be derived. */
export function DoctorPage() {
  const doctor = useDoctor()
  const may = useMay()
  const findings = doctor.data?.findings
  const canRepair = findings?.some(({ repaired }) => !repaired)
  if (!may('ExamineServer')) return <p class="muted">{t('doctorNotAllowed')}</p>
  return (
    <div class={s.stack}>
      <p class="muted">{t('doctorText')}</p>
      <div class={s.actions}>
        <Button look="primary" icon="search" disabled={doctor.isPending} onClick={() => doctor.mutate(false)}>
          {t('examine')}
        </Button>
        {canRepair && (
          <Button disabled={doctor.isPending} onClick={() => doctor.mutate(true)}>
            {t('repair')}
          </Button>
        )}
      </div>
      {doctor.isPending && <Loading />}
      <Failure error={doctor.error} />
      {findings?.length === 0 && (
        <Card>
          <Empty icon="check" title={t('healthy')} text={t('healthyText')} />
        </Card>
      )}
      {findings?.map(({ kind, instance, count, examples, repaired, hint }) => (
        <Card
          key={`${kind} ${instance}`}
          title={instance ? `${kind} · ${instance}` : kind}
          actions={<Badge tone={repaired ? 'good' : 'warn'}>{repaired ? t('repaired') : number(count)}</Badge>}
        >
          <div class={s.findings}>
            <p>{hint}</p>
            <ul class="mono">
              {examples.map((example) => (
                <li key={example}>{example}</li>
              ))}
            </ul>
          </div>
        </Card>
      ))}
    </div>
  )
}
