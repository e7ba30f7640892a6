import { useState } from 'preact/hooks'
import { useAddBucket } from '../api/buckets.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { Failure, Note } from '../parts/page.tsx'
import { say } from '../parts/toast.tsx'

export function AddBucketDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (name: string) => void }) {
  const add = useAddBucket()
  const [name, setName] = useState('')
  const [folder, setFolder] = useState('')
  const submit = () =>
    add.mutate(
      { name: name.trim(), folder: folder.trim() },
      {
        onSuccess: () => {
          say(t('bucketAdded', { name }))
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
        <Button look="primary" type="submit" disabled={!name || !folder || add.isPending}>
          {t('add')}
        </Button>
      }
    >
      <Note>{t('addBucketText')}</Note>
      <TextField label={t('name')} required hint={t('bucketNameHint')} value={name} onText={setName} />
      <TextField
        label={t('folder')}
        required
        mono
        placeholder="/srv/pictures"
        hint={t('folderHint')}
        value={folder}
        onText={setFolder}
      />
      <Failure error={add.error} />
    </Dialog>
  )
}
