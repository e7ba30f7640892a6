import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import s from './picture.module.css'

/** The small picture of an image; its request ends when it leaves the page. */
export function Thumbnail({ src, alt }: { src: string; alt: string }) {
  const image = useRef<HTMLImageElement>(null)
  const [isBroken, setBroken] = useState(false)
  // Another picture gets another chance.
  useEffect(() => setBroken(false), [src])
  useEffect(
    () => () => {
      if (image.current && !image.current.complete) image.current.src = ''
    },
    [],
  )
  return (
    <div class={s.thumb}>
      {src && !isBroken ? (
        <img ref={image} src={src} alt={alt} loading="lazy" decoding="async" onError={() => setBroken(true)} />
      ) : (
        <Icon name="picture" size={22} />
      )}
    </div>
  )
}

/** Where files are dropped, chosen, or pasted anywhere on the page. */
export function DropZone({
  label,
  isMultiple,
  onFiles,
  children,
}: {
  label: string
  isMultiple?: boolean
  onFiles: (files: readonly File[]) => void
  children: ComponentChildren
}) {
  const [isOver, setOver] = useState(false)
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])]
    if (files.length > 0) onFiles(isMultiple ? files : files.slice(0, 1))
  }

  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      if (event.clipboardData?.files.length) {
        event.preventDefault()
        take(event.clipboardData.files)
      }
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  })

  return (
    <label
      class={isOver ? `${s.drop} ${s.over}` : s.drop}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <input
        type="file"
        class="visually-hidden"
        accept="image/*"
        aria-label={label}
        multiple={isMultiple ?? false}
        onChange={(event) => {
          take(event.currentTarget.files)
          event.currentTarget.value = ''
        }}
      />
      {children}
    </label>
  )
}
