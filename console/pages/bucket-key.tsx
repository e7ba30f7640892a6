import { useState } from 'preact/hooks'
import { type Bucket, type Credentials, useReplaceKey } from '../api/buckets.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { Failure, Note } from '../parts/page.tsx'
import { say } from '../parts/toast.tsx'

type KeyValues = Required<Credentials>

export function keyOf({ accessKeyId, accessKeySecret, securityToken }: KeyValues): { credentials: Credentials } {
  const token = securityToken.trim()
  const credentials = { accessKeyId: accessKeyId.trim(), accessKeySecret: accessKeySecret.trim() }
  return { credentials: { ...credentials, ...(token && { securityToken: token }) } }
}

/** An access key of the store; what is typed is sent once and never comes back. */
export function KeyFields({ values, onValues }: { values: KeyValues; onValues: (change: Partial<KeyValues>) => void }) {
  return (
    <>
      <TextField
        label={t('storeKeyId')}
        required
        mono
        spellcheck={false}
        autocomplete="off"
        value={values.accessKeyId}
        onText={(accessKeyId) => onValues({ accessKeyId })}
      />
      <TextField
        label={t('storeKeySecret')}
        required
        mono
        type="password"
        autocomplete="new-password"
        hint={t('storeKeyHint')}
        value={values.accessKeySecret}
        onText={(accessKeySecret) => onValues({ accessKeySecret })}
      />
      <TextField
        label={t('optionalField', { name: t('securityToken') })}
        mono
        type="password"
        autocomplete="new-password"
        value={values.securityToken}
        onText={(securityToken) => onValues({ securityToken })}
      />
    </>
  )
}

/** Another key in place of the one there is; imports that run go on with it. */
export function ReplaceKeyDialog({
  bucket,
  onClose,
  onReplaced,
}: {
  bucket: Bucket
  onClose: () => void
  onReplaced: () => void
}) {
  const { name, accessKeyId } = bucket
  const replace = useReplaceKey(name)
  const [values, setValues] = useState<KeyValues>({ accessKeyId: '', accessKeySecret: '', securityToken: '' })
  return (
    <Dialog
      title={t('replaceKeyOf', { name })}
      onClose={onClose}
      onSubmit={() =>
        replace.mutate(keyOf(values).credentials, {
          onSuccess: () => {
            say(t('keyReplaced', { name }))
            onReplaced()
          },
        })
      }
      action={
        <Button
          look="primary"
          type="submit"
          disabled={!values.accessKeyId || !values.accessKeySecret || replace.isPending}
        >
          {t('replaceKey')}
        </Button>
      }
    >
      <Note>
        {t('replaceKeyText')} {accessKeyId && <code>{accessKeyId}</code>}
      </Note>
      <KeyFields values={values} onValues={(change) => setValues({ ...values, ...change })} />
      <Failure error={replace.error} />
    </Dialog>
  )
}
