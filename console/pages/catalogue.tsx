import { useState } from 'preact/hooks'
import { Link, useSearchParams } from 'wouter-preact'
import { deleteImages, type Image, useCatalogue, useImagesChanged } from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { number, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { Card, Empty, Failure, Loading, Note, Pager } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import { say } from '../parts/toast.tsx'
import s from './catalogue.module.css'
import { ImageDialog } from './image.tsx'

const PAGE = 60

/** All images of an instance, a page at a time; filter, page and the opened image stand in the address. */
export default function CataloguePage({ instance }: { instance: Instance }) {
  const [params, setParams] = useSearchParams()
  const value = (key: string) => params.get(key) ?? ''
  const filter = value('filter')
  const productId = value('of')
  const start = Number(value('start') || 0)
  const { data, error, isPending, isPlaceholderData, refetch } = useCatalogue(instance.name, {
    limit: PAGE,
    start,
    ...(filter && { filter }),
    ...(productId && { productId }),
  })
  const may = useMay(instance.name)
  const [typed, setTyped] = useState(filter)
  const [product, setProduct] = useState(productId)
  const [isDeleting, openDelete] = useState(false)

  const address = (change: Record<string, string>) => {
    const next = new URLSearchParams(params)
    for (const [key, text] of Object.entries(change)) {
      if (text) next.set(key, text)
      else next.delete(key)
    }
    return next
  }
  const opened = value('product') && value('pic') ? { productId: value('product'), picName: value('pic') } : undefined
  const base = `/instances/${instance.name}/catalogue`

  return (
    <div class={s.page}>
      <form
        class={s.bar}
        onSubmit={(event) => {
          event.preventDefault()
          setParams(address({ filter: typed.trim(), of: product.trim(), start: '' }))
        }}
      >
        <TextField
          label={t('filter')}
          mono
          type="search"
          spellcheck={false}
          placeholder={'int_attr >= 100 AND str_attr = "red"'}
          value={typed}
          onText={setTyped}
        />
        <TextField label="ProductId" type="search" value={product} onText={setProduct} />
        <div class={s.actions}>
          <Button type="submit" icon="filter">
            {t('apply')}
          </Button>
          {filter && may('DeleteImage') && (data?.total ?? 0) > 0 && (
            <Button look="danger" icon="trash" onClick={() => openDelete(true)}>
              {t('deleteMatching')}
            </Button>
          )}
        </div>
      </form>
      {(isPending || isPlaceholderData) && <Loading />}
      <Failure error={error} onRetry={() => refetch()} />
      {data && !error && data.images.length === 0 && (
        <Card>
          {filter || productId ? (
            <Empty icon="filter" title={t('noMatch')} text={t('noMatchText')} />
          ) : (
            <Empty icon="picture" title={t('nothingToFind')} text={t('nothingToFindText')}>
              {may('AddImage') && (
                <LinkButton look="primary" href={`/instances/${instance.name}/add`}>
                  {t('addImages')}
                </LinkButton>
              )}
            </Empty>
          )}
        </Card>
      )}
      {data && !error && data.images.length > 0 && (
        <>
          {data.total !== undefined && <p class="muted">{t('imageCount', { n: data.total })}</p>}
          <div class={s.grid}>
            {data.images.map((image) => (
              <Tile
                key={image.id}
                image={image}
                href={`${base}?${address({ product: image.productId, pic: image.picName })}`}
              />
            ))}
          </div>
          <Pager
            start={start}
            limit={PAGE}
            shown={data.images.length}
            total={data.total}
            onStart={(to) => {
              setParams(address({ start: to ? String(to) : '' }))
              scrollTo(0, 0)
            }}
          />
        </>
      )}
      {opened && (
        <ImageDialog
          key={`${opened.productId}\n${opened.picName}`}
          instance={instance}
          image={opened}
          href={(key) => `${base}?${address({ product: key.productId, pic: key.picName })}`}
          onClose={() => setParams(address({ product: '', pic: '' }))}
        />
      )}
      {isDeleting && (
        <DeleteDialog instance={instance} filter={filter} total={data?.total ?? 0} onClose={() => openDelete(false)} />
      )}
    </div>
  )
}

function Tile({ image, href }: { image: Image; href: string }) {
  const { productId, picName, thumbnail } = image
  return (
    <Link class={s.tile} href={href} title={`${productId} / ${picName}`}>
      <Thumbnail src={thumbnail} alt="" />
      <span class={s.text}>
        <span class={s.product}>{productId}</span>
        <span class={s.sub}>{picName}</span>
      </span>
    </Link>
  )
}

function DeleteDialog({
  instance,
  filter,
  total,
  onClose,
}: {
  instance: Instance
  filter: string
  total: number
  onClose: () => void
}) {
  const changed = useImagesChanged(instance.name)
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<unknown>()
  async function run() {
    try {
      const { deleted } = await deleteImages(instance.name, { filter })
      say(t('deletedCount', { n: deleted.length }))
      changed()
      onClose()
    } catch (failure) {
      setError(failure)
    }
  }
  return (
    <Dialog
      title={t('deleteMatching')}
      onClose={onClose}
      onSubmit={run}
      action={
        <Button look="danger" type="submit" disabled={typed !== String(total)}>
          {t('deleteCount', { n: total })}
        </Button>
      }
    >
      <Note isWarning>
        {t('deleteMatchingText', { n: total })} <code>{filter}</code>
      </Note>
      <TextField
        label={t('typeNumber', { number: String(total) })}
        inputMode="numeric"
        hint={number(total)}
        value={typed}
        onText={setTyped}
      />
      <Failure error={error} />
    </Dialog>
  )
}
