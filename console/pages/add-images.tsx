import { useEffect, useMemo, useState } from 'preact/hooks'
import { ApiError } from '../api/client.ts'
import { CATEGORY_OTHERS, type ImageFields, putImage, useCategories, useImagesChanged } from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { bytes, named, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { SelectField, TextField } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { Badge, Card, Empty } from '../parts/page.tsx'
import { DropZone } from '../parts/picture.tsx'
import s from './add-images.module.css'
import { AttributeFields } from './image.tsx'

interface Chosen {
  readonly id: number
  readonly file: File
  readonly productId: string
  readonly picName: string
  readonly state: 'ready' | 'sending' | 'stored' | 'failed'
  readonly error?: ApiError
}

/** Sent at once; more would wait in the server all the same. */
const AT_ONCE = 3
let nextId = 1

/** Pictures by hand: several files, their names and shared fields, and the outcome of each. */
export default function AddImagesPage({ instance }: { instance: Instance }) {
  const categories = useCategories().data?.categories ?? []
  const changed = useImagesChanged(instance.name)
  const [chosen, setChosen] = useState<readonly Chosen[]>([])
  const [productId, setProductId] = useState('')
  const [category, setCategory] = useState('')
  const [fields, setFields] = useState<ImageFields>({})
  const [isSending, setSending] = useState(false)
  const waiting = chosen.filter(({ state }) => state === 'ready' || state === 'failed')
  const stored = chosen.filter(({ state }) => state === 'stored')

  const update = (id: number, change: Partial<Chosen>) =>
    setChosen((before) => before.map((one) => (one.id === id ? { ...one, ...change } : one)))

  function take(files: readonly File[]) {
    const added = files.map(
      (file): Chosen => ({
        id: nextId++,
        file,
        productId: file.name.replace(/\.[^.]*$/, ''),
        picName: file.name,
        state: 'ready',
      }),
    )
    setChosen((before) => [...before, ...added])
  }

  async function send() {
    setSending(true)
    const queue = [...waiting]
    const worker = async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        update(one.id, { state: 'sending' })
        try {
          await putImage(instance.name, one.file, {
            ...fields,
            productId: productId.trim() || one.productId,
            picName: one.picName,
            ...(category && { categoryId: Number(category) }),
          })
          update(one.id, { state: 'stored' })
        } catch (error) {
          update(one.id, { state: 'failed', ...(error instanceof ApiError && { error }) })
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    setSending(false)
    changed()
  }

  return (
    <form
      class={s.page}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div class={s.form}>
        <DropZone label={t('choosePictures')} isMultiple onFiles={take}>
          <Icon name="upload" size={26} />
          <strong>{t('dropPictures')}</strong>
          <span class="muted">{t('dropPicturesText')}</span>
        </DropZone>
        <TextField
          label={t('productForAll')}
          hint={t('productForAllHint')}
          maxLength={256}
          value={productId}
          onText={setProductId}
        />
        {instance.serviceType === 'product' && (
          <SelectField
            label={t('category')}
            value={category}
            onChoose={setCategory}
            options={[
              { value: '', text: t('categoryPredicted') },
              ...categories.map(({ id }) => ({
                value: String(id),
                text: id === CATEGORY_OTHERS ? t('category.88888888') : `${id} · ${named('category', String(id))}`,
              })),
            ]}
          />
        )}
        <AttributeFields now={fields} onChange={(change) => setFields({ ...fields, ...change })} />
        <Button look="primary" type="submit" icon="plus" disabled={waiting.length === 0 || isSending}>
          {t('addCount', { n: waiting.length })}
        </Button>
      </div>
      <Card
        title={t('pictures')}
        isFlush
        actions={
          stored.length > 0 && (
            <LinkButton small href={`/instances/${instance.name}/test`}>
              {t('testService')}
            </LinkButton>
          )
        }
      >
        {chosen.length === 0 ? (
          <Empty icon="picture" title={t('noneChosen')} text={t('noneChosenText')} />
        ) : (
          <ul class={s.files} aria-live="polite">
            {chosen.map((one) => (
              <FileRow
                key={one.id}
                one={one}
                sharedProduct={productId.trim()}
                onChange={(change) => update(one.id, change)}
                onRemove={() => setChosen((before) => before.filter(({ id }) => id !== one.id))}
              />
            ))}
          </ul>
        )}
      </Card>
    </form>
  )
}

function FileRow({
  one,
  sharedProduct,
  onChange,
  onRemove,
}: {
  one: Chosen
  sharedProduct: string
  onChange: (change: Partial<Chosen>) => void
  onRemove: () => void
}) {
  const { file, state, error, productId, picName } = one
  const src = useMemo(() => URL.createObjectURL(file), [file])
  useEffect(() => () => URL.revokeObjectURL(src), [src])
  const isEditable = state === 'ready' || state === 'failed'
  return (
    <li class={s.file}>
      <img src={src} alt="" />
      <div class={s.text}>
        {isEditable ? (
          <div class={s.key}>
            <TextField
              label={t('productOf', { name: file.name })}
              isLabelHidden
              value={sharedProduct || productId}
              disabled={sharedProduct !== ''}
              onText={(text) => onChange({ productId: text })}
            />
            <TextField
              label={t('picNameOf', { name: file.name })}
              isLabelHidden
              value={picName}
              onText={(text) => onChange({ picName: text })}
            />
          </div>
        ) : (
          <span>
            <strong>{sharedProduct || productId}</strong> / {picName}
          </span>
        )}
        {error ? (
          <span class={s.bad}>
            {error.message} {error.hint}
          </span>
        ) : (
          <span class="muted">{bytes(file.size)}</span>
        )}
      </div>
      {state === 'stored' && <Badge tone="good">{t('stored')}</Badge>}
      {state === 'sending' && <Badge tone="info">{t('sending')}</Badge>}
      {isEditable && (
        <Button look="quiet" icon="close" aria-label={t('removeFile', { name: file.name })} onClick={onRemove} />
      )}
    </li>
  )
}
