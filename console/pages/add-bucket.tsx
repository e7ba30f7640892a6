import { useState } from 'preact/hooks'
import { type Auth, useAddBucket } from '../api/buckets.ts'
import { type Key, t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { CheckField, SelectField, TextField } from '../parts/field.tsx'
import { Failure, Note } from '../parts/page.tsx'
import { say } from '../parts/toast.tsx'
import { KeyFields, keyOf } from './bucket-key.tsx'
import { KINDS, type Kind, NO_VALUES, SHAPES, sourceOf, type TextName, type Values } from './bucket-kinds.ts'
import s from './buckets.module.css'

/** A form for each kind of store: only what that store needs, the rest under "more". */
export function AddBucketDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (name: string) => void }) {
  const add = useAddBucket()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Kind>('folder')
  const [values, setValues] = useState(NO_VALUES)
  const { required, auths } = SHAPES[kind]
  const auth = auths.includes(values.auth) ? values.auth : 'key'
  const filled = { ...values, auth }
  const hasKey = auths.length === 0 || auth !== 'key' || (values.accessKeyId !== '' && values.accessKeySecret !== '')
  const isReady = name !== '' && hasKey && required.every((field) => values[field].trim() !== '')
  const set = (change: Partial<Values>) => setValues((before) => ({ ...before, ...change }))

  const submit = () =>
    add.mutate(
      { name: name.trim(), ...sourceOf(kind, filled), ...(auths.length > 0 && auth === 'key' && keyOf(filled)) },
      {
        onSuccess: () => {
          say(t('bucketAdded', { name: name.trim() }))
          onAdded(name.trim())
        },
      },
    )
  return (
    <Dialog
      title={t('addBucket')}
      onClose={onClose}
      onSubmit={submit}
      action={
        <Button look="primary" type="submit" disabled={!isReady || add.isPending}>
          {t('add')}
        </Button>
      }
    >
      <Note>{t('addBucketText')}</Note>
      <SelectField
        label={t('kind')}
        value={kind}
        onChoose={(to) => {
          setKind(to as Kind)
          add.reset()
        }}
        options={KINDS.map((one) => ({ value: one, text: t(`kind.${one}`) }))}
      />
      <TextField label={t('name')} required hint={t('bucketNameHint')} value={name} onText={setName} />
      <PlaceFields {...{ kind, values: filled, set }} />
      {auths.length > 1 && (
        <SelectField
          label={t('auth')}
          value={auth}
          onChoose={(to) => set({ auth: to as Auth })}
          options={auths.map((one) => ({ value: one, text: t(`auth.${one}`) }))}
        />
      )}
      {auths.length > 0 && auth === 'key' && <KeyFields values={values} onValues={set} />}
      {auth === 'ram-role' && (
        <TextField
          label={t('ramRole')}
          hint={t('ramRoleHint')}
          value={values.roleName}
          onText={(roleName) => set({ roleName })}
        />
      )}
      {kind !== 'folder' && <MoreFields {...{ kind, values: filled, set }} />}
      <Failure error={add.error} />
    </Dialog>
  )
}

interface Part {
  readonly kind: Kind
  readonly values: Values
  readonly set: (change: Partial<Values>) => void
}

const LABELS: Partial<Record<TextName, Key>> = {
  folder: 'folder',
  url: 'baseUrl',
  bucket: 'storeBucket',
  region: 'regionName',
  endpoint: 'endpoint',
}
const HINTS: Partial<Record<TextName, Key>> = { folder: 'folderHint', url: 'baseUrlHint', bucket: 'storeBucketHint' }

function PlaceFields({ kind, values, set }: Part) {
  const { required, optional, examples, hasAddressing } = SHAPES[kind]
  return (
    <>
      {[...required, ...optional].map((field) => {
        const label = LABELS[field]
        const hint = HINTS[field]
        const isRequired = required.includes(field)
        return (
          label && (
            <TextField
              key={field}
              label={isRequired ? t(label) : t('optionalField', { name: t(label) })}
              required={isRequired}
              mono
              spellcheck={false}
              placeholder={examples[field] ?? ''}
              hint={hint && t(hint)}
              value={values[field]}
              onText={(text) => set({ [field]: text })}
            />
          )
        )
      })}
      {hasAddressing && (
        <SelectField
          label={t('addressing')}
          value={values.addressing}
          onChoose={(to) => set({ addressing: to as Values['addressing'] })}
          options={(['path', 'host', 'domain'] as const).map((one) => ({ value: one, text: t(`addressing.${one}`) }))}
        />
      )}
      {kind === 'http' && (
        <CheckField
          label={t('allowPrivate')}
          isOn={values.allowPrivate}
          onToggle={(allowPrivate) => set({ allowPrivate })}
        />
      )}
    </>
  )
}

/** What few need: a role to take, the network inside of the cloud, limits. */
function MoreFields({ kind, values, set }: Part) {
  const { driver, auths } = SHAPES[kind]
  return (
    <details class={s.more}>
      <summary>{t('moreSettings')}</summary>
      <div>
        {auths.length > 0 && values.auth !== 'anonymous' && values.auth !== 'ram-role' && (
          <TextField
            label={t('assumedRole')}
            mono
            spellcheck={false}
            hint={t('assumedRoleHint')}
            value={values.roleArn}
            onText={(roleArn) => set({ roleArn })}
          />
        )}
        {driver === 's3' && values.roleArn && (
          <TextField label={t('externalId')} value={values.externalId} onText={(externalId) => set({ externalId })} />
        )}
        {driver === 'oss' && !values.endpoint.trim() && (
          <CheckField label={t('isInternal')} isOn={values.isInternal} onToggle={(isInternal) => set({ isInternal })} />
        )}
        <div class={s.two}>
          <TextField
            label={t('maxRequests')}
            type="number"
            min={1}
            max={1000}
            value={values.maxRequests}
            onText={(maxRequests) => set({ maxRequests })}
          />
          <TextField
            label={t('maxRate')}
            type="number"
            min={0.1}
            step={0.1}
            placeholder={t('noLimit')}
            value={values.maxRate}
            onText={(maxRate) => set({ maxRate })}
          />
        </div>
      </div>
    </details>
  )
}
