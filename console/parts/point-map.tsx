/** The map of an instance as a canvas: zoom, pan, lasso, pictures when few are in view, all by keyboard too. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'
import { paint } from './paint-map.ts'
import {
  type Frame,
  formatPolygon,
  nearest,
  neighbour,
  type Place,
  pan,
  toPixel,
  toPlace,
  type View,
  zoomAt,
} from './plane.ts'
import s from './point-map.module.css'

export interface Dot extends Place {
  readonly id: number
  /** Index of its colour; -1 = it is dimmed. */
  readonly look: number
  /** Address of its small picture. */
  readonly picture: string
}

/** How near the pointer must be to a point, px. */
const REACH = 14
const TOUCH_REACH = 26
/** Pointer moves below this are a click, px. */
const CLICK_PX = 4
const LASSO_STEP_PX = 5
const KEY_ZOOM = 1.5
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

interface Gesture {
  readonly isLasso: boolean
  readonly from: Place
  hasMoved: boolean
}

export function PointMap<D extends Dot>({
  label,
  dots,
  colours,
  polygon,
  isLasso,
  view,
  current,
  onView,
  onFrame,
  onCurrent,
  onOpen,
  onPolygon,
  children,
}: {
  label: string
  dots: readonly D[]
  /** Elements whose background is the colour of a look, in order; the last one is for the dimmed. */
  colours: () => readonly Element[]
  polygon: readonly Place[]
  /** A drag draws instead of moving; with the shift key it always does. */
  isLasso: boolean
  view: View
  current: D | undefined
  onView: (view: View) => void
  onFrame: (frame: Frame) => void
  onCurrent: (dot: D | undefined) => void
  onOpen: (dot: D) => void
  onPolygon: (polygon: readonly Place[]) => void
  /** Shown at the current point. */
  children?: preact.ComponentChildren
}) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useFrame(box, onFrame)
  const [drawn, setDrawn] = useState<readonly Place[]>()
  const [repaint, again] = useReducer((count: number) => count + 1, 0)
  useThemeChange(() => again(undefined))
  const pointers = useRef(new Map<number, Place>())
  const gesture = useRef<Gesture>()

  useEffect(() => {
    if (!canvas.current || frame.width === 0) return
    const looks = colours().map((element) => getComputedStyle(element).backgroundColor)
    const own = getComputedStyle(canvas.current)
    return paint(canvas.current, {
      dots,
      looks,
      ink: own.color,
      accent: own.outlineColor,
      frame,
      view,
      current,
      polygon: drawn ?? polygon,
      onPicture: () => again(undefined),
    })
  }, [dots, frame, view, current, drawn, polygon, repaint])

  useEffect(() => {
    // Not passive: the page must not scroll while the map zooms.
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      onView(zoomAt(pixelOf(event), Math.exp(-event.deltaY / 400), frame, view))
    }
    const element = box.current
    element?.addEventListener('wheel', wheel, { passive: false })
    return () => element?.removeEventListener('wheel', wheel)
  }, [frame, view])

  function pixelOf(event: { clientX: number; clientY: number }): Place {
    const rectangle = canvas.current?.getBoundingClientRect()
    return { x: event.clientX - (rectangle?.left ?? 0), y: event.clientY - (rectangle?.top ?? 0) }
  }

  const hit = (pixel: Place, isTouch: boolean) => nearest(dots, pixel, isTouch ? TOUCH_REACH : REACH, frame, view)

  function down(event: PointerEvent) {
    if (event.button !== 0) return
    canvas.current?.setPointerCapture(event.pointerId)
    const pixel = pixelOf(event)
    pointers.current.set(event.pointerId, pixel)
    gesture.current = { isLasso: isLasso || event.shiftKey, from: pixel, hasMoved: pointers.current.size > 1 }
  }

  function move(event: PointerEvent) {
    const pixel = pixelOf(event)
    const before = pointers.current.get(event.pointerId)
    if (!before || !gesture.current) {
      if (event.pointerType !== 'touch') onCurrent(hit(pixel, false))
      return
    }
    const { from, isLasso: draws } = gesture.current
    if (Math.hypot(pixel.x - from.x, pixel.y - from.y) > CLICK_PX) gesture.current.hasMoved = true
    if (!gesture.current.hasMoved) return
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, pixel)
    if (other) {
      const factor = distance(pixel, other) / Math.max(1, distance(before, other))
      onView(zoomAt(other, factor, frame, view))
    } else if (draws) {
      draw(pixel)
    } else {
      onView(pan(pixel.x - before.x, pixel.y - before.y, frame, view))
    }
  }

  function draw(pixel: Place) {
    const line = drawn ?? [toPlace(gesture.current?.from ?? pixel, frame, view)]
    const last = line.at(-1)
    if (last && distance(toPixel(last, frame, view), pixel) < LASSO_STEP_PX) return
    setDrawn([...line, toPlace(pixel, frame, view)])
  }

  function up(event: PointerEvent) {
    if (!pointers.current.delete(event.pointerId) || !gesture.current) return
    const { hasMoved } = gesture.current
    if (pointers.current.size > 0) return
    gesture.current = undefined
    setDrawn(undefined)
    if (drawn) return onPolygon(drawn.length > 2 ? drawn : [])
    if (hasMoved || event.type === 'pointercancel') return
    const isTouch = event.pointerType === 'touch'
    const dot = hit(pixelOf(event), isTouch)
    // A finger cannot hover: the first tap shows, the second opens.
    if (dot && (!isTouch || dot === current)) onOpen(dot)
    else onCurrent(dot)
  }

  function key(event: KeyboardEvent) {
    const arrow = ARROWS[event.key]
    const middle = current ? toPixel(current, frame, view) : { x: frame.width / 2, y: frame.height / 2 }
    if (arrow) {
      const next = current
        ? neighbour(dots, current, arrow, frame, view)
        : nearest(dots, middle, Number.MAX_VALUE, frame, view)
      if (next) show(next)
    } else if (event.key === '+' || event.key === '=') onView(zoomAt(middle, KEY_ZOOM, frame, view))
    else if (event.key === '-') onView(zoomAt(middle, 1 / KEY_ZOOM, frame, view))
    else if (event.key === 'Enter' && current) onOpen(current)
    else if (event.key === 'Escape' && (current || polygon.length > 0)) {
      if (current) onCurrent(undefined)
      else onPolygon([])
    } else return
    event.preventDefault()
  }

  /** Makes the point the current one and brings it into view. */
  function show(dot: D) {
    const { x, y } = toPixel(dot, frame, view)
    const isSeen = x > REACH && y > REACH && x < frame.width - REACH && y < frame.height - REACH
    if (!isSeen) onView(pan(frame.width / 2 - x, frame.height / 2 - y, frame, view))
    onCurrent(dot)
  }

  const at = current && toPixel(current, frame, view)
  return (
    <div
      ref={box}
      class={isLasso ? `${s.box} ${s.lasso}` : s.box}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys
      tabIndex={0}
      onKeyDown={key}
      data-zoom={view.zoom.toFixed(2)}
      data-polygon={formatPolygon(polygon)}
    >
      <canvas
        ref={canvas}
        class={s.canvas}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onPointerLeave={(event) => {
          if (event.pointerType !== 'touch' && !gesture.current) onCurrent(undefined)
        }}
      />
      {at && (
        <div class={s.tip} style={tipPlace(at, frame)}>
          {children}
        </div>
      )}
    </div>
  )
}

/** The size of an element as it is now. */
function useFrame(box: RefObject<Element>, onFrame: (frame: Frame) => void): Frame {
  const [frame, setFrame] = useState<Frame>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {}
      setFrame({ width, height })
      onFrame({ width, height })
    })
    if (box.current) sizes.observe(box.current)
    return () => sizes.disconnect()
  }, [])
  return frame
}

/** Another theme has other colours; the system or the person may change it. */
function useThemeChange(onChange: () => void): void {
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const chosen = new MutationObserver(onChange)
    dark.addEventListener('change', onChange)
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      dark.removeEventListener('change', onChange)
      chosen.disconnect()
    }
  }, [])
}

/** Beside the point, on the side where there is more room. */
function tipPlace({ x, y }: Place, { width, height }: Frame): preact.CSSProperties {
  const across = x < width / 2 ? { left: `${x + 14}px` } : { right: `${width - x + 14}px` }
  const down = y < height / 2 ? { top: `${Math.max(4, y - 8)}px` } : { bottom: `${Math.max(4, height - y - 8)}px` }
  return { ...across, ...down }
}

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y)
