import { useState } from 'preact/hooks'
import { createRole, deleteRole, type Role, useAccessChange, useRoles } from '../api/access.ts'
import { useMay } from '../api/session.ts'
import { fullMoment, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { CodeBlock, Copyable } from '../parts/code.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { Card, Empty, Facts, Failure, Loading, Note } from '../parts/page.tsx'
import { sayFailure } from '../parts/toast.tsx'
import s from './access.module.css'
import { AttachedPolicies } from './attached-policies.tsx'

/** Roles that imports take to read buckets. */
export function RolesPage() {
  const roles = useRoles()
  const may = useMay()
  const [isCreating, openCreate] = useState(false)
  const mayChange = may('ram:CreateRole')
  if (roles.isPending) return <Loading />
  if (roles.error) return <Failure error={roles.error} onRetry={() => roles.refetch()} />
  const create = mayChange && (
    <Button look="primary" icon="plus" onClick={() => openCreate(true)}>
      {t('createRole')}
    </Button>
  )
  return (
    <div class={s.stack}>
      {roles.data.roles.length === 0 ? (
        <Card>
          <Empty icon="access" title={t('noRoles')} text={t('noRolesText')}>
            {create}
          </Empty>
        </Card>
      ) : (
        <div>{create}</div>
      )}
      {roles.data.roles.map((role) => (
        <RoleCard key={role.name} role={role} mayChange={mayChange} />
      ))}
      {isCreating && <CreateRoleDialog onClose={() => openCreate(false)} />}
    </div>
  )
}

function RoleCard({ role, mayChange }: { role: Role; mayChange: boolean }) {
  const { name, arn, description, trustPolicy, policies, createdMs } = role
  const remove = useAccessChange(deleteRole)
  const [isSure, setSure] = useState(false)
  return (
    <Card
      title={name}
      actions={
        mayChange && (
          <Button
            small
            look="danger"
            icon="trash"
            onClick={() => (isSure ? remove.mutate(name, { onError: sayFailure }) : setSure(true))}
          >
            {isSure ? t('deleteSure') : t('delete')}
          </Button>
        )
      }
    >
      <div class={s.stack}>
        <Facts
          facts={[
            ['ARN', <Copyable key="arn" text={arn} />],
            ...(description ? [[t('description'), description] as const] : []),
            [
              t('policies'),
              <AttachedPolicies key="policies" kind="roles" name={name} policies={policies} mayChange={mayChange} />,
            ],
            [t('created'), fullMoment(createdMs)],
          ]}
        />
        {policies.length === 0 && <Note isWarning>{t('roleWithoutPolicy')}</Note>}
        <details>
          <summary class="muted">{t('trustPolicy')}</summary>
          <CodeBlock label={t('trustPolicy')} text={JSON.stringify(trustPolicy, null, 2)} />
        </details>
      </div>
    </Card>
  )
}

function CreateRoleDialog({ onClose }: { onClose: () => void }) {
  const create = useAccessChange(createRole)
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  return (
    <Dialog
      title={t('createRole')}
      onClose={onClose}
      onSubmit={() => create.mutate({ name: name.trim(), ...(description && { description }) }, { onSuccess: onClose })}
      action={
        <Button look="primary" type="submit" disabled={!name.trim() || create.isPending}>
          {t('create')}
        </Button>
      }
    >
      <Note>{t('roleHint')}</Note>
      <TextField label={t('name')} required autocomplete="off" value={name} onText={setName} />
      <TextField label={t('description')} value={description} onText={setDescription} />
      <Failure error={create.error} />
    </Dialog>
  )
}
