/** Geometry of the map: places are 0..1 in both directions with y upward, pixels count from the upper left corner. */

export interface Place {
  readonly x: number
  readonly y: number
}

export interface Frame {
  readonly width: number
  readonly height: number
}

/** What of the map is seen: the place in the middle, and how many times larger than the whole. */
export interface View extends Place {
  readonly zoom: number
}

export const WHOLE: View = { x: 0.5, y: 0.5, zoom: 1 }
export const MAX_ZOOM = 60
/** Room at the edges for the outermost points, px. */
const MARGIN = 24

const scale = ({ width, height }: Frame, { zoom }: View): Place => ({
  x: zoom * Math.max(1, width - 2 * MARGIN),
  y: -zoom * Math.max(1, height - 2 * MARGIN),
})

export function toPixel(place: Place, frame: Frame, view: View): Place {
  const by = scale(frame, view)
  return { x: frame.width / 2 + (place.x - view.x) * by.x, y: frame.height / 2 + (place.y - view.y) * by.y }
}

export function toPlace(pixel: Place, frame: Frame, view: View): Place {
  const by = scale(frame, view)
  return { x: view.x + (pixel.x - frame.width / 2) / by.x, y: view.y + (pixel.y - frame.height / 2) / by.y }
}

/** Zooms so that what is at the pixel stays there; the middle stays on the map. */
export function zoomAt(pixel: Place, factor: number, frame: Frame, view: View): View {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, view.zoom * factor))
  const fixed = toPlace(pixel, frame, view)
  const moved = toPlace(pixel, frame, { ...view, zoom })
  return kept({ x: view.x + fixed.x - moved.x, y: view.y + fixed.y - moved.y, zoom })
}

export function pan(dx: number, dy: number, frame: Frame, view: View): View {
  const by = scale(frame, view)
  return kept({ ...view, x: view.x - dx / by.x, y: view.y - dy / by.y })
}

function kept({ x, y, zoom }: View): View {
  // At zoom 1 everything is seen and nothing is gained by moving.
  const slack = 0.5 * (1 - 1 / zoom) + (zoom > 1 ? 0.2 / zoom : 0)
  const clamp = (value: number) => Math.min(0.5 + slack, Math.max(0.5 - slack, value))
  return { x: clamp(x), y: clamp(y), zoom }
}

/** The point nearest to the pixel, at most `reach` px away. */
export function nearest<P extends Place>(
  points: readonly P[],
  pixel: Place,
  reach: number,
  frame: Frame,
  view: View,
): P | undefined {
  let best: P | undefined
  let least = reach * reach
  for (const point of points) {
    const at = toPixel(point, frame, view)
    const distance = (at.x - pixel.x) ** 2 + (at.y - pixel.y) ** 2
    if (distance <= least) {
      least = distance
      best = point
    }
  }
  return best
}

/** The next point in a direction of the screen: near, and more ahead than aside. */
export function neighbour<P extends Place>(
  points: readonly P[],
  from: P,
  [dx, dy]: readonly [number, number],
  frame: Frame,
  view: View,
): P | undefined {
  const start = toPixel(from, frame, view)
  let best: P | undefined
  let least = Number.POSITIVE_INFINITY
  for (const point of points) {
    const at = toPixel(point, frame, view)
    const ahead = (at.x - start.x) * dx + (at.y - start.y) * dy
    const aside = Math.abs((at.x - start.x) * dy - (at.y - start.y) * dx)
    if (point === from || ahead <= 0.01 || aside > ahead) continue
    const cost = ahead + 2 * aside
    if (cost < least) {
      least = cost
      best = point
    }
  }
  return best
}

/** Is the place inside the polygon? Even-odd rule, as a lasso that crosses itself is filled. */
export function isInside({ x, y }: Place, polygon: readonly Place[]): boolean {
  let inside = false
  for (let i = 0, before = polygon.length - 1; i < polygon.length; before = i++) {
    const a = polygon[i] as Place
    const b = polygon[before] as Place
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  }
  return inside
}

/** Corners that an address carries at most. */
const MAX_CORNERS = 80

/** A polygon as it stands in an address: thousandths of the map, x and y in turn. */
export function formatPolygon(polygon: readonly Place[]): string {
  const step = Math.max(1, Math.ceil(polygon.length / MAX_CORNERS))
  return polygon
    .filter((_, i) => i % step === 0)
    .map(({ x, y }) => `${Math.round(1000 * x)},${Math.round(1000 * y)}`)
    .join(',')
}

/** Empty when the text is no polygon. */
export function parsePolygon(text: string): Place[] {
  const numbers = text.split(',').map(Number)
  if (text === '' || numbers.length < 6 || !numbers.every(Number.isFinite)) return []
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => ({
    x: (numbers[2 * i] ?? 0) / 1000,
    y: (numbers[2 * i + 1] ?? 0) / 1000,
  }))
}

/** What is seen, as a polygon. */
export function cornersOf(frame: Frame, view: View): Place[] {
  const { width, height } = frame
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ]
  return corners.map((corner) => toPlace(corner, frame, view))
}
