import { Redirect, Route, Switch } from 'wouter-preact'
import { t } from '../i18n/index.ts'
import { PageHead, Tabs } from '../parts/page.tsx'
import { PoliciesPage } from './access-policies.tsx'
import { RolesPage } from './access-roles.tsx'
import { SimulatePage } from './access-simulate.tsx'
import { UserPage, UsersPage } from './access-users.tsx'

/** Who may do what. */
export default function AccessPage() {
  return (
    <>
      <PageHead title={t('access')} about={t('accessAbout')} />
      <Tabs
        label={t('access')}
        tabs={[
          ['/access/users', t('users')],
          ['/access/roles', t('roles')],
          ['/access/policies', t('policies')],
          ['/access/simulate', t('simulate')],
        ]}
      />
      <Switch>
        <Route path="/access">
          <Redirect to="/access/users" replace />
        </Route>
        <Route path="/access/users/:name">{({ name }) => <UserPage key={name} name={name} />}</Route>
        <Route path="/access/users">
          <UsersPage />
        </Route>
        <Route path="/access/roles">
          <RolesPage />
        </Route>
        <Route path="/access/policies">
          <PoliciesPage />
        </Route>
        <Route path="/access/simulate">
          <SimulatePage />
        </Route>
      </Switch>
    </>
  )
}
