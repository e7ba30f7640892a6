import { BROWSE_LIMIT, useBrowse } from '../api/buckets.ts'
import { bytes, t } from '../i18n/index.ts'
import s from './bucket-browser.module.css'
import { Icon } from './icon.tsx'
import { Failure, Loading } from './page.tsx'

export const MANIFEST = 'increment.meta'

/**
 * Folders and objects of a bucket, one level at a time.
 *
 * @param prefix '' or a folder with its slash at the end
 */
export function BucketBrowser({
  bucket,
  prefix,
  onPrefix,
}: {
  bucket: string
  prefix: string
  onPrefix: (prefix: string) => void
}) {
  const { data, error, isFetching } = useBrowse(bucket, prefix)
  const parts = prefix.split('/').filter(Boolean)
  return (
    <div class={s.browser}>
      <nav class={s.crumbs} aria-label={t('path')}>
        <button type="button" onClick={() => onPrefix('')}>
          {bucket}
        </button>
        {parts.map((part, i) => (
          <>
            <span class="muted">/</span>
            <button type="button" onClick={() => onPrefix(`${parts.slice(0, i + 1).join('/')}/`)}>
              {part}
            </button>
          </>
        ))}
      </nav>
      {isFetching && <Loading />}
      <Failure error={error} />
      <div class={s.entries}>
        {data?.folders.map((folder) => {
          const name = folder.startsWith(prefix) ? folder.slice(prefix.length) : folder
          const to = folder.startsWith(prefix) ? folder : prefix + folder
          return (
            <button
              key={folder}
              type="button"
              class={s.entry}
              onClick={() => onPrefix(to.endsWith('/') ? to : `${to}/`)}
            >
              <Icon name="folder" />
              <span>{name.replace(/\/$/, '')}</span>
            </button>
          )
        })}
        {data?.objects.map(({ key, sizeBytes }) => {
          const name = key.split('/').at(-1)
          return (
            <div key={key} class={name === MANIFEST ? `${s.entry} ${s.manifest}` : s.entry}>
              <Icon name={/\.(jpe?g|png|webp|gif|bmp|tiff?|avif|ppm)$/i.test(key) ? 'picture' : 'file'} />
              <span>{name}</span>
              <span class="number">{bytes(sizeBytes)}</span>
            </div>
          )
        })}
        {data && data.folders.length + data.objects.length === 0 && <div class={s.entry}>{t('emptyFolder')}</div>}
        {data && data.folders.length + data.objects.length >= BROWSE_LIMIT && (
          <div class={s.entry}>{t('moreObjects')}</div>
        )}
      </div>
    </div>
  )
}
