import { useMutation } from '@tanstack/react-query'
import { useSearchParams } from 'wouter-preact'
import { simulate, usePermissions, useRoles, useUsers } from '../api/access.ts'
import { useInstances } from '../api/instances.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { SelectField, TextField } from '../parts/field.tsx'
import { Card, Failure } from '../parts/page.tsx'
import s from './access.module.css'

/** Who may do what, and which statement decides. */
export function SimulatePage() {
  const [params, setParams] = useSearchParams()
  const users = useUsers().data?.users ?? []
  const roles = useRoles().data?.roles ?? []
  const known = usePermissions().data?.permissions ?? []
  const instance = useInstances().data?.instances[0]?.name ?? 'shop'
  const who = params.get('who') ?? `user/${users[0]?.name ?? 'admin'}`
  const action = params.get('action') ?? 'imagesearch:SearchImageByPic'
  const resource = params.get('resource') ?? `instance/${instance}`
  const set = (values: Record<string, string>) => setParams({ who, action, resource, ...values }, { replace: true })
  const ask = useMutation({
    mutationFn: () => {
      const name = who.slice(who.indexOf('/') + 1)
      return simulate({ ...(who.startsWith('role/') ? { role: name } : { user: name }), action, resource })
    },
  })
  const actions = [...new Set(['oss:GetObject', action, ...known.map((one) => one.action)])]
    .filter((one) => one.includes(':'))
    .sort()
  const answer = ask.data
  return (
    <div class={`${s.stack} ${s.narrow}`}>
      <p class="muted">{t('simulateText')}</p>
      <Card>
        <form
          class={s.stack}
          onSubmit={(event) => {
            event.preventDefault()
            ask.mutate()
          }}
        >
          <SelectField
            label={t('target')}
            value={who}
            onChoose={(value) => set({ who: value })}
            options={[
              ...users.map(({ name }) => ({ value: `user/${name}`, text: `${t('user')}: ${name}` })),
              ...roles.map(({ name }) => ({ value: `role/${name}`, text: `${t('role')}: ${name}` })),
            ]}
          />
          <SelectField
            label={t('action')}
            value={action}
            onChoose={(value) => set({ action: value })}
            options={actions.map((value) => ({ value, text: value }))}
          />
          <TextField
            label={t('resource')}
            mono
            spellcheck={false}
            hint={t('resourceHint')}
            value={resource}
            onText={(value) => set({ resource: value })}
          />
          <div>
            <Button look="primary" type="submit" disabled={ask.isPending}>
              {t('simulate')}
            </Button>
          </div>
        </form>
      </Card>
      <Failure error={ask.error} />
      {answer && (
        <div class={`${s.answer} ${answer.isAllowed ? s.yes : s.no}`} role="status">
          <strong>{answer.isAllowed ? t('allowed') : t('denied')}</strong>
          <span>
            {answer.isAdmin
              ? t('administratorText')
              : answer.by
                ? t('decidedBy', { statement: answer.by.statement + 1, policy: answer.by.policy })
                : t('decidedByNone')}
          </span>
          <code>{answer.resource}</code>
        </div>
      )}
    </div>
  )
}
