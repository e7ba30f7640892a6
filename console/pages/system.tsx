import { Route, Switch } from 'wouter-preact'
import { t } from '../i18n/index.ts'
import { PageHead, Tabs } from '../parts/page.tsx'
import { AuditPage } from './system-audit.tsx'
import { DoctorPage } from './system-doctor.tsx'
import { HealthPage } from './system-health.tsx'

/** Is everything well, what is it doing, what was changed. */
export default function SystemPage() {
  return (
    <>
      <PageHead title={t('system')} about={t('systemAbout')} />
      <Tabs
        label={t('system')}
        tabs={[
          ['/system', t('healthTab')],
          ['/system/doctor', t('doctor')],
          ['/system/audit', t('audit')],
        ]}
      />
      <Switch>
        <Route path="/system">
          <HealthPage />
        </Route>
        <Route path="/system/doctor">
          <DoctorPage />
        </Route>
        <Route path="/system/audit">
          <AuditPage />
        </Route>
      </Switch>
    </>
  )
}
