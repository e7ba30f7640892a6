import { attach, detach, useAccessChange, usePolicies } from '../api/access.ts'
import { t } from '../i18n/index.ts'
import { SelectField } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { sayFailure } from '../parts/toast.tsx'
import s from './access.module.css'

/** The policies of a user or a role, to attach and detach. */
export function AttachedPolicies({
  kind,
  name,
  policies,
  mayChange,
}: {
  kind: 'users' | 'roles'
  name: string
  policies: readonly string[]
  mayChange: boolean
}) {
  const all = usePolicies().data?.policies ?? []
  const add = useAccessChange((policy: string) => attach(kind, name, policy))
  const remove = useAccessChange((policy: string) => detach(kind, name, policy))
  const others = all.filter((policy) => !policies.includes(policy.name))
  return (
    <div class={s.chips}>
      {policies.map((policy) => (
        <span key={policy} class={s.chip}>
          {policy}
          {mayChange && (
            <button
              type="button"
              aria-label={t('detach', { name: policy })}
              onClick={() => remove.mutate(policy, { onError: sayFailure })}
            >
              <Icon name="close" size={12} />
            </button>
          )}
        </span>
      ))}
      {mayChange && others.length > 0 && (
        <SelectField
          label={t('attachPolicy')}
          isLabelHidden
          value=""
          onChoose={(policy) => policy && add.mutate(policy, { onError: sayFailure })}
          options={[
            { value: '', text: t('attachPolicy') },
            ...others.map((policy) => ({ value: policy.name, text: policy.name })),
          ]}
        />
      )}
    </div>
  )
}
