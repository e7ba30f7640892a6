import { useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import {
  createKey,
  createUser,
  deleteKey,
  deleteUser,
  type Key,
  type Scope,
  setKeyActive,
  useAccessChange,
  useUser,
  useUsers,
} from '../api/access.ts'
import { makeSignInLink, useMay } from '../api/session.ts'
import { fullMoment, moment, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { CodeBlock, Copyable } from '../parts/code.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { CheckField, ChoiceField, SelectField, TextField } from '../parts/field.tsx'
import { Badge, Card, Empty, Facts, Failure, Loading, Note } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import { say, sayFailure } from '../parts/toast.tsx'
import s from './access.module.css'
import { AttachedPolicies } from './attached-policies.tsx'

export function UsersPage() {
  const users = useUsers()
  const may = useMay()
  const [isCreating, openCreate] = useState(false)
  if (users.isPending) return <Loading />
  if (users.error) return <Failure error={users.error} onRetry={() => users.refetch()} />
  return (
    <Card
      title={t('users')}
      isFlush
      actions={
        may('ram:CreateUser') && (
          <Button small icon="plus" onClick={() => openCreate(true)}>
            {t('addUser')}
          </Button>
        )
      }
    >
      <TableScroll label={t('users')}>
        <table class={table.table}>
          <thead>
            <tr>
              <th>{t('name')}</th>
              <th>{t('displayName')}</th>
              <th>{t('policies')}</th>
              <th>ARN</th>
              <th>{t('created')}</th>
            </tr>
          </thead>
          <tbody>
            {users.data.users.map((user) => (
              <tr key={user.name}>
                <td class={table.strong}>
                  <Link href={`/access/users/${encodeURIComponent(user.name)}`}>{user.name}</Link>
                </td>
                <td>{user.displayName}</td>
                <td>
                  {user.isAdmin ? (
                    <Badge tone="info">{t('administrator')}</Badge>
                  ) : (
                    user.policies.join(', ') || <span class="muted">{t('none')}</span>
                  )}
                </td>
                <td class="mono">{user.arn}</td>
                <td class={table.tight}>{moment(user.createdMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {isCreating && <CreateUserDialog onClose={() => openCreate(false)} />}
    </Card>
  )
}

function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const [, go] = useLocation()
  const create = useAccessChange(createUser)
  const [name, setName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [isAdmin, setAdmin] = useState(false)
  return (
    <Dialog
      title={t('addUser')}
      onClose={onClose}
      onSubmit={() =>
        create.mutate(
          { name: name.trim(), displayName, ...(isAdmin && { isAdmin }) },
          { onSuccess: (user) => go(`/access/users/${encodeURIComponent(user.name)}`) },
        )
      }
      action={
        <Button look="primary" type="submit" disabled={!name.trim() || create.isPending}>
          {t('create')}
        </Button>
      }
    >
      <TextField label={t('name')} required autocomplete="off" value={name} onText={setName} />
      <TextField label={t('displayName')} value={displayName} onText={setDisplayName} />
      <CheckField
        label={
          <>
            <strong>{t('administrator')}</strong> <span class="muted">{t('administratorText')}</span>
          </>
        }
        isOn={isAdmin}
        onToggle={setAdmin}
      />
      <Failure error={create.error} />
    </Dialog>
  )
}

export function UserPage({ name }: { name: string }) {
  const user = useUser(name)
  const may = useMay()
  const [, go] = useLocation()
  const remove = useAccessChange(deleteUser)
  const [open, setOpen] = useState<'key' | 'link' | 'delete'>()
  if (user.isPending) return <Loading />
  if (user.error) return <Failure error={user.error} onRetry={() => user.refetch()} />
  const { arn, displayName, isAdmin, policies, keys, createdMs } = user.data
  const mayChange = may('ram:CreateUser')
  const close = () => setOpen(undefined)
  return (
    <div class={s.stack}>
      <Card
        title={name}
        actions={
          mayChange && (
            <div class={s.actions}>
              <Button small icon="signOut" onClick={() => setOpen('link')}>
                {t('signInLink')}
              </Button>
              <Button small look="danger" icon="trash" onClick={() => setOpen('delete')}>
                {t('delete')}
              </Button>
            </div>
          )
        }
      >
        <Facts
          facts={[
            ...(displayName ? [[t('displayName'), displayName] as const] : []),
            ['ARN', <Copyable key="arn" text={arn} />],
            [t('created'), fullMoment(createdMs)],
            [
              t('policies'),
              isAdmin ? (
                <>
                  <Badge tone="info">{t('administrator')}</Badge> <span class="muted">{t('administratorText')}</span>
                </>
              ) : (
                <AttachedPolicies key="policies" kind="users" name={name} policies={policies} mayChange={mayChange} />
              ),
            ],
          ]}
        />
      </Card>
      <Card
        title={t('keys')}
        isFlush
        actions={
          mayChange && (
            <Button small icon="plus" onClick={() => setOpen('key')}>
              {t('createKey')}
            </Button>
          )
        }
      >
        {keys.length === 0 ? (
          <Empty icon="key" title={t('noKeys')} text={t('keyAccessText')} />
        ) : (
          <KeyTable keys={keys} mayChange={mayChange} />
        )}
      </Card>
      {open === 'key' && <CreateKeyDialog user={name} onClose={close} />}
      {open === 'link' && <LinkDialog user={name} onClose={close} />}
      {open === 'delete' && (
        <Dialog
          title={t('delete')}
          onClose={close}
          onSubmit={() =>
            remove.mutate(name, {
              onSuccess: () => {
                say(t('userDeleted', { name }))
                go('/access/users')
              },
            })
          }
          action={
            <Button look="danger" type="submit">
              {t('delete')}
            </Button>
          }
        >
          <Note isWarning>{t('deleteUserText', { name })}</Note>
          <Failure error={remove.error} />
        </Dialog>
      )}
    </div>
  )
}

function KeyTable({ keys, mayChange }: { keys: readonly Key[]; mayChange: boolean }) {
  const change = useAccessChange((key: Key) => setKeyActive(key, !key.isActive))
  const remove = useAccessChange(deleteKey)
  return (
    <TableScroll label={t('keys')}>
      <table class={table.table}>
        <thead>
          <tr>
            <th>{t('key')}</th>
            <th>{t('keyKind')}</th>
            <th>{t('status')}</th>
            <th>{t('lastUsed')}</th>
            <th>{t('created')}</th>
            <th>{t('description')}</th>
            <th>
              <span class="visually-hidden">{t('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <td class="mono">{key.id}</td>
              <td>
                {t(`keyKind.${key.kind}`)} {key.scope && <Badge>{t(`scope.${key.scope}`)}</Badge>}
              </td>
              <td>
                <Badge tone={key.isActive ? 'good' : 'plain'}>{key.isActive ? t('active') : t('inactive')}</Badge>
              </td>
              <td class={table.tight}>
                {key.lastUsedMs ? moment(key.lastUsedMs) : <span class="muted">{t('never')}</span>}
              </td>
              <td class={table.tight}>{moment(key.createdMs)}</td>
              <td class={table.sub}>{key.description}</td>
              <td class={table.tight}>
                {mayChange && (
                  <div class={s.actions}>
                    <Button small onClick={() => change.mutate(key, { onError: sayFailure })}>
                      {key.isActive ? t('disable') : t('enable')}
                    </Button>
                    <Button
                      small
                      look="quiet"
                      icon="trash"
                      aria-label={t('deleteKey', { id: key.id })}
                      onClick={() => remove.mutate(key, { onError: sayFailure })}
                    />
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

function CreateKeyDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const [kind, setKind] = useState<'access' | 'bearer'>('access')
  const [scope, setScope] = useState<Scope>('search')
  const [description, setDescription] = useState('')
  const create = useAccessChange(() =>
    createKey(user, {
      ...(kind === 'bearer' && { scope }),
      ...(description && { description }),
    }),
  )
  const key = create.data
  if (key) {
    return (
      <Dialog title={t('key')} onClose={onClose}>
        <Note isWarning>{t('keySecretOnce')}</Note>
        <Facts
          facts={[
            ...(key.kind === 'access' ? [['AccessKeyId', <Copyable key="id" text={key.id} />] as const] : []),
            [key.kind === 'access' ? 'AccessKeySecret' : t('key'), <Copyable key="secret" text={key.secret} />],
          ]}
        />
      </Dialog>
    )
  }
  return (
    <Dialog
      title={t('createKey')}
      onClose={onClose}
      onSubmit={() => create.mutate(undefined)}
      action={
        <Button look="primary" type="submit" disabled={create.isPending}>
          {t('create')}
        </Button>
      }
    >
      <ChoiceField
        label={t('keyKind')}
        value={kind}
        onChoose={setKind}
        choices={[
          { value: 'access', title: t('keyKind.access'), text: t('keyAccessText') },
          { value: 'bearer', title: t('keyKind.bearer'), text: t('keyBearerText') },
        ]}
      />
      {kind === 'bearer' && (
        <SelectField
          label={t('scope')}
          value={scope}
          onChoose={(value) => setScope(value as Scope)}
          options={(['search', 'import', 'admin'] as const).map((value) => ({ value, text: t(`scope.${value}`) }))}
        />
      )}
      <TextField label={t('description')} maxLength={200} value={description} onText={setDescription} />
      <Failure error={create.error} />
    </Dialog>
  )
}

function LinkDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const make = useAccessChange(() => makeSignInLink(user))
  return (
    <Dialog
      title={t('signInLink')}
      onClose={onClose}
      onSubmit={() => make.mutate(undefined)}
      action={
        !make.data && (
          <Button look="primary" type="submit" disabled={make.isPending}>
            {t('create')}
          </Button>
        )
      }
    >
      <p>{t('signInLinkMade', { name: user })}</p>
      {make.data && <CodeBlock label={t('signInLink')} text={location.origin + make.data.path} />}
      <Failure error={make.error} />
    </Dialog>
  )
}
