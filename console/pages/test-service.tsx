import { useMutation } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useSearchParams } from 'wouter-preact'
import { useCatalogue, useCategories } from '../api/images.ts'
import type { Instance } from '../api/instances.ts'
import { type SearchAnswer, type SearchInput, searchImages } from '../api/search.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../parts/button.tsx'
import { useCategoryName, withNumber } from '../parts/category-name.ts'
import { CheckField, SelectField, TextField } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Loading, Note } from '../parts/page.tsx'
import { DropZone, Thumbnail } from '../parts/picture.tsx'
import { type Box, formatBox, parseBox, RegionBox } from '../parts/region-box.tsx'
import { SearchResults } from './search-results.tsx'
import s from './test-service.module.css'

const MODES = ['picture', 'text', 'name', 'filter'] as const
type Mode = (typeof MODES)[number]
const THRESHOLD_RESTS_MS = 250

type Look = 'subject' | 'region' | 'whole'

/** Test service: a query of any kind, its results as pictures. What is asked stands in the address, but for files. */
export default function TestServicePage({ instance }: { instance: Instance }) {
  const { name } = instance
  const [params, setParams] = useSearchParams()
  const mode: Mode = MODES.find((m) => m === params.get('by')) ?? 'picture'
  const text = (key: string) => params.get(key) ?? ''
  const set = (values: Record<string, string>) =>
    setParams(
      (before) => {
        for (const [key, value] of Object.entries(values)) {
          if (value) before.set(key, value)
          else before.delete(key)
        }
        return before
      },
      { replace: true },
    )

  const [file, setFile] = useState<File>()
  const [look, setLook] = useState<Look>('subject')
  const [box, setBox] = useState<Box>()
  const [size, setSize] = useState<{ width: number; height: number }>()
  const [shown, setShown] = useState<{ input: SearchInput; answer: SearchAnswer }>()
  const search = useMutation({
    mutationFn: (input: SearchInput) => searchImages(name, input),
    onSuccess: (answer, input) => {
      setShown({ input, answer })
      const found = answer.picture && parseBox(answer.picture.region)
      if (found && look === 'subject') setBox(found)
    },
  })
  const results = useRef<HTMLElement>(null)
  const [dragged, setDragged] = useState<number>()

  // Once the threshold rests; browsers allow few changes of the address.
  useEffect(() => {
    if (dragged === undefined) return
    const timer = setTimeout(() => {
      setDragged(undefined)
      set({ threshold: dragged ? String(dragged) : '' })
      // What the server left out has to be asked for.
      const { threshold: before = 0, ...rest } = shown?.input ?? {}
      if (dragged < before) search.mutate({ ...rest, ...(dragged > 0 && { threshold: dragged }) })
    }, THRESHOLD_RESTS_MS)
    return () => clearTimeout(timer)
  }, [dragged])

  useEffect(() => {
    // On a phone the results are below the form.
    if (shown && innerWidth <= 900) results.current?.scrollIntoView({ block: 'start' })
  }, [shown])

  function input(change: { file?: File; look?: Look; box?: Box; product?: string; pic?: string } = {}): SearchInput {
    const withLook = change.look ?? look
    const withBox = change.box ?? box
    const number = (key: string) => (params.get(key) ? Number(params.get(key)) : undefined)
    const category = number('category')
    const threshold = number('threshold')
    const common = {
      num: number('num') ?? 20,
      start: number('start') ?? 0,
      ...(text('filter') && { filter: text('filter') }),
    }
    const ranked = {
      ...(category !== undefined && { categoryId: category }),
      ...(text('distinct') && { distinct: true }),
      ...(threshold !== undefined && { threshold }),
    }
    const isByName = change.product !== undefined || mode === 'name'
    if (isByName) {
      const key = { productId: change.product ?? text('product'), picName: change.pic ?? text('pic') }
      return { ...common, ...ranked, ...key }
    }
    if (mode === 'filter') return common
    if (mode === 'text') return { ...common, ...ranked, text: text('text') }
    const picture = change.file ?? file ?? text('url')
    const region = withLook === 'region' && withBox ? { region: formatBox(withBox) } : {}
    return { ...common, ...ranked, ...region, ...(withLook === 'whole' && { crop: false }), picture }
  }

  const isReady = {
    picture: Boolean(file || text('url')),
    text: instance.searchesText && text('text').trim() !== '',
    name: Boolean(text('product') && text('pic')),
    filter: Boolean(text('filter')),
  }[mode]

  // An address that says everything is searched once, at first.
  useEffect(() => {
    if (isReady) search.mutate(input())
  }, [])

  function takeFile(taken: File) {
    setFile(taken)
    setBox(undefined)
    setSize(undefined)
    setLook('subject')
    set({ by: '', url: '' })
    search.mutate({ ...input({ file: taken, look: 'subject' }), picture: taken })
  }

  function searchByName(product: string, pic: string) {
    set({ by: 'name', product, pic })
    search.mutate(input({ product, pic }))
    scrollTo({ top: 0 })
  }

  function chooseLook(chosen: Look) {
    setLook(chosen)
    if (chosen === 'region' && !box) {
      if (size) setBox({ x1: 0, x2: size.width, y1: 0, y2: size.height })
      return
    }
    if (isReady) search.mutate(input({ look: chosen }))
  }

  return (
    <div class={s.page}>
      <form
        class={s.form}
        onSubmit={(event) => {
          event.preventDefault()
          search.mutate(input())
        }}
      >
        <fieldset class={s.modes} aria-label={t('searchBy')}>
          {MODES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === mode}
              onClick={() => set({ by: one === 'picture' ? '' : one })}
            >
              {t(`by.${one}`)}
            </button>
          ))}
        </fieldset>

        {mode === 'picture' && (
          <>
            {file ? (
              <QueryPicture
                file={file}
                box={look === 'whole' ? undefined : box}
                onBox={(drawn) => {
                  setBox(drawn)
                  setLook(drawn ? 'region' : 'subject')
                  search.mutate(input({ look: drawn ? 'region' : 'subject', ...(drawn && { box: drawn }) }))
                }}
                onSize={(width, height) => setSize({ width, height })}
                onOther={takeFile}
              />
            ) : (
              <DropZone label={t('choosePicture')} onFiles={([first]) => first && takeFile(first)}>
                <Icon name="upload" size={26} />
                <strong>{t('dropPicture')}</strong>
                <span class="muted">{t('dropPictureText')}</span>
              </DropZone>
            )}
            <div class={s.url}>
              <TextField
                label={t('pictureUrl')}
                type="url"
                placeholder="https://"
                value={text('url')}
                onText={(url) => {
                  setFile(undefined)
                  set({ url })
                }}
              />
              <CameraButton onFile={takeFile} />
            </div>
            <SelectField
              label={t('subject')}
              value={look}
              onChoose={(value) => chooseLook(value as Look)}
              options={(['subject', 'region', 'whole'] as const).map((value) => ({ value, text: t(`look.${value}`) }))}
            />
            {look === 'region' && <BoxFields box={box} size={size} onBox={setBox} />}
          </>
        )}
        {mode === 'text' &&
          (instance.searchesText ? (
            <TextField
              label={t('textQuery')}
              hint={t('textQueryHint')}
              type="search"
              maxLength={512}
              value={text('text')}
              onText={(words) => set({ text: words })}
            />
          ) : (
            <Note>{t('textMissing', { model: instance.model })}</Note>
          ))}
        {mode === 'name' && (
          <>
            <TextField label="ProductId" value={text('product')} onText={(product) => set({ product })} required />
            <TextField label="PicName" value={text('pic')} onText={(pic) => set({ pic })} required />
          </>
        )}
        {mode === 'filter' && <FilterField value={text('filter')} onText={(filter) => set({ filter })} />}

        <Options mode={mode} instance={instance} text={text} set={set} />
        <Button look="primary" type="submit" icon="search" disabled={!isReady || search.isPending}>
          {t('startTest')}
        </Button>
      </form>

      <section ref={results} class={s.results} aria-label={t('results')} aria-live="polite">
        {search.isPending && <Loading />}
        <Failure error={search.error} />
        {shown && !search.error ? (
          <SearchResults
            instance={instance}
            input={shown.input}
            answer={shown.answer}
            onSearchByName={searchByName}
            threshold={dragged ?? Number(text('threshold'))}
            onThreshold={setDragged}
            onStart={(start) => {
              set({ start: start ? String(start) : '' })
              search.mutate({ ...shown.input, start })
            }}
          />
        ) : (
          !search.isPending && !search.error && <Suggestions instance={instance} onChoose={searchByName} />
        )}
      </section>
    </div>
  )
}

function QueryPicture({
  file,
  box,
  onBox,
  onSize,
  onOther,
}: {
  file: File
  box: Box | undefined
  onBox: (box: Box | undefined) => void
  onSize: (width: number, height: number) => void
  onOther: (file: File) => void
}) {
  const src = useMemo(() => URL.createObjectURL(file), [file])
  const [isUnreadable, setUnreadable] = useState(false)
  const other = useRef<HTMLInputElement>(null)
  useEffect(() => {
    setUnreadable(false)
    return () => URL.revokeObjectURL(src)
  }, [src])
  return (
    <div class={s.query}>
      <div class={s.canvas}>
        {isUnreadable ? (
          <Empty icon="picture" title={file.name} text={t('pictureNotShown')} />
        ) : (
          <RegionBox
            key={src}
            src={src}
            box={box}
            onBox={onBox}
            onSize={onSize}
            onUnreadable={() => setUnreadable(true)}
          />
        )}
      </div>
      <div class={s.row}>
        <span class={s.sub}>{file.name}</span>
        <Button small icon="upload" onClick={() => other.current?.click()}>
          {t('otherPicture')}
        </Button>
        <input
          ref={other}
          type="file"
          hidden
          accept="image/*"
          onChange={(event) => {
            const [first] = event.currentTarget.files ?? []
            if (first) onOther(first)
          }}
        />
      </div>
    </div>
  )
}

/** Opens the camera of a phone; elsewhere the browser offers files. */
function CameraButton({ onFile }: { onFile: (file: File) => void }) {
  const camera = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button icon="camera" aria-label={t('takePhoto')} onClick={() => camera.current?.click()} />
      <input
        ref={camera}
        type="file"
        hidden
        accept="image/*"
        capture="environment"
        onChange={(event) => {
          const [first] = event.currentTarget.files ?? []
          if (first) onFile(first)
        }}
      />
    </>
  )
}

function BoxFields({
  box,
  size,
  onBox,
}: {
  box: Box | undefined
  size: { width: number; height: number } | undefined
  onBox: (box: Box) => void
}) {
  const now = box ?? { x1: 0, x2: size?.width ?? 0, y1: 0, y2: size?.height ?? 0 }
  return (
    <div class={s.four}>
      {(['x1', 'x2', 'y1', 'y2'] as const).map((side) => (
        <TextField
          key={side}
          label={side}
          type="number"
          min="0"
          max={side.startsWith('x') ? size?.width : size?.height}
          value={String(now[side])}
          onText={(value) => onBox({ ...now, [side]: Math.round(Number(value)) })}
        />
      ))}
    </div>
  )
}

function FilterField({ value, onText }: { value: string; onText: (text: string) => void }) {
  return (
    <TextField
      label={t('filter')}
      mono
      spellcheck={false}
      placeholder={'int_attr >= 100 AND str_attr = "red"'}
      maxLength={4096}
      value={value}
      onText={onText}
    />
  )
}

function Options({
  mode,
  instance,
  text,
  set,
}: {
  mode: Mode
  instance: Instance
  text: (key: string) => string
  set: (values: Record<string, string>) => void
}) {
  const categories = useCategories().data?.categories ?? []
  const categoryName = useCategoryName()
  const isAny = ['filter', 'category', 'num', 'start', 'distinct', 'threshold'].some((key) => text(key) !== '')
  return (
    <details class={s.options} open={isAny || mode === 'filter'}>
      <summary>{t('options')}</summary>
      <div>
        {mode !== 'filter' && <FilterField value={text('filter')} onText={(filter) => set({ filter })} />}
        {mode !== 'filter' && instance.serviceType === 'product' && (
          <SelectField
            label={t('category')}
            value={text('category')}
            onChoose={(category) => set({ category })}
            options={[
              { value: '', text: t('categoryPredicted') },
              ...categories.map(({ id }) => ({ value: String(id), text: withNumber(id, categoryName(id)) })),
            ]}
          />
        )}
        <div class={s.two}>
          <TextField
            label={t('startNumber')}
            type="number"
            min="0"
            max="499"
            placeholder="0"
            value={text('start')}
            onText={(start) => set({ start })}
          />
          <TextField
            label={t('showResults')}
            type="number"
            min="1"
            max="100"
            placeholder="20"
            value={text('num')}
            onText={(num) => set({ num })}
          />
        </div>
        {mode !== 'filter' && (
          <>
            <TextField
              label={t('threshold')}
              type="number"
              min="0"
              max="1"
              step="0.01"
              placeholder="0.00"
              hint={t('thresholdHint')}
              value={text('threshold')}
              onText={(threshold) => set({ threshold })}
            />
            <CheckField
              label={t('distinct')}
              isOn={Boolean(text('distinct'))}
              onToggle={(isOn) => set({ distinct: isOn ? '1' : '' })}
            />
          </>
        )}
      </div>
    </details>
  )
}

const SUGGESTED = 12

/** Before the first search: some pictures of the catalogue to search with. */
function Suggestions({ instance, onChoose }: { instance: Instance; onChoose: (product: string, pic: string) => void }) {
  const { data } = useCatalogue(instance.name, { limit: SUGGESTED, start: 0 })
  if (!data) return null
  if (data.images.length === 0) return <Empty icon="picture" title={t('nothingToFind')} text={t('nothingToFindText')} />
  return (
    <>
      <p class="muted">{t('suggestions')}</p>
      <div class={s.grid}>
        {data.images.map((image) => (
          <button
            key={image.id}
            type="button"
            class={s.result}
            onClick={() => onChoose(image.productId, image.picName)}
          >
            <Thumbnail src={image.thumbnail} alt="" />
            <span class={s.resultText}>
              <span class={s.product}>{image.productId}</span>
              <span class={s.sub}>{image.picName}</span>
            </span>
          </button>
        ))}
      </div>
    </>
  )
}
