import { type Frame, type Place, toPixel, type View } from './plane.ts'

export interface Painting<D> {
  readonly dots: readonly D[]
  /** Colour of each look; the last one is for the dimmed. */
  readonly looks: readonly string[]
  readonly ink: string
  readonly accent: string
  readonly frame: Frame
  readonly view: View
  readonly current: D | undefined
  readonly polygon: readonly Place[]
  /** Called when a picture has come that was not there to be painted. */
  readonly onPicture: () => void
}

interface PaintedDot extends Place {
  readonly look: number
  readonly picture: string
}

/** With at most so many points in view they are shown as pictures. */
const PICTURES = 70
const PICTURE_PX = 44
const KEPT_PICTURES = 400

const pictures = new Map<string, HTMLImageElement>()

/** @returns ends the requests for pictures that have not come */
export function paint<D extends PaintedDot>(canvas: HTMLCanvasElement, painting: Painting<D>): () => void {
  const { frame, dots, looks, view, current, polygon, accent, ink } = painting
  const ratio = devicePixelRatio || 1
  const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  if (!context) return () => {}
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, frame.width, frame.height)

  const seen = dots.flatMap((dot) => {
    const at = toPixel(dot, frame, view)
    const isSeen = at.x > -40 && at.y > -40 && at.x < frame.width + 40 && at.y < frame.height + 40
    return isSeen ? [{ ...at, dot }] : []
  })
  const radius = Math.min(5.5, (dots.length > 1500 ? 2 : 3.5) * view.zoom ** 0.25)
  const dimmed = looks.length - 1
  // The dimmed lie below the others.
  for (let look = -1; look < dimmed; look++) {
    context.fillStyle = looks[look < 0 ? dimmed : look] ?? ink
    context.globalAlpha = look < 0 ? 0.35 : 0.8
    context.beginPath()
    for (const { x, y, dot } of seen) {
      if (dot.look !== look) continue
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, 2 * Math.PI)
    }
    context.fill()
  }
  context.globalAlpha = 1
  const isClose = seen.length <= PICTURES
  const awaited = isClose ? paintPictures(context, seen, looks, painting.onPicture) : []
  if (polygon.length > 1)
    paintPolygon(
      context,
      polygon.map((place) => toPixel(place, frame, view)),
      accent,
    )
  if (current) {
    const { x, y } = toPixel(current, frame, view)
    context.strokeStyle = ink
    context.lineWidth = 2
    context.beginPath()
    if (isClose && current.look >= 0)
      context.rect(x - PICTURE_PX / 2 - 2, y - PICTURE_PX / 2 - 2, PICTURE_PX + 4, PICTURE_PX + 4)
    else context.arc(x, y, radius + 3.5, 0, 2 * Math.PI)
    context.stroke()
  }
  return () => {
    for (const picture of awaited) picture.onload = null
  }
}

function paintPictures<D extends PaintedDot>(
  context: CanvasRenderingContext2D,
  seen: readonly (Place & { readonly dot: D })[],
  looks: readonly string[],
  onPicture: () => void,
): HTMLImageElement[] {
  const awaited: HTMLImageElement[] = []
  for (const { x, y, dot } of seen) {
    if (!dot.picture || dot.look < 0) continue
    const picture = pictureOf(dot.picture)
    if (!picture.complete) {
      picture.onload = onPicture
      awaited.push(picture)
      continue
    }
    if (picture.naturalWidth === 0) continue
    const side = Math.min(picture.naturalWidth, picture.naturalHeight)
    const [left, top] = [x - PICTURE_PX / 2, y - PICTURE_PX / 2]
    context.fillStyle = looks[dot.look] ?? ''
    context.fillRect(left - 2, top - 2, PICTURE_PX + 4, PICTURE_PX + 4)
    const [cutX, cutY] = [(picture.naturalWidth - side) / 2, (picture.naturalHeight - side) / 2]
    context.drawImage(picture, cutX, cutY, side, side, left, top, PICTURE_PX, PICTURE_PX)
  }
  return awaited
}

function pictureOf(address: string): HTMLImageElement {
  const known = pictures.get(address)
  if (known) return known
  const picture = new Image()
  picture.src = address
  pictures.set(address, picture)
  if (pictures.size > KEPT_PICTURES) {
    const [oldest, gone] = pictures.entries().next().value as [string, HTMLImageElement]
    pictures.delete(oldest)
    // Ends its request if it is still on its way.
    if (!gone.complete) gone.src = ''
  }
  return picture
}

function paintPolygon(context: CanvasRenderingContext2D, corners: readonly Place[], accent: string): void {
  context.beginPath()
  for (const { x, y } of corners) context.lineTo(x, y)
  context.closePath()
  context.fillStyle = accent
  context.globalAlpha = 0.12
  context.fill('evenodd')
  context.globalAlpha = 1
  context.strokeStyle = accent
  context.lineWidth = 1.5
  context.setLineDash([5, 4])
  context.stroke()
  context.setLineDash([])
}
