import { lazy } from 'preact/compat'
import { Route, Switch } from 'wouter-preact'
import { useInstance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { named, t } from '../i18n/index.ts'
import { LinkButton } from '../parts/button.tsx'
import { Badge, Empty, Failure, Loading, PageHead, Tabs } from '../parts/page.tsx'
import { MoreMenu } from './instance-menu.tsx'
import OverviewPage from './overview.tsx'

const TestPage = lazy(() => import('./test-service.tsx'))
const ImportsPage = lazy(() => import('./imports.tsx'))
const ImportPage = lazy(() => import('./import.tsx'))
const NewImportPage = lazy(() => import('./new-import.tsx'))
const CataloguePage = lazy(() => import('./catalogue.tsx'))
const MapPage = lazy(() => import('./map.tsx'))
const CopiesPage = lazy(() => import('./copies.tsx'))
const CopyDecisionsPage = lazy(() => import('./copy-decisions.tsx'))
const AddImagesPage = lazy(() => import('./add-images.tsx'))

/** Everything about one instance: its head, its tabs, and the page that the address names. */
export default function InstancePage({ name }: { name: string }) {
  const { data: instance, error, isPending, refetch } = useInstance(name)
  const may = useMay(name)
  const base = `/instances/${name}`
  if (isPending) return <Loading />
  if (error || !instance) return <Failure error={error} onRetry={() => refetch()} />
  return (
    <>
      <PageHead
        title={name}
        beside={<Badge>{named('serviceType', instance.serviceType)}</Badge>}
        trail={[['/instances', t('instances')]]}
      >
        {may('IncreaseInstance') && (
          <LinkButton icon="import" href={`${base}/imports/new`}>
            {t('import')}
          </LinkButton>
        )}
        <MoreMenu instance={instance} />
      </PageHead>
      <Tabs
        label={name}
        tabs={[
          [base, t('overview')],
          ...(may('SearchImageByPic') ? [[`${base}/test`, t('testService')] as const] : []),
          [`${base}/imports`, t('imports')],
          ...(may('ListImages')
            ? [[`${base}/catalogue`, t('catalogue')] as const, [`${base}/map`, t('map')] as const]
            : []),
          ...(may('ListCopies') ? [[`${base}/copies`, t('copies')] as const] : []),
          ...(may('AddImage') ? [[`${base}/add`, t('addImages')] as const] : []),
        ]}
      />
      <Switch>
        <Route path="/instances/:name">
          <OverviewPage instance={instance} />
        </Route>
        <Route path="/instances/:name/test">
          <TestPage instance={instance} />
        </Route>
        <Route path="/instances/:name/imports">
          <ImportsPage instance={instance} />
        </Route>
        <Route path="/instances/:name/imports/new">
          <NewImportPage instance={instance} />
        </Route>
        <Route path="/instances/:name/imports/:id">
          {({ id }) => <ImportPage key={id} instance={instance} id={Number(id)} />}
        </Route>
        <Route path="/instances/:name/catalogue">
          <CataloguePage instance={instance} />
        </Route>
        <Route path="/instances/:name/map">
          <MapPage instance={instance} />
        </Route>
        <Route path="/instances/:name/copies">
          <CopiesPage instance={instance} />
        </Route>
        <Route path="/instances/:name/copies/decided">
          <CopyDecisionsPage instance={instance} />
        </Route>
        <Route path="/instances/:name/add">
          <AddImagesPage instance={instance} />
        </Route>
        <Route>
          <Empty icon="search" title={t('noPage')} text={t('noPageText')} />
        </Route>
      </Switch>
    </>
  )
}
