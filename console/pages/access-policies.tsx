import { useState } from 'preact/hooks'
import { useSearchParams } from 'wouter-preact'
import {
  deletePolicy,
  type Policy,
  type PolicyDocument,
  type Statement,
  savePolicy,
  useAccessChange,
  usePermissions,
  usePolicies,
} from '../api/access.ts'
import { useMay } from '../api/session.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { CodeBlock } from '../parts/code.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { SelectField, TextArea, TextField } from '../parts/field.tsx'
import { Badge, Card, Failure, Loading } from '../parts/page.tsx'
import table from '../parts/table.module.css'
import { TableScroll } from '../parts/table-scroll.tsx'
import { say, sayFailure } from '../parts/toast.tsx'
import s from './access.module.css'

const TEMPLATES = {
  import: allow(['oss:GetObject'], ['acs:oss:*:*:imagesearch-increment/increment/*']),
  search: allow(
    ['imagesearch:SearchImageByPic', 'imagesearch:SearchImageByName', 'imagesearch:SearchImageByText'],
    ['acs:imagesearch:*:*:instance/shop'],
  ),
  readOnly: allow(
    ['imagesearch:Search*', 'imagesearch:List*', 'imagesearch:Detail', 'imagesearch:IncreaseList'],
    ['acs:imagesearch:*:*:instance/*'],
  ),
  full: allow(['imagesearch:*'], ['acs:imagesearch:*:*:instance/shop']),
} as const

function allow(Action: string[], Resource: string[]): PolicyDocument {
  return { Version: '1', Statement: [{ Effect: 'Allow', Action, Resource }] }
}

export function PoliciesPage() {
  const policies = usePolicies()
  const may = useMay()
  // The opened policy stands in the address; '' = a new one.
  const [params, setParams] = useSearchParams()
  const opened = params.get('policy')
  const remove = useAccessChange(deletePolicy)
  if (policies.isPending) return <Loading />
  if (policies.error) return <Failure error={policies.error} onRetry={() => policies.refetch()} />
  const mayChange = may('ram:CreatePolicy')
  const policy = policies.data.policies.find(({ name }) => name === opened)
  return (
    <Card
      title={t('policies')}
      isFlush
      actions={
        mayChange && (
          <Button small icon="plus" onClick={() => setParams({ policy: '' })}>
            {t('createPolicy')}
          </Button>
        )
      }
    >
      <TableScroll label={t('policies')}>
        <table class={table.table}>
          <thead>
            <tr>
              <th>{t('name')}</th>
              <th>{t('description')}</th>
              <th>
                <span class="visually-hidden">{t('actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {policies.data.policies.map(({ name, description, isSystem }) => (
              <tr key={name}>
                <td class={table.strong}>
                  {name} {isSystem && <Badge>{t('systemPolicy')}</Badge>}
                </td>
                <td class={table.sub}>{description}</td>
                <td class={table.tight}>
                  <div class={s.actions}>
                    <Button small onClick={() => setParams({ policy: name })}>
                      {isSystem || !mayChange ? t('document') : t('edit')}
                    </Button>
                    {!isSystem && mayChange && (
                      <Button
                        small
                        look="quiet"
                        icon="trash"
                        aria-label={t('deleteNamed', { name })}
                        onClick={() => remove.mutate(name, { onError: sayFailure })}
                      />
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {policy && (policy.isSystem || !mayChange) && (
        <Dialog title={policy.name} isWide onClose={() => setParams({})}>
          <CodeBlock label={t('document')} text={JSON.stringify(policy.document, null, 2)} />
        </Dialog>
      )}
      {mayChange && (opened === '' || (policy && !policy.isSystem)) && (
        <PolicyDialog key={opened} policy={policy} onClose={() => setParams({})} />
      )}
    </Card>
  )
}

/** Form and JSON of one policy, side by side: each shows at once what the other says. */
function PolicyDialog({ policy, onClose }: { policy?: Policy | undefined; onClose: () => void }) {
  const [name, setName] = useState(policy?.name ?? '')
  const [description, setDescription] = useState(policy?.description ?? '')
  const [text, setText] = useState(JSON.stringify(policy?.document ?? TEMPLATES.import, null, 2))
  const save = useAccessChange(() => savePolicy(name.trim(), !policy, { description, document: text }))
  const { document, error } = readDocument(text)
  const show = (next: PolicyDocument) => setText(JSON.stringify(next, null, 2))
  return (
    <Dialog
      title={policy ? policy.name : t('createPolicy')}
      isWide
      onClose={onClose}
      onSubmit={() =>
        save.mutate(undefined, {
          onSuccess: () => {
            say(t('saved'))
            onClose()
          },
        })
      }
      action={
        <Button look="primary" type="submit" disabled={!name.trim() || error !== '' || save.isPending}>
          {t('save')}
        </Button>
      }
    >
      <div class={s.editor}>
        <div class={s.stack}>
          {!policy && <TextField label={t('name')} required autocomplete="off" value={name} onText={setName} />}
          <TextField label={t('description')} value={description} onText={setDescription} />
          {!policy && (
            <SelectField
              label={t('policyTemplate')}
              onChoose={(key) => show(TEMPLATES[key as keyof typeof TEMPLATES])}
              options={[
                { value: 'import', text: t('policyKindImport') },
                { value: 'search', text: t('policyKindSearch') },
                { value: 'readOnly', text: t('policyKindReadOnly') },
                { value: 'full', text: t('policyKindFull') },
              ]}
            />
          )}
          {document?.Statement.map((statement, i) => (
            <StatementForm
              key={i}
              statement={statement}
              onChange={(changed) =>
                show({ ...document, Statement: document.Statement.map((one, j) => (j === i ? changed : one)) })
              }
            />
          ))}
        </div>
        <TextArea
          label={t('document')}
          mono
          rows={22}
          spellcheck={false}
          hint={t('policyHint')}
          error={error || undefined}
          value={text}
          onText={setText}
        />
      </div>
      <Failure error={save.error} />
    </Dialog>
  )
}

function StatementForm({ statement, onChange }: { statement: Statement; onChange: (statement: Statement) => void }) {
  const known = usePermissions().data?.permissions ?? []
  const actions = [...new Set(['oss:GetObject', ...known.map(({ action }) => action)])].sort()
  const taken = lines(statement.Action)
  return (
    <fieldset class={s.statement} aria-label={t('policyForm')}>
      <SelectField
        label={t('effect')}
        value={statement.Effect}
        onChoose={(Effect) => onChange({ ...statement, Effect: Effect as Statement['Effect'] })}
        options={[
          { value: 'Allow', text: t('allowed') },
          { value: 'Deny', text: t('denied') },
        ]}
      />
      <TextArea
        label={t('actions')}
        mono
        rows={3}
        spellcheck={false}
        value={taken.join('\n')}
        onText={(text) => onChange({ ...statement, Action: text.split('\n') })}
      />
      <SelectField
        label={t('addAction')}
        isLabelHidden
        value=""
        onChoose={(action) => action && onChange({ ...statement, Action: [...taken.filter(Boolean), action] })}
        options={[
          { value: '', text: t('addAction') },
          ...actions.filter((action) => !taken.includes(action)).map((value) => ({ value, text: value })),
        ]}
      />
      <TextArea
        label={t('resource')}
        mono
        rows={2}
        spellcheck={false}
        value={lines(statement.Resource).join('\n')}
        onText={(text) => onChange({ ...statement, Resource: text.split('\n') })}
      />
    </fieldset>
  )
}

const lines = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

function readDocument(text: string): { document?: PolicyDocument; error: string } {
  try {
    const document = JSON.parse(text) as PolicyDocument
    return Array.isArray(document.Statement) ? { document, error: '' } : { error: t('jsonNoStatement') }
  } catch (error) {
    return { error: t('jsonBad', { reason: (error as Error).message }) }
  }
}
