/** The box on the query picture: the detected subject, which can be dragged or typed. */
import { useRef, useState } from 'preact/hooks'
import ReactCrop, { type PercentCrop } from 'react-image-crop'
import 'react-image-crop/dist/ReactCrop.css'
import { t } from '../i18n/index.ts'

export interface Box {
  readonly x1: number
  readonly x2: number
  readonly y1: number
  readonly y2: number
}

export function parseBox(text: string): Box | undefined {
  const [x1, x2, y1, y2] = text.split(',').map(Number)
  if (x1 === undefined || x2 === undefined || y1 === undefined || y2 === undefined) return undefined
  return [x1, x2, y1, y2].every(Number.isFinite) ? { x1, x2, y1, y2 } : undefined
}

export const formatBox = ({ x1, x2, y1, y2 }: Box): string => [x1, x2, y1, y2].join(',')

/** Below this many pixels a drag was a click. */
const MIN_SIDE = 8

export function RegionBox({
  src,
  box,
  onBox,
  onSize,
  onUnreadable,
}: {
  src: string
  box: Box | undefined
  /** Called when a drag has ended; undefined = the box was clicked away. */
  onBox: (box: Box | undefined) => void
  onSize: (width: number, height: number) => void
  /** The browser cannot show this format; the server may be able to read it all the same. */
  onUnreadable: () => void
}) {
  const image = useRef<HTMLImageElement>(null)
  const [dragged, setDragged] = useState<PercentCrop>()
  const [size, setSize] = useState<{ width: number; height: number }>()

  const shown: PercentCrop | undefined =
    dragged ??
    (box && size
      ? {
          unit: '%',
          x: (100 * box.x1) / size.width,
          y: (100 * box.y1) / size.height,
          width: (100 * (box.x2 - box.x1)) / size.width,
          height: (100 * (box.y2 - box.y1)) / size.height,
        }
      : undefined)

  function settle(crop: PercentCrop) {
    setDragged(undefined)
    if (!size) return
    const x1 = Math.max(0, Math.round((crop.x / 100) * size.width))
    const y1 = Math.max(0, Math.round((crop.y / 100) * size.height))
    const x2 = Math.min(size.width, Math.round(((crop.x + crop.width) / 100) * size.width))
    const y2 = Math.min(size.height, Math.round(((crop.y + crop.height) / 100) * size.height))
    const isBox = x2 - x1 >= MIN_SIDE && y2 - y1 >= MIN_SIDE
    if (!isBox) return onBox(undefined)
    if (!box || formatBox(box) !== formatBox({ x1, x2, y1, y2 })) onBox({ x1, x2, y1, y2 })
  }

  return (
    <ReactCrop
      {...(shown && { crop: shown })}
      onChange={(_, percent) => setDragged(percent)}
      onComplete={(_, percent) => settle(percent)}
      keepSelection={false}
      ariaLabels={{
        cropArea: t('regionArea'),
        nwDragHandle: t('regionHandle', { at: '↖' }),
        nDragHandle: t('regionHandle', { at: '↑' }),
        neDragHandle: t('regionHandle', { at: '↗' }),
        eDragHandle: t('regionHandle', { at: '→' }),
        seDragHandle: t('regionHandle', { at: '↘' }),
        sDragHandle: t('regionHandle', { at: '↓' }),
        swDragHandle: t('regionHandle', { at: '↙' }),
        wDragHandle: t('regionHandle', { at: '←' }),
      }}
    >
      <img
        ref={image}
        src={src}
        alt={t('queryPicture')}
        onLoad={() => {
          const { naturalWidth: width = 0, naturalHeight: height = 0 } = image.current ?? {}
          setSize({ width, height })
          onSize(width, height)
        }}
        onError={onUnreadable}
      />
    </ReactCrop>
  )
}
