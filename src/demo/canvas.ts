/**
 * What the drawings of the demo shop are made with: forms that have a colour, a pattern and light on them. A product is
 * drawn in a box of 400 x 400, standing on y = 390.
 */

/** `#rrggbb` */
export type Colour = string

export type PatternKind =
  | 'stripes'
  | 'pinstripes'
  | 'dots'
  | 'checks'
  | 'zigzag'
  | 'flowers'
  | 'knit'
  | 'diamonds'
  | 'waves'
  | 'leaves'

/** How light falls: on a cylinder, on hanging cloth, on a ball, on a flat front, or not at all. */
export type Light = 'round' | 'cloth' | 'ball' | 'flat' | 'gloss' | 'none'

export interface FormLook {
  readonly fill: Colour
  readonly light?: Light
  /** Drawn over the colour, clipped to the form. */
  readonly pattern?: {
    readonly kind: PatternKind
    readonly colour: Colour
    readonly scale?: number
    readonly turn?: number
  }
  /** More SVG over the pattern, below the light, clipped to the form: folds, seams, labels. */
  readonly inside?: string
}

export interface Canvas {
  /** Gradients, patterns and clips that the drawings use. */
  readonly definitions: string[]
  /** A closed form given by an SVG path. */
  form(path: string, look: FormLook): string
}

/** Mixes a colour with black (amount < 0) or white (amount > 0). */
export function shade(colour: Colour, amount: number): Colour {
  const target = amount < 0 ? 0 : 255
  const mixed = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16)
    return Math.round(channel + (target - channel) * Math.abs(amount))
      .toString(16)
      .padStart(2, '0')
  })
  return `#${mixed.join('')}`
}

/** An open line. */
export function line(path: string, colour: Colour, width: number, extra = ''): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${extra}/>`
}

/** Path of a rectangle with round corners. */
export function box(x: number, y: number, width: number, height: number, radius = 0): string {
  const r = Math.min(radius, width / 2, height / 2)
  return `M${x + r} ${y}h${width - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${height - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - width}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - height}a${r} ${r} 0 0 1 ${r} ${-r}z`
}

/** Path of an ellipse. */
export function oval(x: number, y: number, rx: number, ry = rx): string {
  return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`
}

/**
 * A symmetric outline from its left half, which runs from the middle (x = 200) at the top to the middle at the bottom.
 *
 * @param half absolute M, L, C and Q with points as `x y`
 */
export function symmetric(half: string): string {
  const steps = [...half.matchAll(/([MLCQ])([^MLCQ]*)/g)].map(([, command = '', rest = '']) => ({
    command,
    points: [...rest.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [400 - Number(x), Number(y)] as const),
  }))
  // Walking back, a step's end becomes the next one's start: each command takes the points before it, turned round.
  const back = steps.map(({ command, points }, i) => {
    const from = steps[i - 1]?.points.at(-1)
    return from ? `${command}${[...points.slice(0, -1).reverse(), from].map((p) => p.join(' ')).join(' ')}` : ''
  })
  return `${half}${back.reverse().join('')}Z`
}

export function createCanvas(): Canvas {
  const definitions: string[] = []
  const lights = new Map<Light, string>()
  let next = 0

  const define = (make: (id: string) => string): string => {
    const id = `d${next++}`
    definitions.push(make(id))
    return id
  }

  const lightOf = (light: Light): string => {
    const known = lights.get(light)
    if (known !== undefined) return known
    const made = LIGHTS[light].map((gradient) => define((id) => gradient.replace('$ID', id)))
    const fills = made.map((id) => `url(#${id})`).join(' ')
    lights.set(light, fills)
    return fills
  }

  return {
    definitions,
    form(path, { fill, light = 'flat', pattern, inside = '' }) {
      const clip = define((id) => `<clipPath id="${id}"><path d="${path}"/></clipPath>`)
      const patternId = pattern && define((id) => patternOf(id, pattern))
      const shades = lightOf(light)
        .split(' ')
        .filter(Boolean)
        .map((gradient) => `<path d="${path}" fill="${gradient}"/>`)
      return [
        `<path d="${path}" fill="${fill}"/>`,
        patternId ? `<path d="${path}" fill="url(#${patternId})"/>` : '',
        `<g clip-path="url(#${clip})">${inside}</g>`,
        ...shades,
        `<path d="${path}" fill="none" stroke="${shade(fill, -0.45)}" stroke-opacity=".35" stroke-width="1.5"/>`,
      ].join('')
    },
  }
}

const stop = (at: number, colour: string, opacity: number): string =>
  `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity}"/>`
const across = (...stops: string[]): string => `<linearGradient id="$ID">${stops.join('')}</linearGradient>`
const down = (...stops: string[]): string => `<linearGradient id="$ID" x2="0" y2="1">${stops.join('')}</linearGradient>`
const slant = (...stops: string[]): string =>
  `<linearGradient id="$ID" x2="1" y2="1">${stops.join('')}</linearGradient>`
const radial = (...stops: string[]): string =>
  `<radialGradient id="$ID" cx=".36" cy=".3" r=".8">${stops.join('')}</radialGradient>`

const INK = '#0b1020'
const LIGHTS: Readonly<Record<Light, readonly string[]>> = {
  none: [],
  flat: [slant(stop(0, '#fff', 0.16), stop(0.5, '#fff', 0), stop(0.55, INK, 0), stop(1, INK, 0.2))],
  gloss: [slant(stop(0, '#fff', 0.1), stop(0.38, '#fff', 0.28), stop(0.42, '#fff', 0), stop(1, INK, 0.22))],
  cloth: [
    across(
      stop(0, INK, 0.24),
      stop(0.22, '#fff', 0.14),
      stop(0.45, INK, 0.03),
      stop(0.62, '#fff', 0.1),
      stop(1, INK, 0.28),
    ),
    down(stop(0, '#fff', 0.1), stop(0.5, INK, 0), stop(1, INK, 0.18)),
  ],
  round: [
    across(
      stop(0, INK, 0.48),
      stop(0.16, INK, 0.1),
      stop(0.26, '#fff', 0.42),
      stop(0.36, '#fff', 0.04),
      stop(0.7, INK, 0.12),
      stop(0.92, INK, 0.46),
      stop(1, '#fff', 0.06),
    ),
  ],
  ball: [radial(stop(0, '#fff', 0.6), stop(0.22, '#fff', 0.18), stop(0.55, INK, 0.02), stop(1, INK, 0.55))],
}

function patternOf(id: string, { kind, colour, scale = 1, turn = 0 }: NonNullable<FormLook['pattern']>): string {
  const [width, height, content] = PATTERNS[kind](colour)
  return `<pattern id="${id}" width="${width}" height="${height}" patternUnits="userSpaceOnUse" patternTransform="rotate(${turn}) scale(${scale})">${content}</pattern>`
}

const petal = (x: number, y: number, colour: Colour): string =>
  `${[0, 72, 144, 216, 288]
    .map(
      (turn) =>
        `<ellipse cx="${x}" cy="${y - 6}" rx="3.6" ry="5.4" fill="${colour}" transform="rotate(${turn} ${x} ${y})"/>`,
    )
    .join('')}<circle cx="${x}" cy="${y}" r="2.8" fill="#f6c84c"/>`

const PATTERNS: Readonly<Record<PatternKind, (colour: Colour) => readonly [number, number, string]>> = {
  stripes: (c) => [32, 32, `<rect width="32" height="14" fill="${c}"/>`],
  pinstripes: (c) => [14, 14, `<rect width="2" height="14" fill="${c}"/>`],
  dots: (c) => [28, 28, `<circle cx="7" cy="7" r="5" fill="${c}"/><circle cx="21" cy="21" r="5" fill="${c}"/>`],
  checks: (c) => [
    40,
    40,
    `<rect width="20" height="40" fill="${c}" opacity=".5"/><rect width="40" height="20" fill="${c}" opacity=".5"/><rect y="29" width="40" height="2" fill="#fff" opacity=".5"/>`,
  ],
  zigzag: (c) => [32, 26, `<path d="M-4 20L8 6L24 20L40 6" fill="none" stroke="${c}" stroke-width="7"/>`],
  flowers: (c) => [
    56,
    56,
    `${petal(15, 15, c)}${petal(43, 42, c)}<path d="M30 22q8 -8 14 -2q-8 8 -14 2M6 44q6 -8 12 -2q-6 8 -12 2" fill="#4f8a5b"/>`,
  ],
  knit: (c) => [
    10,
    12,
    `<path d="M0 0L5 6L10 0M0 6L5 12L10 6" fill="none" stroke="${c}" stroke-width="2" opacity=".6"/>`,
  ],
  diamonds: (c) => [
    40,
    56,
    `<path d="M20 2L38 28L20 54L2 28Z" fill="${c}"/><path d="M0 0L40 56M40 0L0 56" stroke="#fff" stroke-width="1" opacity=".6"/>`,
  ],
  waves: (c) => [40, 20, `<path d="M-10 10q10 -12 20 0t20 0t20 0" fill="none" stroke="${c}" stroke-width="4"/>`],
  leaves: (c) => [
    48,
    48,
    `<path d="M8 24q14 -22 26 -8q-10 20 -26 8M30 44q2 -16 16 -14q0 14 -16 14" fill="${c}"/><path d="M8 24q12 -6 26 -8M30 44q6 -8 16 -14" stroke="#fff" stroke-opacity=".5" fill="none"/>`,
  ],
}
