import { useQuery } from '@tanstack/react-query'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'
import {
  deleteImages,
  type Image,
  type ImageFields,
  type ImageKey,
  INT_ATTRIBUTES,
  STR_ATTRIBUTES,
  updateImage,
  useImage,
  useImagesChanged,
} from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { searchImages } from '../api/search.ts'
import { useMay } from '../api/session.ts'
import { fullMoment, number, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { useCategoryName, withNumber } from '../parts/category-name.ts'
import { Dialog } from '../parts/dialog.tsx'
import { TextArea, TextField } from '../parts/field.tsx'
import { Facts, Failure, Loading } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import { say } from '../parts/toast.tsx'
import s from './catalogue.module.css'

/** One image: what is stored of it, images like it, its fields to change, and away with it. */
export function ImageDialog({
  instance,
  image: key,
  href,
  onClose,
}: {
  instance: Instance
  image: ImageKey
  /** Address at which another image is shown. */
  href: (key: ImageKey) => string
  onClose: () => void
}) {
  const { data: image, error, isPending } = useImage(instance.name, key)
  const may = useMay(instance.name)
  const changed = useImagesChanged(instance.name)
  const [fields, setFields] = useState<ImageFields>()
  const [isSure, setSure] = useState(false)
  const [failure, setFailure] = useState<unknown>()

  const attempt = async (action: () => Promise<unknown>, done: string, isGone: boolean) => {
    try {
      await action()
      changed()
      say(done)
      if (isGone) onClose()
      setFields(undefined)
      setFailure(undefined)
    } catch (thrown) {
      setFailure(thrown)
    }
  }
  const save = () => attempt(() => updateImage(instance.name, key, fields ?? {}), t('saved'), false)
  const remove = () => attempt(() => deleteImages(instance.name, key), t('imageDeleted'), true)

  return (
    <Dialog
      title={key.productId}
      isWide
      onClose={onClose}
      onSubmit={save}
      action={
        fields && (
          <Button look="primary" type="submit">
            {t('save')}
          </Button>
        )
      }
    >
      {isPending && <Loading />}
      <Failure error={error} />
      {image && (
        <>
          <div class={s.detail}>
            <div class={s.picture}>
              <Thumbnail src={image.thumbnail} alt={`${image.productId} / ${image.picName}`} />
            </div>
            <div class={s.fields}>
              {fields ? <Edit image={image} fields={fields} onFields={setFields} /> : <Show image={image} />}
              <Failure error={failure} />
              <div class={s.actions}>
                {!fields && may('UpdateImage') && (
                  <Button icon="edit" onClick={() => setFields({})}>
                    {t('edit')}
                  </Button>
                )}
                <LinkButton
                  icon="similar"
                  href={`/instances/${instance.name}/test?by=name&product=${encodeURIComponent(image.productId)}&pic=${encodeURIComponent(image.picName)}`}
                >
                  {t('searchWithThis')}
                </LinkButton>
                {may('DeleteImage') && (
                  <Button look="danger" icon="trash" onClick={() => (isSure ? void remove() : setSure(true))}>
                    {isSure ? t('deleteSure') : t('delete')}
                  </Button>
                )}
              </div>
            </div>
          </div>
          {may('SearchImageByPic') && <Similar instance={instance} image={key} href={href} />}
        </>
      )}
    </Dialog>
  )
}

function Show({ image }: { image: Image }) {
  const { categoryId } = image
  const attributes = [...INT_ATTRIBUTES, ...STR_ATTRIBUTES].filter((name) => image[name])
  const categoryName = useCategoryName()
  return (
    <Facts
      facts={[
        [
          'PicName',
          <span key="pic" class="mono">
            {image.picName}
          </span>,
        ],
        [t('category'), withNumber(categoryId, categoryName(categoryId))],
        ...(image.customContent ? [['CustomContent', image.customContent] as const] : []),
        ...attributes.map((name) => [title(name), String(image[name])] as const),
        [t('pictureSize'), `${number(image.width)} × ${number(image.height)}`],
        [t('region'), <code key="region">{image.region}</code>],
        [t('created'), fullMoment(image.createdMs)],
        ...(image.updatedMs !== image.createdMs ? [[t('modified'), fullMoment(image.updatedMs)] as const] : []),
      ]}
    />
  )
}

const title = (name: string): string => (name[0]?.toUpperCase() ?? '') + name.slice(1)

function Edit({
  image,
  fields,
  onFields,
}: {
  image: Image
  fields: ImageFields
  onFields: (fields: ImageFields) => void
}) {
  return (
    <>
      <p class="mono">{image.picName}</p>
      <AttributeFields now={{ ...image, ...fields }} onChange={(change) => onFields({ ...fields, ...change })} />
    </>
  )
}

/** The fields that a person may set on an image. */
export function AttributeFields({ now, onChange }: { now: ImageFields; onChange: (change: ImageFields) => void }) {
  return (
    <>
      <TextArea
        label="CustomContent"
        rows={2}
        maxLength={4096}
        value={now.customContent ?? ''}
        onText={(customContent) => onChange({ customContent })}
      />
      <div class={s.four}>
        {INT_ATTRIBUTES.map((name) => (
          <TextField
            key={name}
            label={title(name)}
            type="number"
            step="1"
            value={String(now[name] ?? 0)}
            onText={(text) => onChange({ [name]: Math.trunc(Number(text)) })}
          />
        ))}
      </div>
      <div class={s.four}>
        {STR_ATTRIBUTES.map((name) => (
          <TextField
            key={name}
            label={title(name)}
            maxLength={128}
            value={now[name] ?? ''}
            onText={(text) => onChange({ [name]: text })}
          />
        ))}
      </div>
    </>
  )
}

const SIMILAR = 10

function Similar({ instance, image, href }: { instance: Instance; image: ImageKey; href: (key: ImageKey) => string }) {
  const { data } = useQuery({
    queryKey: ['similar', instance.name, image],
    queryFn: ({ signal }) => searchImages(instance.name, { ...image, num: SIMILAR + 1 }, signal),
  })
  const others = data?.results.filter(
    ({ productId, picName }) => productId !== image.productId || picName !== image.picName,
  )
  if (!others?.length) return null
  return (
    <section class={s.fields}>
      <h3>{t('similarImages')}</h3>
      <div class={s.strip}>
        {others.slice(0, SIMILAR).map((one) => (
          <Link key={one.id} href={href(one)} title={`${one.productId} / ${one.picName}`}>
            <Thumbnail src={one.thumbnail} alt={`${one.productId} / ${one.picName}`} />
            <span>{one.score?.toFixed(2)}</span>
          </Link>
        ))}
      </div>
    </section>
  )
}
