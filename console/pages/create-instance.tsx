import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { type PictureRules, type ServiceType, useCreateInstance } from '../api/instances.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ChoiceField, SelectField, TextField } from '../parts/field.tsx'
import { Failure } from '../parts/page.tsx'

const NAME = /^[a-z][a-z0-9-]{0,19}$/
export const PICTURE_RULES: readonly PictureRules[] = ['open', 'cloud', 'cloud-2020']

/** @param then where a new instance is shown: its own page, or its first import */
export default function CreateInstanceDialog({ onClose, then }: { onClose: () => void; then?: 'import' }) {
  const [, go] = useLocation()
  const create = useCreateInstance()
  const [name, setName] = useState('')
  const [serviceType, setServiceType] = useState<ServiceType>('product')
  const [capacity, setCapacity] = useState('')
  const [pictureRules, setPictureRules] = useState<PictureRules>('open')
  const isNameBad = name !== '' && !NAME.test(name)

  async function submit() {
    const instance = await create.mutateAsync({
      name,
      serviceType,
      pictureRules,
      ...(capacity && { capacity: Number(capacity) }),
    })
    go(then === 'import' ? `/instances/${instance.name}/imports/new` : `/instances/${instance.name}`)
  }

  return (
    <Dialog
      title={t('createInstance')}
      onClose={onClose}
      onSubmit={() => void submit().catch(() => {})}
      action={
        <Button look="primary" type="submit" disabled={!NAME.test(name) || create.isPending}>
          {t('create')}
        </Button>
      }
    >
      <TextField
        label={t('name')}
        required
        autocomplete="off"
        spellcheck={false}
        maxLength={20}
        hint={t('instanceNameHint')}
        error={isNameBad ? t('instanceNameHint') : undefined}
        value={name}
        onText={setName}
      />
      <ChoiceField
        label={t('serviceType')}
        value={serviceType}
        onChoose={setServiceType}
        choices={[
          { value: 'product', title: t('serviceType.product'), text: t('serviceTypeProductText') },
          { value: 'generic', title: t('serviceType.generic'), text: t('serviceTypeGenericText') },
        ]}
      />
      <SelectField
        label={t('pictureRules')}
        hint={t(`rulesText.${pictureRules}`)}
        value={pictureRules}
        onChoose={(value) => setPictureRules(value as PictureRules)}
        options={PICTURE_RULES.map((value) => ({ value, text: t(`rules.${value}`) }))}
      />
      <TextField
        label={t('capacity')}
        type="number"
        min="1"
        inputMode="numeric"
        placeholder={t('capacityDefault')}
        hint={t('capacityHint')}
        value={capacity}
        onText={setCapacity}
      />
      <Failure error={create.error} />
    </Dialog>
  )
}
