import { lazy, Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import {
  type Instance,
  type PictureRules,
  useClearInstance,
  useDropInstance,
  useUpdateInstance,
} from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { number, t } from '../i18n/index.ts'
import looks from '../parts/button.module.css'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { CheckField, SelectField, TextField } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu, type MenuItem } from '../parts/menu.tsx'
import { Failure, Note } from '../parts/page.tsx'
import { say } from '../parts/toast.tsx'
import { PICTURE_RULES } from './create-instance.tsx'

const ExportDialog = lazy(() => import('./export.tsx'))

/** What can be done with an instance as a whole. */
export function MoreMenu({ instance }: { instance: Instance }) {
  const [open, setOpen] = useState<'edit' | 'export' | 'clear' | 'drop'>()
  const [, go] = useLocation()
  const may = useMay(instance.name)
  const items: (MenuItem | 'line')[] = []
  if (may('IncreaseInstance')) {
    items.push({ text: t('import'), icon: 'import', onChoose: () => go(`/instances/${instance.name}/imports/new`) })
  }
  items.push({
    text: t('importHistory'),
    icon: 'instances',
    onChoose: () => go(`/instances/${instance.name}/imports`),
  })
  if (may('DumpMeta')) {
    items.push({ text: t('exportMetadata'), icon: 'download', onChoose: () => setOpen('export') })
  }
  if (may('UpdateInstance')) items.push({ text: t('editLimits'), icon: 'edit', onChoose: () => setOpen('edit') })
  if (may('ClearInstance') || may('DeleteInstance')) items.push('line')
  if (may('ClearInstance')) {
    items.push({ text: t('clearInstance'), icon: 'trash', isDanger: true, onChoose: () => setOpen('clear') })
  }
  if (may('DeleteInstance')) {
    items.push({ text: t('dropInstance'), icon: 'trash', isDanger: true, onChoose: () => setOpen('drop') })
  }
  const close = () => setOpen(undefined)
  return (
    <>
      <Menu items={items} label={t('more')} buttonClass={`${looks.button}`}>
        {t('more')}
        <Icon name="down" size={14} />
      </Menu>
      {open === 'export' && (
        <Suspense fallback={null}>
          <ExportDialog instance={instance.name} onClose={close} />
        </Suspense>
      )}
      {open === 'edit' && <EditDialog instance={instance} onClose={close} />}
      {(open === 'clear' || open === 'drop') && <ConfirmDialog instance={instance} what={open} onClose={close} />}
    </>
  )
}

/** The name is typed before everything in an instance goes. */
function ConfirmDialog({
  instance,
  what,
  onClose,
}: {
  instance: Instance
  what: 'clear' | 'drop'
  onClose: () => void
}) {
  const { name, images } = instance
  const [typed, setTyped] = useState('')
  const [, go] = useLocation()
  const clear = useClearInstance(name)
  const drop = useDropInstance(name)
  const change = what === 'clear' ? clear : drop
  const submit = () =>
    change.mutate(undefined, {
      onSuccess: () => {
        say(t(what === 'clear' ? 'instanceCleared' : 'instanceDropped', { name }))
        onClose()
        if (what === 'drop') go('/instances')
      },
    })
  return (
    <Dialog
      title={t(what === 'clear' ? 'clearInstance' : 'dropInstance')}
      onClose={onClose}
      onSubmit={submit}
      action={
        <Button look="danger" type="submit" disabled={typed !== name || change.isPending}>
          {t(what === 'clear' ? 'clearAction' : 'dropAction', { n: images })}
        </Button>
      }
    >
      <Note isWarning>{t(what === 'clear' ? 'clearText' : 'dropText', { n: images })}</Note>
      <TextField
        label={t('typeName', { name })}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onText={setTyped}
      />
      <Failure error={change.error} />
    </Dialog>
  )
}

function EditDialog({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const update = useUpdateInstance(instance.name)
  const [capacity, setCapacity] = useState(String(instance.capacity))
  const [searchQps, setSearchQps] = useState(String(instance.searchQps))
  const [writeQps, setWriteQps] = useState(String(instance.writeQps))
  const [pictureRules, setPictureRules] = useState<PictureRules>(instance.pictureRules)
  const [thumbnails, setThumbnails] = useState(instance.thumbnails)
  const [defaultRole, setDefaultRole] = useState(instance.defaultRole)
  const save = () =>
    update.mutate(
      {
        capacity: Number(capacity),
        searchQps: Number(searchQps),
        writeQps: Number(writeQps),
        pictureRules,
        thumbnails,
        defaultRole: defaultRole.trim(),
      },
      {
        onSuccess: () => {
          say(t('saved'))
          onClose()
        },
      },
    )
  return (
    <Dialog
      title={t('editLimits')}
      onClose={onClose}
      onSubmit={save}
      action={
        <Button look="primary" type="submit" disabled={update.isPending}>
          {t('save')}
        </Button>
      }
    >
      <TextField
        label={t('capacity')}
        type="number"
        min="1"
        required
        hint={t('capacityNow', { n: instance.images, max: number(instance.capacity) })}
        value={capacity}
        onText={setCapacity}
      />
      <TextField
        label={t('searchQps')}
        type="number"
        min="0"
        required
        hint={t('qpsHint')}
        value={searchQps}
        onText={setSearchQps}
      />
      <TextField
        label={t('writeQps')}
        type="number"
        min="0"
        required
        hint={t('qpsHint')}
        value={writeQps}
        onText={setWriteQps}
      />
      <SelectField
        label={t('pictureRules')}
        hint={t(`rulesText.${pictureRules}`)}
        value={pictureRules}
        onChoose={(value) => setPictureRules(value as PictureRules)}
        options={PICTURE_RULES.map((value) => ({ value, text: t(`rules.${value}`) }))}
      />
      <TextField
        label={t('defaultRole')}
        mono
        placeholder="acs:ram::…:role/…"
        hint={t('defaultRoleHint')}
        value={defaultRole}
        onText={setDefaultRole}
      />
      <CheckField label={t('thumbnails')} isOn={thumbnails} onToggle={setThumbnails} />
      <Failure error={update.error} />
    </Dialog>
  )
}
