import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'
import { Link, useLocation, useSearchParams } from 'wouter-preact'
import { post } from '../api/client.ts'
import { type Instance, useInstances } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { moment, named, number, t, withWords } from '../i18n/index.ts'
import buttonLooks from '../parts/button.module.css'
import { Button } from '../parts/button.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { Badge, Card, Failure, Loading, PageHead } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import s from './instances.module.css'

const Connect = lazy(() => withWords(import('./connect.tsx')))
const CreateInstanceDialog = lazy(() => withWords(import('./create-instance.tsx')))

export function InstancesPage() {
  const instances = useInstances()
  const may = useMay()
  // A dialog is part of the address, so that a link can open it.
  const [search, setSearch] = useSearchParams()
  const isCreating = search.has('create')
  const list = instances.data?.instances
  const openCreate = () => setSearch({ create: '' })

  return (
    <>
      <PageHead title={t('instances')} {...(list?.length !== 0 && { about: t('instancesAbout') })}>
        {may('CreateInstance') && list && list.length > 0 && (
          <Button look="primary" icon="plus" onClick={openCreate}>
            {t('createInstance')}
          </Button>
        )}
      </PageHead>
      {instances.isPending && <Loading />}
      <Failure error={instances.error} onRetry={() => instances.refetch()} />
      {list?.length === 0 && <Welcome mayCreate={may('CreateInstance')} onCreate={openCreate} />}
      {list && list.length > 0 && <InstanceTable instances={list} />}
      {list && list.length > 0 && (
        <div class={s.connect}>
          <Suspense fallback={null}>
            <Connect instance={list[0]?.name ?? ''} />
          </Suspense>
        </div>
      )}
      {isCreating && (
        <Suspense fallback={null}>
          <CreateInstanceDialog onClose={() => setSearch({}, { replace: true })} />
        </Suspense>
      )}
    </>
  )
}

function InstanceTable({ instances }: { instances: readonly Instance[] }) {
  return (
    <Card isFlush>
      <TableScroll label={t('instances')}>
        <table class={table.table}>
          <thead>
            <tr>
              <th>{t('name')}</th>
              <th>{t('serviceType')}</th>
              <th class={table.right}>{t('images')}</th>
              <th class={table.right}>{t('searchLimit')}</th>
              <th>{t('pictureRules')}</th>
              <th>{t('created')}</th>
              <th>
                <span class="visually-hidden">{t('actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <InstanceRow key={instance.id} instance={instance} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </Card>
  )
}

function InstanceRow({ instance }: { instance: Instance }) {
  const { name, serviceType, images, capacity, searchQps, pictureRules, createdMs } = instance
  const [, go] = useLocation()
  const may = useMay(name)
  const share = Math.min(1, images / capacity)
  const to = (page: string) => () => go(`/instances/${name}/${page}`)
  return (
    <tr>
      <td class={s.name}>
        <Link href={`/instances/${name}`}>{name}</Link>
      </td>
      <td>
        <Badge>{named('serviceType', serviceType)}</Badge>
      </td>
      <td class={table.right}>
        {number(images)} <span class="muted">/ {number(capacity)}</span>
        <svg class={s.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="4" fill="var(--hover)" />
          <rect width={100 * share} height="4" fill={share > 0.9 ? 'var(--warn)' : 'var(--accent)'} />
        </svg>
      </td>
      <td class={table.right}>{searchQps === 0 ? <span class="muted">{t('noLimit')}</span> : number(searchQps)}</td>
      <td>{named('rules', pictureRules)}</td>
      <td class={table.tight}>{moment(createdMs)}</td>
      <td class={table.tight}>
        <Menu
          label={t('moreOf', { name })}
          buttonClass={`${buttonLooks.button} ${buttonLooks.quiet} ${buttonLooks.iconOnly}`}
          items={[
            ...(may('SearchImageByPic')
              ? [{ text: t('testService'), icon: 'search' as const, onChoose: to('test') }]
              : []),
            ...(may('IncreaseInstance')
              ? [{ text: t('import'), icon: 'import' as const, onChoose: to('imports/new') }]
              : []),
            ...(may('AddImage') ? [{ text: t('addImages'), icon: 'plus' as const, onChoose: to('add') }] : []),
            { text: t('importHistory'), icon: 'instances', onChoose: to('imports') },
            { text: t('catalogue'), icon: 'picture', onChoose: to('catalogue') },
          ]}
        >
          <Icon name="more" />
        </Menu>
      </td>
    </tr>
  )
}

/** The first visit: a searchable instance is one of these two ways away. */
function Welcome({ mayCreate, onCreate }: { mayCreate: boolean; onCreate: () => void }) {
  const client = useQueryClient()
  const [, go] = useLocation()
  const demo = useMutation({
    mutationFn: () => post<{ instance: string; importId?: number }>('/demo'),
    onSuccess: async ({ instance, importId }) => {
      await client.invalidateQueries()
      go(importId ? `/instances/${instance}/imports/${importId}` : `/instances/${instance}/test`)
    },
  })
  const [isFolder, openFolder] = useState(false)
  if (!mayCreate) return <p class="muted">{t('noInstancesForYou')}</p>
  return (
    <div class={s.welcome}>
      <p class="muted">{t('welcomeText')}</p>
      <div class={s.ways}>
        <Way icon="picture" title={t('demoTitle')} text={t('demoText')}>
          <Button look="primary" disabled={demo.isPending} onClick={() => demo.mutate()}>
            {t('demoAction')}
          </Button>
        </Way>
        <Way icon="folder" title={t('ownFolderTitle')} text={t('ownFolderText')}>
          <Button onClick={() => openFolder(true)}>{t('ownFolderAction')}</Button>
        </Way>
        <Way icon="upload" title={t('ownPicturesTitle')} text={t('ownPicturesText')}>
          <Button onClick={onCreate}>{t('createInstance')}</Button>
        </Way>
      </div>
      {demo.isPending && <Loading />}
      <Failure error={demo.error} />
      {isFolder && (
        <Suspense fallback={null}>
          <CreateInstanceDialog onClose={() => openFolder(false)} then="import" />
        </Suspense>
      )}
    </div>
  )
}

function Way({
  icon,
  title,
  text,
  children,
}: {
  icon: IconName
  title: string
  text: string
  children: preact.ComponentChildren
}) {
  return (
    <section class={s.way}>
      <div class={s.wayIcon}>
        <Icon name={icon} size={24} />
      </div>
      <h2>{title}</h2>
      <p>{text}</p>
      <div>{children}</div>
    </section>
  )
}
