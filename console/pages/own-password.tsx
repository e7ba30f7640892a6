import { useState } from 'preact/hooks'
import { setOwnPassword, useSessionChange, useSignedIn } from '../api/session.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { Failure } from '../parts/page.tsx'
import { say } from '../parts/toast.tsx'

export default function OwnPasswordDialog({ onClose }: { onClose: () => void }) {
  const { user } = useSignedIn()
  const changed = useSessionChange()
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [error, setError] = useState<unknown>()
  const isSame = password === again

  async function save() {
    if (!isSame) return
    try {
      await setOwnPassword(password)
      await changed()
      say(t('passwordSet'))
      onClose()
    } catch (failure) {
      setError(failure)
    }
  }

  return (
    <Dialog
      title={t('setPassword')}
      onClose={onClose}
      onSubmit={save}
      action={
        <Button look="primary" type="submit" disabled={!password || !isSame}>
          {t('save')}
        </Button>
      }
    >
      <p class="muted">{t('setPasswordText')}</p>
      <input
        class="visually-hidden"
        type="text"
        autocomplete="username"
        tabIndex={-1}
        readOnly
        value={user.name}
        aria-label={t('userName')}
      />
      <TextField
        label={t('newPassword')}
        type="password"
        autocomplete="new-password"
        hint={t('passwordHint')}
        value={password}
        onText={setPassword}
      />
      <TextField
        label={t('passwordAgain')}
        type="password"
        autocomplete="new-password"
        error={again && !isSame ? t('passwordsDiffer') : undefined}
        value={again}
        onText={setAgain}
      />
      <Failure error={error} />
    </Dialog>
  )
}
