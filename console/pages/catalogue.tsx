import { useMemo, useState } from 'preact/hooks'
import { Link, useSearchParams } from 'wouter-preact'
import { useMap } from '../api/charts.ts'
import { deleteImages, type Image, useCatalogue, useImagesChanged } from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { useMay } from '../api/session.ts'
import { number, t } from '../i18n/index.ts'
import { Button, LinkButton } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { Card, Empty, Failure, Loading, Note, Pager } from '../parts/page.tsx'
import { Thumbnail } from '../parts/picture.tsx'
import { isInside, parsePolygon } from '../parts/plane.ts'
import { say } from '../parts/toast.tsx'
import s from './catalogue.module.css'
import { ImageDialog } from './image.tsx'

const PAGE = 60
/** An id that no image has: what lies before it ends with the last image. */
const BEHIND_ALL = Number.MAX_SAFE_INTEGER
const FROM_THE_START = { start: '', after: '', before: '' }

/** All images of an instance, a page at a time; filter, page and the opened image stand in the address. */
export default function CataloguePage({ instance }: { instance: Instance }) {
  const [params, setParams] = useSearchParams()
  const value = (key: string) => params.get(key) ?? ''
  const filter = value('filter')
  const productId = value('of')
  const within = value('within')
  const start = Number(value('start') || 0)
  const chosen = useChosen(instance.name, within)
  const { data, error, isPending, isPlaceholderData, refetch } = useCatalogue(
    instance.name,
    within
      ? { limit: PAGE, ids: (chosen ?? []).slice(start, start + PAGE).join(',') }
      : {
          limit: PAGE,
          ...(filter && { filter }),
          ...(productId && { productId }),
          ...(value('after') && { after: Number(value('after')) }),
          ...(value('before') && { before: Number(value('before')) }),
        },
    !within || (chosen !== undefined && chosen.length > 0),
  )
  const total = within ? chosen?.length : data?.total
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
  const images = data?.images ?? []
  /** Pages are found from the image before or after them: the last of a million is as near as the first. */
  const turn = (to: number) => {
    const isLast = total !== undefined && to === total - PAGE
    const place: Record<string, string> =
      within || to === 0
        ? {}
        : isLast
          ? { before: String(BEHIND_ALL) }
          : to < start
            ? { before: String(images[0]?.id) }
            : { after: String(images.at(-1)?.id) }
    setParams(address({ ...FROM_THE_START, ...place, start: to ? String(to) : '' }))
    scrollTo(0, 0)
  }
  const pager = (label: string) => (
    <Pager start={start} limit={PAGE} shown={images.length} total={total} onStart={turn} label={label} hasEnds />
  )
  const opened = value('product') && value('pic') ? { productId: value('product'), picName: value('pic') } : undefined
  const base = `/instances/${instance.name}/catalogue`

  return (
    <div class={s.page}>
      <form
        class={s.bar}
        onSubmit={(event) => {
          event.preventDefault()
          setParams(address({ filter: typed.trim(), of: product.trim(), ...FROM_THE_START, within: '' }))
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
      {within && (
        <Note>
          {t('mapChoice', { n: chosen?.length ?? 0 })}{' '}
          <Link href={`/instances/${instance.name}/map?within=${within}`}>{t('showMap')}</Link>
          {' · '}
          <Link href={base}>{t('showAll')}</Link>
        </Note>
      )}
      {((isPending && chosen?.length !== 0) || isPlaceholderData) && <Loading />}
      <Failure error={error} onRetry={() => refetch()} />
      {(data || chosen?.length === 0) && !error && images.length === 0 && (
        <Card>
          {filter || productId || within ? (
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
      {data && !error && images.length > 0 && (
        <>
          <div class={s.count}>
            {total !== undefined && !within && <span class="muted">{t('imageCount', { n: total })}</span>}
            {/* Here too: by keyboard the other one is behind all the pictures. */}
            {pager(t('pagesAbove'))}
          </div>
          <div class={s.grid}>
            {images.map((image) => (
              <Tile
                key={image.id}
                image={image}
                href={`${base}?${address({ product: image.productId, pic: image.picName })}`}
              />
            ))}
          </div>
          {pager(t('pages'))}
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

/** Ids of the images that were encircled on the map; undefined while the map comes or when there is no choice. */
function useChosen(instance: string, within: string): readonly number[] | undefined {
  const points = useMap(instance, within !== '').data?.points
  return useMemo(() => {
    const polygon = parsePolygon(within)
    return points?.filter((point) => isInside(point, polygon)).map(({ id }) => id)
  }, [points, within])
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
